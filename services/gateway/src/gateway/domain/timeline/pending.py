"""What is still missing: questions without an answer, messages nobody has handled."""

from collections.abc import Iterable, Mapping, Set
from dataclasses import dataclass
from typing import Final

from contracts import bookings, completions
from contracts.catalogue import CATALOGUE, row_of
from contracts.messages import MessageReceived, MessageSendRequested
from contracts.model import Data
from contracts.operations import FailureDiscarded, WaitingDiscarded
from gateway.domain.timeline.causes import OUTCOMES
from gateway.domain.timeline.entry import Entry

DECIDED_ON: Final[tuple[type[Data], ...]] = (
    MessageReceived, completions.CompletionGenerated, completions.CompletionFailed,
    bookings.AvailabilityFound, bookings.BookingConfirmed, bookings.BookingMoved,
    bookings.BookingCancelled, bookings.BookingRefused, bookings.ReminderDue,
)  # fmt: skip
"""What the conversation decides something about."""

_ASKED: Final = tuple(
    row.model for row in CATALOGUE if row.type.endswith(".requested.v1") and row.owner == "conversation"
)
_GIVEN_UP: Final = "given up by an operator"


@dataclass(frozen=True)
class Answers:
    """What has come of the events: who answered which, which messages have an outcome, what was given up."""

    answered_by: Mapping[str, Set[str]]
    concluded: Set[str]
    discarded: Set[str]

    @classmethod
    def among(cls, entries: Iterable[Entry]) -> "Answers":
        """All that is told in these events."""
        answered_by: dict[str, set[str]] = {}
        concluded, discarded = set[str](), set[str]()
        for entry in entries:
            if entry.cause:
                answered_by.setdefault(entry.cause, set()).add(entry.source)
            if isinstance(entry.data, OUTCOMES):
                concluded.add(str(entry.data.message_id))
            if isinstance(entry.data, WaitingDiscarded):
                discarded.update(map(str, entry.data.event_ids))
            if isinstance(entry.data, FailureDiscarded):
                discarded.add(str(entry.data.failure_id))
        return cls(answered_by, concluded, discarded)


def pending(entry: Entry, answers: Answers, decided: Set[str]) -> str:
    """What is missing after this event, in words; empty where nothing is."""
    missing = _missing(entry, answers, decided)
    return _GIVEN_UP if missing and entry.id in answers.discarded else missing


def _missing(entry: Entry, answers: Answers, decided: Set[str]) -> str:
    by = answers.answered_by.get(entry.id, frozenset())
    if isinstance(entry.data, DECIDED_ON):
        return "" if entry.id in decided or "conversation" in by else "not handled yet"
    if isinstance(entry.data, MessageSendRequested):
        return "" if entry.id in answers.concluded else "not sent yet"
    if isinstance(entry.data, _ASKED):
        consumers = row_of(entry.type).consumers
        return "" if not consumers or by & set(consumers) else "no answer yet"
    return ""
