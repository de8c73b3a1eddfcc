"""Wished days and times, in the business's local calendar, and how they become instants."""

from dataclasses import replace
from datetime import UTC, date, datetime, time, timedelta

from contracts.tenants import TenantConfig
from conversation.domain.understanding import When

NOTHING = When()
LOOK_AHEAD = timedelta(days=14)


def merged(old: When, new: When) -> When:
    """A change of mind: a new day keeps the time, a new time keeps the day."""
    day = new if names_day(new) else old
    clock = new if names_time(new) else old
    return replace(clock, dates=day.dates, date_range=day.date_range)


def names_day(when: When) -> bool:
    return bool(when.dates or when.date_range)


def names_time(when: When) -> bool:
    return bool(when.times or when.not_before or when.not_after)


def without_time(when: When) -> When:
    return When(dates=when.dates, date_range=when.date_range)


def still_ahead(when: When, now: datetime) -> When:
    """Without past days, if there are others: "ieri sono passata, posso venire martedì?" """
    ahead = tuple(day for day in when.dates if day >= now.date())
    return replace(when, dates=ahead or when.dates)


def within_reach(when: When, now: datetime, config: TenantConfig) -> When:
    """Without days that lie too far ahead, if there are others; a span ends at the last bookable day."""
    last = last_day(now, config)
    days = tuple(day for day in when.dates if day <= last)
    span = when.date_range
    if span and span[0] <= last < span[1]:
        span = (span[0], last)
    return replace(when, dates=days or when.dates, date_range=span)


def last_day(now: datetime, config: TenantConfig) -> date:
    """The last one that appointments are taken for; `now` is local."""
    return now.date() + timedelta(days=config.booking.horizon_days)


def days_of(when: When) -> tuple[date, ...]:
    """The days said; of a span, both ends."""
    return when.dates or when.date_range or ()


def exactly(moment: datetime) -> When:
    """The wish for one local moment."""
    return When(dates=(moment.date(),), times=(moment.time().replace(tzinfo=None),))


def sensible(when: When, config: TenantConfig) -> When:
    """Of several times that were possibly meant (3:00, 15:00) those inside opening hours, if any."""
    if len(when.times) < 2:
        return when
    days = when.dates[:1] or tuple(date(2024, 1, 1) + timedelta(days=n) for n in range(7))
    inside = tuple(t for t in when.times if any(_open_at(config, day, t) for day in days))
    return replace(when, times=inside or when.times)


def _open_at(config: TenantConfig, day: date, moment: time) -> bool:
    return any(interval.start <= moment < interval.end for interval in config.opening(day))


def instant(day: date, moment: time, config: TenantConfig) -> datetime:
    """What the clock on the business's wall shows, as UTC."""
    return datetime.combine(day, moment, tzinfo=config.zone).astimezone(UTC)


def window(when: When, now: datetime, config: TenantConfig) -> tuple[datetime, datetime]:
    """From when to when (UTC) free times are wanted; never before `now`, never empty."""
    if not names_day(when):
        return now.astimezone(UTC), (now + LOOK_AHEAD).astimezone(UTC)
    first, last = when.date_range or (when.dates[0], when.dates[-1])
    opens = instant(first, when.not_before or time.min, config)
    closes = _end(last, when.not_after, config)
    earliest = max(opens, now.astimezone(UTC))
    return earliest, closes if closes > earliest else earliest + timedelta(days=1)


def _end(last: date, not_after: time | None, config: TenantConfig) -> datetime:
    # Midnight as an end ("in the evening: 18:00 to 0:00") is that of the day after.
    if not_after is None or not_after == time.min:
        return instant(last + timedelta(days=1), time.min, config)
    return instant(last, not_after, config)


def fits(moment: datetime, when: When) -> bool:
    """Whether a local moment is within what was said; what was not said does not matter."""
    clock = moment.time().replace(tzinfo=None)
    first, last = when.date_range or (date.min, date.max)
    return (
        (not when.dates or moment.date() in when.dates)
        and first <= moment.date() <= last
        and (not when.times or clock in when.times)
        and (when.not_before is None or clock >= when.not_before)
        and (not when.not_after or when.not_after == time.min or clock <= when.not_after)
    )
