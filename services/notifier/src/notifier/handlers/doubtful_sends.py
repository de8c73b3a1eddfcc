"""How a message in doubt looks as a failure that somebody repairs."""

from chassis.failures.failure import Failure
from contracts import channels
from notifier.domain.doubt import Doubt


def failure_of(doubt: Doubt) -> Failure:
    """The failure; its id is the message's."""
    request = doubt.personal.request
    return Failure(
        id=doubt.message_id, kind="uncertain", service="notifier", queue=channels.inbox("notifier"),
        event_type=request.type, exception="Unanswered", error=doubt.reason, reason="uncertain",
        tenant=doubt.tenant, conversation=doubt.conversation_id, event_id=request.id,
        event_time=request.time, first_at=doubt.since, last_at=doubt.since, times=doubt.tries + 1,
        payload=request.model_dump(mode="json"), status="retrying" if doubt.due_at else "open",
    )  # fmt: skip
