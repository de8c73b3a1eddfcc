"""Which times are free, who takes an appointment, and what to offer instead of a refused wish."""

from collections.abc import Iterable, Iterator, Sequence
from datetime import date, datetime, timedelta
from zoneinfo import ZoneInfo

from contracts.bookings import Slot
from contracts.tenants import Resource, Service, TenantConfig
from scheduler.domain.diary import DayPage, Place
from scheduler.domain.opening import Span, local_day, opening_around, openings
from scheduler.domain.wish import Wish, able, duration_of, first_bookable, last_bookable_day

SPREAD = timedelta(minutes=30)  # offers closer together than this are hardly a choice


def place_for(config: TenantConfig, wish: Wish, page: DayPage) -> Place | None:
    """Exactly the wished time, with whoever has least to do that day. None: nobody is free."""
    service = config.service(wish.service_id)
    opening = service and opening_around(config, wish.start, duration_of(service))
    if not service or not opening:
        return None
    span = Span(wish.start, wish.start + duration_of(service))
    return _first_free(_ranked(able(config, wish), wish, page), wish, page, span)


def free_on(config: TenantConfig, wish: Wish, page: DayPage, resources: Sequence[Resource]) -> list[Place]:
    """The free times of one day in order, each with one of `resources`; notice and horizon observed."""
    service = config.service(wish.service_id)
    if service is None or page.day > last_bookable_day(config, wish.now):
        return []
    ranked = _ranked(resources, wish, page)
    soonest = first_bookable(config, wish.now)
    spans = (span for span in _grid(config, service, page.day) if span.start >= soonest)
    places = (_first_free(ranked, wish, page, span) for span in spans)
    return [place for place in places if place]


def nearest_on(config: TenantConfig, wish: Wish, page: DayPage, count: int) -> list[Place]:
    """Up to `count` free times of one day, nearest to the wished time of day first.

    Who was asked for comes first; others fill up what is missing.
    """
    chosen: list[Place] = []
    for resources in (able(config, wish), config.resources_for(wish.service_id)):
        seen = {wish.held, *(place.start for place in chosen)}
        free = [place for place in free_on(config, wish, page, resources) if place.start not in seen]
        free.sort(key=lambda place: _clock_distance(place.start, wish.start, config.zone))
        chosen += free[: count - len(chosen)]
    return chosen


def days_by_nearness(config: TenantConfig, wish: Wish) -> list[date]:
    """The days to look for something else: the wished one, those after it, then back from it to today."""
    first = local_day(first_bookable(config, wish.now), config.zone)
    last = last_bookable_day(config, wish.now)
    if first > last:
        return []
    wished = min(max(local_day(wish.start, config.zone), first), last)
    before = days_between(first, wished - timedelta(days=1))
    return [*days_between(wished, last), *reversed(before)]


def days_between(first: date, last: date) -> list[date]:
    """Both included; none if `last` comes before `first`."""
    return [first + timedelta(days=number) for number in range((last - first).days + 1)]


def well_apart(places: Iterable[Place]) -> list[Place]:
    """The soonest ones that lie at least half an hour from each other."""
    apart: list[Place] = []
    for place in places:
        if not apart or place.start - apart[-1].start >= SPREAD:
            apart.append(place)
    return apart


def spread(places: Sequence[Place], limit: int) -> list[Place]:
    """The soonest `limit` times that lie well apart, filled up with closer ones; in order of time."""
    apart = well_apart(places)[:limit]
    close = [place for place in places if place not in apart]
    return in_time_order([*apart, *close[: limit - len(apart)]])


def in_time_order(places: Iterable[Place]) -> list[Place]:
    """The same, soonest first."""
    return sorted(places, key=lambda place: place.start)


def slots(places: Iterable[Place]) -> tuple[Slot, ...]:
    """As the contract offers them."""
    return tuple(Slot(start=place.start, resource_id=place.resource_id) for place in places)


def _grid(config: TenantConfig, service: Service, day: date) -> Iterator[Span]:
    """The steps of each opening interval, counted from its start, in which the service still fits."""
    step, duration = timedelta(minutes=config.booking.step_minutes), duration_of(service)
    for opening in openings(config, day):
        start = opening.start
        while opening.holds(start, duration):
            yield Span(start, start + duration)
            start += step


def _ranked(resources: Sequence[Resource], wish: Wish, page: DayPage) -> list[str]:
    """Whom to give the appointment first: the preferred one, then who has least booked, then file order."""

    def rank(resource_id: str) -> tuple[bool, timedelta]:
        return resource_id != wish.preferred, page.diary(resource_id).booked(wish.booking_id)

    return sorted((one.id for one in resources), key=rank)


def _first_free(ranked: Sequence[str], wish: Wish, page: DayPage, span: Span) -> Place | None:
    for resource_id in ranked:
        place = Place(resource_id=resource_id, day=page.day, start=span.start, end=span.end)
        if page.diary(resource_id).is_free(place, wish.booking_id):
            return place
    return None


def _clock_distance(one: datetime, other: datetime, zone: ZoneInfo) -> tuple[timedelta, datetime]:
    """How far two times of day lie apart on the wall clock; of two as far, the earlier one is less."""

    def since_midnight(moment: datetime) -> timedelta:
        wall = moment.astimezone(zone)
        return timedelta(hours=wall.hour, minutes=wall.minute, seconds=wall.second)

    return abs(since_midnight(one) - since_midnight(other)), one
