"""The booking saga at work: one write after the other, from a request to its answer.

Every round begins with the booking document and goes one step further. Two deliveries of one request may
run at the same time, and each may break off anywhere: whoever loses a race starts again from what is stored.
"""

import asyncio
from contextlib import suppress
from datetime import UTC
from typing import Any, Final
from weakref import WeakValueDictionary

from chassis.clock import Clock
from chassis.errors import TransientError
from chassis.handling import answers
from chassis.observability.logging import get_logger
from chassis.storage import Conflict
from contracts.envelope import Event
from contracts.tenants import TenantConfig
from scheduler.domain import booking_saga as saga
from scheduler.domain.booking import Booking
from scheduler.domain.timer import reminder_key, reminder_timer
from scheduler.domain.wish import objection
from scheduler.handlers.free_times import FreeTimes
from scheduler.handlers.held_places import HeldPlaces
from scheduler.ports import Bookings, Publisher, Stored, Tenants, Timers

SOURCE: Final = "scheduler"
_ROUNDS: Final = 200  # each lost round is somebody else's won one; so many in a row is no accident

log = get_logger(__name__)


class BookingDesk:
    """Takes every request about a booking: to book, to move, to cancel."""

    def __init__(
        self,
        *,
        tenants: Tenants,
        bookings: Bookings,
        places: HeldPlaces,
        free_times: FreeTimes,
        timers: Timers,
        publisher: Publisher,
        clock: Clock,
    ) -> None:
        self._tenants = tenants
        self._bookings = bookings
        self._places = places
        self._free_times = free_times
        self._timers = timers
        self._publisher = publisher
        self._clock = clock
        self._queues: WeakValueDictionary[str, asyncio.Lock] = WeakValueDictionary()

    async def on_request(self, event: Event[Any]) -> None:
        """Book, move or cancel an appointment; the customer's wish is judged as of when it was made."""
        config = await self._tenants.get(event.tenantid)
        if event.redrivenfrom and await self._is_past(event):
            log.info("redriven, and the booking has gone on since")
            return
        async with self._queue(event):
            booking = await self._settle(event, config)
            await self._carry_out(event, booking)
        answer = booking.handled[event.id].answer
        await self._publisher.publish(*answers(event, (answer,), source=SOURCE, clock=self._clock))

    async def _is_past(self, event: Event[Any]) -> bool:
        stored = await self._bookings.get(event.tenantid, event.data.booking_id)
        return stored is not None and stored.value.is_past(event.id, event.time)

    async def _settle(self, event: Event[Any], config: TenantConfig) -> Booking:
        """The booking with the answer to this event recorded in it."""
        for _ in range(_ROUNDS):
            with suppress(Conflict):
                booking = await self._round(event, config)
                if event.id in booking.handled:
                    return booking
        raise TransientError(f"booking {event.data.booking_id} changed under our hands {_ROUNDS} times")

    async def _round(self, event: Event[Any], config: TenantConfig) -> Booking:
        stored = await self._bookings.get(event.tenantid, event.data.booking_id)
        stored = stored or Stored(saga.new_booking(event), 0)
        if event.id in stored.value.handled:
            return stored.value
        step = await self._next_step(event, config, stored)
        await self._bookings.save(event.tenantid, step, expected=stored.version)
        return step

    async def _next_step(self, event: Event[Any], config: TenantConfig, stored: Stored[Booking]) -> Booking:
        booking = stored.value
        if outcome := saga.at_once(booking, event):
            return outcome
        attempt = booking.attempt(event.id)
        if attempt and await self._places.hold(event.tenantid, stored, attempt.claim):
            return saga.agree(booking, event, attempt.claim, config)
        return await self._choose(event, config, booking)

    async def _choose(self, event: Event[Any], config: TenantConfig, booking: Booking) -> Booking:
        wish = saga.wish_of(booking, event)
        reason = objection(config, wish)
        place = None if reason else await self._free_times.place(event.tenantid, config, wish)
        if place:
            return saga.try_place(booking, event, place)
        alternatives = await self._free_times.alternatives(event.tenantid, config, wish)
        return saga.refuse(booking, event, reason or "taken", alternatives)

    async def _carry_out(self, event: Event[Any], booking: Booking) -> None:
        """What follows from the recorded answer. Doing it again changes nothing."""
        for claim in booking.handled[event.id].void:
            await self._places.give_back(event.tenantid, booking, claim)
            await self._timers.remove(event.tenantid, reminder_key(booking.id, claim.number))
        timer = reminder_timer(booking)
        if timer is None or booking.agreed is None or booking.agreed.by != event.id:
            return
        if event.redrivenfrom is None or timer.due > self._clock():  # else it may have fired
            await self._timers.put(event.tenantid, timer)

    def _queue(self, event: Event[Any]) -> asyncio.Lock:
        """Requests for the same day wait for one another here instead of colliding in the store.

        Only for speed: nothing depends on it, and other replicas know nothing of it.
        """
        start = getattr(event.data, "start", None)
        key = f"{event.tenantid}/{start.astimezone(UTC).date() if start else event.data.booking_id}"
        return self._queues.setdefault(key, asyncio.Lock())
