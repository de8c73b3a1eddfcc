"""A scheduler without a store: the scheduler's own rules over appointments in memory."""

from datetime import date, datetime
from typing import Literal
from uuid import UUID

from contracts import bookings as b
from contracts.model import Data
from contracts.tenants import TenantConfig
from scheduler.domain import availability
from scheduler.domain.diary import Claim, DayPage, DiaryKey, Place
from scheduler.domain.diary import Diary as Page
from scheduler.domain.opening import local_day
from scheduler.domain.wish import Wish, able, objection

_ALTERNATIVES = 3


class Diary:
    """All appointments of one business."""

    def __init__(self, config: TenantConfig) -> None:
        self._config = config
        self._agreed: dict[UUID, b.Appointment] = {}

    def answer(self, request: Data, now: datetime) -> Data | None:
        """What the scheduler says; None to what is not its business."""
        match request:
            case b.BookingRequested():
                wish = Wish(request.service_id, request.start, now, request.booking_id, request.resource_id)
                return self._agree(wish, request.booking_id, "book")
            case b.BookingMoveRequested() if known := self._agreed.get(request.booking_id):
                wish = Wish(known.service_id, request.start, now, known.booking_id, request.resource_id)
                return self._agree(wish, known.booking_id, "move")
            case b.BookingCancelRequested() if request.booking_id in self._agreed:
                return b.BookingCancelled(appointment=self._agreed.pop(request.booking_id))
            case b.BookingMoveRequested() | b.BookingCancelRequested():
                moved = isinstance(request, b.BookingMoveRequested)
                return b.BookingRefused(
                    booking_id=request.booking_id,
                    request="move" if moved else "cancel",
                    reason="unknown_booking",
                )
            case b.AvailabilityRequested():
                return self._free(request, now)
        return None

    def _agree(self, wish: Wish, booking_id: UUID, request: Literal["book", "move"]) -> Data:
        reason = objection(self._config, wish)
        place = (
            None if reason else availability.place_for(self._config, wish, self._page(self._day(wish.start)))
        )
        if place is None:
            return b.BookingRefused(
                booking_id=booking_id, request=request, reason=reason or "taken", service_id=wish.service_id,
                start=wish.start, alternatives=self._alternatives(wish),
            )  # fmt: skip
        before = self._agreed.get(booking_id)
        made = b.Appointment(
            booking_id=booking_id, service_id=wish.service_id, resource_id=place.resource_id,
            start=place.start, end=place.end,
        )  # fmt: skip
        self._agreed[booking_id] = made
        if before:
            return b.BookingMoved(appointment=made, previous_start=before.start)
        return b.BookingConfirmed(appointment=made)

    def _alternatives(self, wish: Wish) -> tuple[b.Slot, ...]:
        found: list[Place] = []
        for day in availability.days_by_nearness(self._config, wish):
            found += availability.nearest_on(self._config, wish, self._page(day), _ALTERNATIVES - len(found))
            if len(found) >= _ALTERNATIVES:
                break
        return availability.slots(availability.in_time_order(found))

    def _free(self, asked: b.AvailabilityRequested, now: datetime) -> Data:
        wish = Wish(asked.service_id, asked.earliest, now, asked.moving, asked.resource_id)
        found: list[Place] = []
        for day in availability.days_between(self._day(asked.earliest), self._day(asked.latest)):
            free = availability.free_on(self._config, wish, self._page(day), able(self._config, wish))
            found += [place for place in free if asked.earliest <= place.start <= asked.latest]
        slots = availability.slots(availability.spread(found, asked.limit)) or self._alternatives(wish)
        return b.AvailabilityFound(
            service_id=asked.service_id, earliest=asked.earliest, latest=asked.latest,
            within=bool(found), slots=slots,
        )  # fmt: skip

    def _day(self, moment: datetime) -> date:
        return local_day(moment, self._config.zone)

    def _page(self, day: date) -> DayPage:
        pages: dict[DiaryKey, Page] = {}
        for one in self._agreed.values():
            if self._day(one.start) == day:
                place = Place(resource_id=one.resource_id, day=day, start=one.start, end=one.end)
                page = pages.get(place.diary, Page())
                pages[place.diary] = page.with_claim(one.booking_id, Claim(number=1, place=place))
        return DayPage(day, pages)
