"""Looking for free times: opens diaries, a stretch of days at a time, until enough is found."""

from collections.abc import AsyncIterator, Sequence
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta

from contracts.bookings import AvailabilityFound, AvailabilityRequested, Slot
from contracts.tenants import TenantConfig
from scheduler.domain.availability import (
    days_between,
    days_by_nearness,
    free_on,
    in_time_order,
    nearest_on,
    place_for,
    slots,
    spread,
    well_apart,
)
from scheduler.domain.diary import DayPage, Place
from scheduler.domain.opening import local_day, opening_around
from scheduler.domain.wish import Wish, able, duration_of, first_bookable, last_bookable_day
from scheduler.ports import Diaries

ALTERNATIVES = 3
_STRETCH = 14  # days whose diaries are read at once
_FOR_EVER = datetime.max.replace(tzinfo=UTC)


class FreeTimes:
    """Answers what is free from the diaries as they are now."""

    def __init__(self, diaries: Diaries) -> None:
        self._diaries = diaries

    async def place(self, tenant: str, config: TenantConfig, wish: Wish) -> Place | None:
        """Exactly what is wished, if that is free."""
        service = config.service(wish.service_id)
        opening = service and opening_around(config, wish.start, duration_of(service))
        if not opening:
            return None
        async for page in self._pages(tenant, config, wish, [opening.day]):
            return place_for(config, wish, page)
        return None

    async def alternatives(self, tenant: str, config: TenantConfig, wish: Wish) -> tuple[Slot, ...]:
        """The free times nearest to a wish that cannot be met, soonest first."""
        found: list[Place] = []
        async for page in self._pages(tenant, config, wish, days_by_nearness(config, wish)):
            found += nearest_on(config, wish, page, ALTERNATIVES - len(found))
            if len(found) >= ALTERNATIVES:
                break
        return slots(in_time_order(found))

    async def answer(
        self, tenant: str, config: TenantConfig, asked: AvailabilityRequested, wish: Wish
    ) -> AvailabilityFound:
        """What is free in the span asked for; if nothing is, the next free times after it."""
        inside = await self._soonest(tenant, config, wish, asked.latest, asked.limit)
        found = inside
        if not inside:
            later = replace(wish, start=max(asked.earliest, asked.latest + timedelta.resolution))
            found = await self._soonest(tenant, config, later, _FOR_EVER, asked.limit)
        return AvailabilityFound(
            service_id=asked.service_id, earliest=asked.earliest, latest=asked.latest,
            within=bool(inside), slots=slots(found),
        )  # fmt: skip

    async def _soonest(
        self, tenant: str, config: TenantConfig, wish: Wish, latest: datetime, limit: int
    ) -> list[Place]:
        """From `wish.start` to `latest`. With whoever was asked for, unless that one never does it."""
        found: list[Place] = []
        resources = able(config, wish) or config.resources_for(wish.service_id)
        async for page in self._pages(tenant, config, wish, _bookable_days(config, wish, latest)):
            free = free_on(config, wish, page, resources)
            found += [place for place in free if wish.start <= place.start <= latest]
            if len(well_apart(found)) >= limit:
                break
        return spread(found, limit)

    async def _pages(
        self, tenant: str, config: TenantConfig, wish: Wish, days: Sequence[date]
    ) -> AsyncIterator[DayPage]:
        """The days one after the other, each with the diaries of all who do the service."""
        resources = [one.id for one in config.resources_for(wish.service_id)]
        if not resources:
            return
        for number in range(0, len(days), _STRETCH):
            stretch = days[number : number + _STRETCH]
            agenda = await self._diaries.agenda(tenant, resources, min(stretch), max(stretch))
            for day in stretch:
                yield DayPage(day, agenda)


def _bookable_days(config: TenantConfig, wish: Wish, latest: datetime) -> list[date]:
    last = last_bookable_day(config, wish.now)
    first = local_day(max(wish.start, first_bookable(config, wish.now)), config.zone)
    until = last if latest == _FOR_EVER else min(last, local_day(latest, config.zone))
    return days_between(first, until)
