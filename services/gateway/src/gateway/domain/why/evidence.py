"""The recorded events that tell about one message, and those that bear on it."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime, tzinfo
from typing import Any, Final, TypeVar

from contracts import messages
from contracts.decisions import SendChecks, TurnDecided
from contracts.model import Data
from contracts.operations import WaitingDiscarded
from gateway.domain.timeline.entry import Entry
from gateway.domain.why.answer import Check, Outcome

D = TypeVar("D", bound=Data)

_LATER: Final = datetime.max.replace(tzinfo=UTC)
OF_MESSAGE: Final = (
    messages.MessageSent, messages.MessageFailed, messages.MessageSuppressed, messages.MessageUncertain,
    messages.MessageDelivered, messages.MessageRead,
)  # fmt: skip


@dataclass(frozen=True)
class Evidence:
    """One message of a conversation among `entries`: those of the conversation, and the business's pauses.

    `entries` are in the order in which they were recorded.
    """

    message: Entry
    entries: tuple[Entry, ...]
    zone: tzinfo

    def told(self, kind: type[D]) -> tuple[Entry, D] | None:
        """The first event of this kind about this message."""
        for entry in self.entries:
            if isinstance(entry.data, kind) and str(getattr(entry.data, "message_id", "")) == self.message.id:
                return entry, entry.data
        return None

    @property
    def outcomes(self) -> tuple[Entry, ...]:
        """All that was told about this message."""
        return tuple(found[0] for kind in OF_MESSAGE if (found := self.told(kind)))

    @property
    def decided(self) -> Entry | None:
        """What the conversation made of it, where it is a customer's message."""
        mine = (one for one in self.entries if one.cause == self.message.id)
        return next((one for one in mine if isinstance(one.data, TurnDecided)), None)

    @property
    def looked_at(self) -> datetime:
        """When it was decided what becomes of it; the end of time where that is still to come."""
        told = (*self.outcomes, self.decided)
        return min((one.taken or one.order[0] for one in told if one), default=_LATER)

    @property
    def checks(self) -> SendChecks | None:
        """What the notifier says it looked at."""
        found = (getattr(one.data, "checks", None) for one in self.outcomes)
        return next((one for one in found if one), None)

    @property
    def given_up(self) -> Entry | None:
        """The word of an operator that gave it up while it waited."""
        return next((one for one in self.entries if _gives_up(one, self.message.id)), None)

    def before(self, wanted: Callable[[Data], bool]) -> Entry | None:
        """The last event of a kind that was recorded before it was looked at."""
        known = (one for one in reversed(self.entries) if one.order[0] <= self.looked_at)
        return next((one for one in known if one.data and wanted(one.data)), None)

    def at(self, entry: Entry) -> str:
        """When that was, by the clock on the business's wall."""
        return said_at(entry.recorded or entry.time, self.zone)


def said_at(moment: datetime | None, zone: tzinfo) -> str:
    """To the second. 20 Nov 10:31:02."""
    return f"{moment.astimezone(zone):%-d %b %H:%M:%S}" if moment else "an unknown time"


def check(name: str, outcome: Outcome, words: str, proof: Entry | None = None) -> Check:
    """A check, with the event that proves it."""
    evidence: dict[str, Any] = {"event_id": proof.id, "time": proof.recorded or proof.time} if proof else {}
    return Check(name=name, outcome=outcome, words=words, **evidence)


def _gives_up(entry: Entry, message: str) -> bool:
    return isinstance(entry.data, WaitingDiscarded) and message in map(str, entry.data.event_ids)
