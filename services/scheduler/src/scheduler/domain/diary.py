"""The diary: who holds which time of one resource on one day. The boundary inside which nothing overlaps."""

from datetime import date, timedelta
from typing import NamedTuple
from uuid import UUID

from contracts.envelope import Instant
from contracts.model import Data


class DiaryKey(NamedTuple):
    """One resource on one local day of the business."""

    resource_id: str
    day: date


class Place(Data):
    """A time with somebody: where an appointment can lie. `day` is the local day of its opening hours."""

    resource_id: str
    day: date
    start: Instant
    end: Instant

    @property
    def diary(self) -> DiaryKey:
        return DiaryKey(self.resource_id, self.day)


class Claim(Data):
    """A booking's n-th attempt to hold a place. A number is given once and never again."""

    number: int
    place: Place


class Entry(Data):
    """What a diary says of one claim."""

    booking_id: UUID
    claim: int
    start: Instant
    end: Instant


class Diary(Data):
    """All held times of one resource on one day, in order.

    Entries of one booking may overlap while it moves; those of different bookings never do.
    """

    entries: tuple[Entry, ...] = ()

    def holds(self, booking_id: UUID, claim: Claim) -> bool:
        return any(one.booking_id == booking_id and one.claim == claim.number for one in self.entries)

    def is_free(self, place: Place, booking_id: UUID | None = None) -> bool:
        """Whether nobody else holds any of it; what `booking_id` itself holds counts as free."""
        return not any(
            one.start < place.end and place.start < one.end
            for one in self.entries
            if one.booking_id != booking_id
        )

    def booked(self, booking_id: UUID | None = None) -> timedelta:
        """How much time others than `booking_id` hold."""
        held = (one.end - one.start for one in self.entries if one.booking_id != booking_id)
        return sum(held, timedelta())

    def with_claim(self, booking_id: UUID, claim: Claim) -> "Diary":
        place = claim.place
        entry = Entry(booking_id=booking_id, claim=claim.number, start=place.start, end=place.end)
        return Diary(entries=tuple(sorted((*self.entries, entry), key=lambda one: one.start)))

    def without_claim(self, booking_id: UUID, number: int) -> "Diary":
        kept = (one for one in self.entries if (one.booking_id, one.claim) != (booking_id, number))
        return Diary(entries=tuple(kept))


Agenda = dict[DiaryKey, Diary]
"""The diaries read for one decision. A missing one is empty."""

EMPTY = Diary()


class DayPage(NamedTuple):
    """The diaries of one day, open side by side."""

    day: date
    agenda: Agenda

    def diary(self, resource_id: str) -> Diary:
        return self.agenda.get(DiaryKey(resource_id, self.day), EMPTY)
