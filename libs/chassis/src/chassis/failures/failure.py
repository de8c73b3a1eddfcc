"""One failure: something that went wrong and waits for somebody to repair it or to give it up."""

from collections.abc import Iterable
from datetime import UTC, datetime
from typing import Any, Final, Literal
from uuid import UUID, uuid5

from pydantic import BaseModel, ConfigDict

from contracts import channels
from contracts.envelope import NAMESPACE, Instant
from contracts.operations import FailureKind, Selection

Status = Literal["open", "retrying", "retried", "discarded", "resolved"]

UNSETTLED: Final = ("open", "retrying")
"""What nobody has repaired or given up yet."""

_CHOSEN_BY: Final = tuple(name for name in Selection.model_fields if name != "ids")

UNREADABLE: Final = "unreadable"
"""The event type of a body that is no event at all."""


class Deed(BaseModel):
    """What somebody did about a failure, and when. `resolve`: it turned out to need nobody; it has no job."""

    model_config = ConfigDict(frozen=True)

    at: Instant
    by: str
    job: UUID | None = None
    action: Literal["retry", "edit", "discard", "resolve"]
    reason: str = ""
    before: dict[str, Any] | None = None
    after: dict[str, Any] | None = None


class Failure(BaseModel):
    """What failed, why, and what was done about it. Instants are in UTC.

    `queue` is where it failed and goes back to. `payload` is the event as JSON; what is no JSON object
    stands there as text or in base64, as `encoding` says. `reason` is one word (contract, permanent,
    transient, bug, delivery-limit …), `exception` the class, `error` the message. `lines` are the last log
    lines of the failing try. `times` counts how often it failed for good, `waiting` how many events wait
    behind it in a parked conversation.
    """

    model_config = ConfigDict(frozen=True)

    id: UUID
    kind: FailureKind
    service: str
    queue: str
    event_type: str
    exception: str
    error: str
    reason: str
    tenant: str = channels.SYSTEM
    conversation: str = ""
    event_id: UUID | None = None
    event_time: Instant = datetime.min.replace(tzinfo=UTC)
    first_at: Instant
    last_at: Instant
    times: int = 1
    waiting: int = 0
    payload: dict[str, Any] | str
    encoding: Literal["json", "text", "base64"] = "json"
    headers: dict[str, Any] = {}
    lines: tuple[dict[str, Any], ...] = ()
    history: tuple[Deed, ...] = ()
    status: Status = "open"

    @property
    def place(self) -> str:
        """Where it comes in the order of repair: conversation by conversation, each in order of time."""
        when = self.event_time.isoformat(timespec="microseconds")
        return "/".join((self.tenant, self.conversation, when, str(self.id))).replace("\0", "")


def failure_id(queue: str, event_id: UUID | str) -> UUID:
    """The id of the failure of one event in one queue: the same however often it fails there."""
    return uuid5(NAMESPACE, f"failure/{queue}/{event_id}")


def fits(failure: Failure, selection: Selection) -> bool:
    """Whether a failure is among those meant."""
    if selection.ids and failure.id not in selection.ids:
        return False
    asked = {name: getattr(selection, name) for name in _CHOSEN_BY}
    return all(wanted in (None, getattr(failure, name)) for name, wanted in asked.items())


def page(failures: Iterable[Failure], after: str, limit: int) -> list[Failure]:
    """The next `limit` failures behind the place `after`, in the order of repair."""
    return sorted((one for one in failures if one.place > after), key=lambda one: one.place)[:limit]
