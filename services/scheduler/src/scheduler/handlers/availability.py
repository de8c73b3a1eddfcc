"""Answering what is free. Nothing is kept: asked again, it looks again."""

from typing import Any

from chassis.clock import Clock
from chassis.handling import answers
from contracts.bookings import AvailabilityRequested
from contracts.envelope import Event
from scheduler.domain.wish import Wish
from scheduler.handlers.booking_desk import SOURCE
from scheduler.handlers.free_times import FreeTimes
from scheduler.ports import Bookings, Publisher, Tenants


class AvailabilityDesk:
    """Says which times are free."""

    def __init__(
        self,
        *,
        tenants: Tenants,
        bookings: Bookings,
        free_times: FreeTimes,
        publisher: Publisher,
        clock: Clock,
    ) -> None:
        self._tenants = tenants
        self._bookings = bookings
        self._free_times = free_times
        self._publisher = publisher
        self._clock = clock

    async def on_availability_requested(self, event: Event[Any]) -> None:
        """Which times are free for a service in the span of time asked for?"""
        config = await self._tenants.get(event.tenantid)
        wish = await self._wish(event)
        found = await self._free_times.answer(event.tenantid, config, event.data, wish)
        await self._publisher.publish(*answers(event, (found,), source=SOURCE, clock=self._clock))

    async def _wish(self, event: Event[Any]) -> Wish:
        asked: AvailabilityRequested = event.data
        moving = await self._bookings.get(event.tenantid, asked.moving) if asked.moving else None
        held = moving.value.agreed if moving else None
        return Wish(
            asked.service_id, asked.earliest, event.time, asked.moving,
            resource_id=asked.resource_id, preferred=held.claim.place.resource_id if held else None,
        )  # fmt: skip
