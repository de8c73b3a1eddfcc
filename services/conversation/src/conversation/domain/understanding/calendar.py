"""Days as people name them, counted from the tenant's today."""

import re
from calendar import monthrange
from collections.abc import Iterator, Mapping
from datetime import UTC, date, datetime, timedelta

from conversation.domain.understanding.lexicon import Lexicon

DAYS_IN_WEEK = 7
SATURDAY = 5
Range = tuple[date, date]


def coming_weekday(today: date, weekday: int, *, today_counts: bool = False) -> date:
    """A weekday said alone is the coming one; who means today says "today"."""
    ahead = (weekday - today.weekday()) % DAYS_IN_WEEK
    return today + timedelta(days=ahead if ahead or today_counts else DAYS_IN_WEEK)


def next_weekday(today: date, weekday: int, readings: tuple[str, ...]) -> tuple[date, ...]:
    """ "Next Tuesday": the coming one, or the one of the following week, as the language has it.

    Both are given where speakers differ, unless they are the same day.
    """
    coming = coming_weekday(today, weekday)
    following = week_of(today, 1)[0] + timedelta(days=weekday)
    days = {"coming": coming, "following": following}
    return tuple(dict.fromkeys(days[reading] for reading in readings))


def week_of(today: date, weeks: int) -> Range:
    """Monday to Sunday of the week so many weeks ahead; this week starts today."""
    monday = today - timedelta(days=today.weekday()) + timedelta(weeks=weeks)
    return max(monday, today), monday + timedelta(days=DAYS_IN_WEEK - 1)


def weekend(today: date, weeks: int) -> Range:
    """Saturday and Sunday; what is left of them when it is the weekend now."""
    monday = today - timedelta(days=today.weekday()) + timedelta(weeks=weeks)
    return max(monday + timedelta(days=SATURDAY), today), monday + timedelta(days=6)


def next_month(today: date) -> Range:
    return _month(_add_months(today.replace(day=1), 1))


def coming_month(today: date, month: int) -> Range:
    """The next such month, or what is left of this one."""
    first, last = _month(_add_months(today.replace(day=1), (month - today.month) % 12))
    return max(first, today), last


def _month(first: date) -> Range:
    return first, first.replace(day=monthrange(first.year, first.month)[1])


def later(now: datetime, amount: int, unit: str) -> date | datetime | None:
    """So much later: a day for days, weeks and months, a local moment for hours and minutes."""
    try:
        if unit in ("hour", "minute"):
            elapsed = timedelta(minutes=amount * (60 if unit == "hour" else 1))
            return (now.astimezone(UTC) + elapsed).astimezone(now.tzinfo)
        if unit == "month":
            return _add_months(now.date(), amount)
        return now.date() + timedelta(days=amount * (DAYS_IN_WEEK if unit == "week" else 1))
    except OverflowError:
        return None


def _add_months(day: date, months: int) -> date:
    year, month = divmod(day.year * 12 + day.month - 1 + months, 12)
    return date(year, month + 1, min(day.day, monthrange(year, month + 1)[1]))


def next_day_of_month(today: date, day: int, weekday: int | None = None) -> tuple[date, ...]:
    """The next month that has this day; with a weekday, the next where the two agree."""
    for candidate in _months_with(today, day):
        if weekday is None or candidate.weekday() == weekday:
            return (candidate,)
    return ()


def _months_with(today: date, day: int) -> Iterator[date]:
    for months in range(13):
        first = _add_months(today.replace(day=1), months)
        candidate = valid(first.year, first.month, day)
        if candidate is not None and candidate >= today:
            yield candidate


def day_of_year(today: date, day: int, month: int, year: int | None) -> date | None:
    """Without a year, its next occurrence (29 February may be years ahead)."""
    if year is not None:
        return valid(year, month, day)
    ahead = (valid(today.year + n, month, day) for n in range(9))
    return next((found for found in ahead if found is not None and found >= today), None)


def numeric_date(text: str, today: date) -> date | None:
    """ISO, else the day first; the month first only where nothing else is possible."""
    numbers = [int(n) for n in re.split("[-/.]", text)]
    if numbers[0] >= 1000:
        return valid(*numbers)
    day, month = numbers[:2]
    year = full_year(numbers[2]) if len(numbers) > 2 else None
    return day_of_year(today, day, month, year) or day_of_year(today, month, day, year)


def full_year(year: int) -> int:
    return year if year >= 100 else 2000 + year


def valid(year: int, month: int, day: int) -> date | None:
    try:
        return date(year, month, day)
    except ValueError:
        return None


def day_number(said: str, lexicon: Lexicon) -> int:
    """ "15", "15th", "quindici" or "primo"."""
    names: Mapping[str, int] = lexicon.ordinals | lexicon.numbers
    return names[said] if said in names else int(re.match(r"\d+", said)[0])  # type: ignore[index]
