"""When a business is open, as instants: wall-clock hours of its zone laid onto real time."""

from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from contracts.tenants import TenantConfig


@dataclass(frozen=True)
class Span:
    """From `start` up to `end`, in UTC."""

    start: datetime
    end: datetime


@dataclass(frozen=True)
class Opening(Span):
    """One opening interval. `day` is the local day it belongs to; it never leaves that day."""

    day: date

    def holds(self, start: datetime, duration: timedelta) -> bool:
        return self.start <= start and start + duration <= self.end


def openings(config: TenantConfig, day: date) -> list[Opening]:
    """The opening intervals of a local day, in order. One that a clock change swallows is left out."""
    spans = (
        Opening(instant_of(day, one.start, config.zone), instant_of(day, one.end, config.zone), day)
        for one in config.opening(day)
    )
    return [one for one in spans if one.start < one.end]


def local_day(moment: datetime, zone: ZoneInfo) -> date:
    return moment.astimezone(zone).date()


def opening_around(config: TenantConfig, start: datetime, duration: timedelta) -> Opening | None:
    """The opening interval that an appointment lies in as a whole."""
    day = local_day(start, config.zone)
    # Near a clock change at midnight an instant can show the day before the one it was meant for.
    for candidate in (day, day + timedelta(days=1)):
        for opening in openings(config, candidate):
            if opening.holds(start, duration):
                return opening
    return None


def instant_of(day: date, at: time, zone: ZoneInfo) -> datetime:
    """When the wall clock shows this time; of two such moments the first, of none the jump over it."""
    before_change = datetime.combine(day, at, tzinfo=zone).replace(fold=0).astimezone(UTC)
    shown = before_change.astimezone(zone)
    if shown.replace(tzinfo=None) == datetime.combine(day, at):
        return before_change
    after_change = datetime.combine(day, at, tzinfo=zone).replace(fold=1).astimezone(UTC)
    return _jump(after_change, before_change, zone)


def _jump(earlier: datetime, later: datetime, zone: ZoneInfo) -> datetime:
    # In a gap the two readings of the missing time lie on both sides of the jump: close in on it.
    old_offset = earlier.astimezone(zone).utcoffset()
    while later - earlier > timedelta(seconds=1):
        middle = earlier + (later - earlier) // 2
        if middle.astimezone(zone).utcoffset() == old_offset:
            earlier = middle
        else:
            later = middle
    return later.replace(microsecond=0)
