"""What a customer wishes, and the reasons to refuse it before any diary is opened."""

from dataclasses import dataclass
from datetime import date, datetime, timedelta
from uuid import UUID

from contracts.bookings import Refusal
from contracts.tenants import Resource, Service, TenantConfig
from scheduler.domain.opening import local_day, opening_around


@dataclass(frozen=True)
class Wish:
    """`now` is the moment of the request, in UTC like all instants here.

    `resource_id`: this one and nobody else. `preferred`: gladly this one. `booking_id`: what this
    booking holds already counts as free; `held` is where that begins.
    """

    service_id: str
    start: datetime
    now: datetime
    booking_id: UUID | None = None
    resource_id: str | None = None
    preferred: str | None = None
    held: datetime | None = None


def objection(config: TenantConfig, wish: Wish) -> Refusal | None:
    """Why this can never be booked, whatever the diaries say."""
    service = config.service(wish.service_id)
    if service is None:
        return "unknown_service"
    if not able(config, wish):
        return "unknown_resource"
    return _bad_time(config, wish, duration_of(service))


def _bad_time(config: TenantConfig, wish: Wish, duration: timedelta) -> Refusal | None:
    if wish.start < wish.now:
        return "past"
    if wish.start < first_bookable(config, wish.now):
        return "too_soon"
    if local_day(wish.start, config.zone) > last_bookable_day(config, wish.now):
        return "too_far"
    if opening_around(config, wish.start, duration) is None:
        return "closed"
    return None


def able(config: TenantConfig, wish: Wish) -> tuple[Resource, ...]:
    """Who may serve this wish; in the order of the tenant's file."""
    everybody = config.resources_for(wish.service_id)
    if wish.resource_id is None:
        return everybody
    return tuple(one for one in everybody if one.id == wish.resource_id)


def first_bookable(config: TenantConfig, now: datetime) -> datetime:
    return now + timedelta(minutes=config.booking.notice_minutes)


def last_bookable_day(config: TenantConfig, now: datetime) -> date:
    return local_day(now, config.zone) + timedelta(days=config.booking.horizon_days)


def duration_of(service: Service) -> timedelta:
    return timedelta(minutes=service.duration)
