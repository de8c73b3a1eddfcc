"""What one step of the dialogue comes to, and the account of it that the record keeps."""

from typing import Any, Literal, NamedTuple, Self

from contracts.catalogue import asked_by
from contracts.completions import CompletionGenerated, CompletionJudged
from contracts.decisions import Answered, TurnDecided, Understood
from contracts.envelope import Event
from contracts.messages import MessageSendRequested
from contracts.model import Data
from conversation.domain.reading import Reading
from conversation.domain.state import Conversation
from conversation.domain.understanding import When

Reason = Literal["", "opted_out", "reaction", "no_contact", "courtesy", "no_reply_needed"]

_ASKS_OTHERS = asked_by("conversation")
"""What the scheduler or the AI router will answer."""


class Step(NamedTuple):
    """The next state, and the facts to publish, in order.

    `understood` has one entry for each message answered in this step; `reason` says why nothing was said,
    `refused` what an AI's answer named that the facts do not hold.
    """

    conversation: Conversation
    out: tuple[Data, ...]
    understood: tuple[Understood, ...] = ()
    reason: Reason = ""
    refused: str = ""

    def then(self, later: Self) -> "Step":
        """Both in one: `later` went on from where this one ended."""
        out = (*self.out, *later.out)
        understood = (*self.understood, *later.understood)
        reason: Reason = "" if out else later.reason or self.reason
        return Step(later.conversation, out, understood, reason, self.refused or later.refused)


def turn_decided(
    event: Event[Any], before: Conversation | None, step: Step, tenant_version: int
) -> TurnDecided:
    """The account of the step that `event` caused; published last, so no other id depends on it."""
    return TurnDecided(
        handled=event.type, tenant_version=tenant_version, first=before is None or before.knows_nothing,
        understood=step.understood, answered=_answered(event, step), reason=step.reason,
        refused=step.refused or None,
    )  # fmt: skip


def judged(made: CompletionGenerated, step: Step) -> Step:
    """With the word on what became of an AI's answer, after all that is said because of it."""
    said = any(isinstance(data, MessageSendRequested) for data in step.out)
    judgement = CompletionJudged(
        request_id=made.request_id, verdict="unused" if not said else "refused" if step.refused else "used",
        why=step.refused, vendor=made.vendor, model=made.model, purpose=made.purpose,
        prompt_version=made.prompt_version,
    )  # fmt: skip
    return step._replace(out=(*step.out, judgement))


def _answered(event: Event[Any], step: Step) -> Answered:
    if any(kept.event_id == event.id for kept in step.conversation.deferred):
        return "kept"  # also where the customer is told that we still wait
    if any(isinstance(data, _ASKS_OTHERS) for data in step.out):
        return "requested"
    return "said" if any(isinstance(data, MessageSendRequested) for data in step.out) else "nothing"


def understood_in(reading: Reading) -> Understood:
    """What was read in one message: ids and local times, never a name or an address.

    Alternatives are joined by "|", services wanted together by "+", the ends of a span by "..".
    """
    services = reading.bundle or ((reading.services,) if reading.services else ())
    named = {
        "service": "+".join(map("|".join, services)),
        "staff": "|".join(reading.staff),
        "when": _spoken(reading.when),
        "from": _spoken(reading.source),
        "booking": str(reading.booking or ""),
    }
    return Understood(
        intents=tuple(intent.value for intent in reading.intents),
        confidence=reading.confidence,
        named={what: value for what, value in named.items() if value},
    )


def _spoken(when: When | None) -> str:
    """Local days and times: "2026-11-21 15:00", "2026-11-21|2026-11-22", "2026-11-23..2026-11-29 14:00.."."""
    if when is None:
        return ""
    days = [day.isoformat() for day in when.dates]
    if when.date_range:
        days.append("..".join(day.isoformat() for day in when.date_range))
    times = [f"{time:%H:%M}" for time in when.times]
    if when.not_before or when.not_after:
        ends = (when.not_before, when.not_after)
        times.append("..".join(f"{end:%H:%M}" if end else "" for end in ends))
    return " ".join(filter(None, ("|".join(days), "|".join(times))))
