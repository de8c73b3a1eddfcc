"""What a mention of a day means: "domani", "next Tuesday", "il 3 dicembre", "in 2 weeks"."""

from collections.abc import Callable, Mapping
from datetime import date, datetime, time, timedelta

from conversation.domain.understanding import calendar, holidays
from conversation.domain.understanding.clock import Clock
from conversation.domain.understanding.lexicon import Lexicon, WhenKind
from conversation.domain.understanding.piece import Piece, Window

Parts = Mapping[str, str]
SOON = timedelta(days=62)  # how far ahead "martedì 29" may lie, when the next 29th is no Tuesday
QUARTER = 15  # minutes


def _relative_day(parts: Parts, lexicon: Lexicon, now: datetime) -> Piece:
    return Piece(dates=(now.date() + timedelta(days=lexicon.relative_days[parts["relative"]]),))


def _weekday(parts: Parts, lexicon: Lexicon, now: datetime) -> Piece:
    weekday = lexicon.weekdays[parts["weekday"]]
    return Piece(dates=(calendar.coming_weekday(now.date(), weekday),), weekday=weekday)


def _this_weekday(parts: Parts, lexicon: Lexicon, now: datetime) -> Piece:
    weekday = lexicon.weekdays[parts["weekday"]]
    return Piece(dates=(calendar.coming_weekday(now.date(), weekday, today_counts=True),))


def _next_weekday(parts: Parts, lexicon: Lexicon, now: datetime) -> Piece:
    weekday = lexicon.weekdays[parts["weekday"]]
    return Piece(dates=calendar.next_weekday(now.date(), weekday, lexicon.next_weekday))


def _weekday_next_week(parts: Parts, lexicon: Lexicon, now: datetime) -> Piece:
    weekday = lexicon.weekdays[parts["weekday"]]
    return Piece(dates=calendar.next_weekday(now.date(), weekday, ("following",)))


def _day_month(parts: Parts, lexicon: Lexicon, now: datetime) -> Piece | None:
    day = calendar.day_number(parts["day"], lexicon)
    year = calendar.full_year(int(parts["year"])) if "year" in parts else None
    found = calendar.day_of_year(now.date(), day, lexicon.months[parts["month"]], year)
    return _with_weekday(found, parts, lexicon, now)


def _numeric(parts: Parts, lexicon: Lexicon, now: datetime) -> Piece | None:
    found = calendar.numeric_date(parts["numeric"], now.date())
    return _with_weekday(found, parts, lexicon, now)


def _with_weekday(found: date | None, parts: Parts, lexicon: Lexicon, now: datetime) -> Piece | None:
    """A weekday that contradicts the date makes two readings: better asked than guessed."""
    if found is None:
        return None
    weekday = lexicon.weekdays.get(parts.get("weekday", ""))
    if weekday is None or found.weekday() == weekday:
        return Piece(dates=(found,))
    return Piece(dates=(found, calendar.coming_weekday(now.date(), weekday)))


def _day_only(parts: Parts, lexicon: Lexicon, now: datetime) -> Piece | None:
    day = calendar.day_number(parts.get("day") or parts["ordinal_day"], lexicon)
    today = now.date()
    weekday = lexicon.weekdays.get(parts.get("weekday", ""))
    agreed = calendar.next_day_of_month(today, day, weekday)
    if weekday is None or (agreed and agreed[0] <= today + SOON):
        return Piece(dates=agreed) if agreed else None
    either = (*calendar.next_day_of_month(today, day), calendar.coming_weekday(today, weekday))
    return Piece(dates=either)


def _in_units(parts: Parts, lexicon: Lexicon, now: datetime) -> Piece | None:
    said = parts["number"]
    amount = lexicon.numbers[said] if said in lexicon.numbers else int(said)
    return _moment(calendar.later(now, amount, lexicon.units[parts["unit"]]))


def _in_minutes(parts: Parts, lexicon: Lexicon, now: datetime) -> Piece | None:
    return _moment(calendar.later(now, lexicon.durations[parts["duration"]], "minute"))


def _moment(found: date | datetime | None) -> Piece | None:
    if found is None:
        return None
    if isinstance(found, datetime):
        # "In un'ora" at 10:34 is a quarter to twelve: nobody means the minute.
        found += timedelta(minutes=-found.minute % QUARTER)
        return Piece(dates=(found.date(),), clocks=(Clock(found.hour, found.minute, exact=True),))
    return Piece(dates=(found,))


def _next_days(parts: Parts, lexicon: Lexicon, now: datetime) -> Piece:
    said = parts.get("number", "7")
    days = lexicon.numbers[said] if said in lexicon.numbers else int(said)
    tomorrow = now.date() + timedelta(days=1)
    return Piece(date_range=(tomorrow, tomorrow + timedelta(days=max(days, 1) - 1)))


def _day_span(parts: Parts, lexicon: Lexicon, now: datetime) -> Piece | None:
    month = lexicon.months[parts["month"]]
    last = calendar.day_of_year(now.date(), calendar.day_number(parts["last"], lexicon), month, None)
    if last is None:
        return None
    first = calendar.valid(last.year, month, calendar.day_number(parts["first"], lexicon))
    return Piece(date_range=(first, last)) if first is not None and first <= last else None


def _next_month(parts: Parts, lexicon: Lexicon, now: datetime) -> Piece | None:
    first, last = calendar.next_month(now.date())
    if "day" not in parts:
        return Piece(date_range=(first, last))
    day = calendar.valid(first.year, first.month, calendar.day_number(parts["day"], lexicon))
    return Piece(dates=(day,)) if day is not None else None


def _in_month(parts: Parts, lexicon: Lexicon, now: datetime) -> Piece:
    return Piece(date_range=calendar.coming_month(now.date(), lexicon.months[parts["month"]]))


def _day_and_part(parts: Parts, lexicon: Lexicon, now: datetime) -> Piece:
    days, part = lexicon.day_and_part[parts["day_and_part"]]
    return Piece(dates=(now.date() + timedelta(days=days),), window=day_part(part, lexicon))


def _holiday(parts: Parts, lexicon: Lexicon, now: datetime) -> Piece | None:
    said = parts["holiday"]
    if said in lexicon.easter_days:
        return Piece(dates=(holidays.coming_after_easter(now.date(), lexicon.easter_days[said]),))
    found = holidays.coming_fixed(now.date(), *lexicon.holidays[said])
    return Piece(dates=(found,)) if found else None


def _range(make: Callable[[date], tuple[date, date]]) -> "DayReader":
    return lambda _parts, _lexicon, now: Piece(date_range=make(now.date()))


def day_part(part: str, lexicon: Lexicon) -> Window:
    start, end = lexicon.dayparts[part]
    return time.fromisoformat(start), time.fromisoformat(end)


DayReader = Callable[[Parts, Lexicon, datetime], Piece | None]
DAY_READERS: dict[WhenKind, DayReader] = {
    "relative_day": _relative_day,
    "weekday": _weekday,
    "this_weekday": _this_weekday,
    "next_weekday": _next_weekday,
    "weekday_next_week": _weekday_next_week,
    "day_month": _day_month,
    "numeric": _numeric,
    "day_only": _day_only,
    "in_units": _in_units,
    "in_minutes": _in_minutes,
    "this_week": _range(lambda today: calendar.week_of(today, 0)),
    "next_week": _range(lambda today: calendar.week_of(today, 1)),
    "weekend": _range(lambda today: calendar.weekend(today, 0)),
    "next_weekend": _range(lambda today: calendar.weekend(today, 1)),
    "next_month": _next_month,
    "in_month": _in_month,
    "next_days": _next_days,
    "day_span": _day_span,
    "day_and_part": _day_and_part,
    "holiday": _holiday,
}
