"""Reads the prices, times, dates, durations and other numbers in a plain text."""

import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from decimal import Decimal
from functools import lru_cache
from typing import Final, Literal, TypeAlias

from conversation.domain.guard import shapes
from conversation.domain.guard.shapes import (
    FROM_WORDS,
    MONTHS,
    MULTIPLES,
    NAMED_DURATIONS,
    NAMED_TIMES,
    QUARTERS,
    SAID_FIRST,
    UNITS,
)

Kind = Literal["price", "percent", "duration", "time", "date", "number"]
Value: TypeAlias = tuple[Kind, Decimal | int | str | tuple[int, int]]
"""Prices and percents are decimals, durations minutes, times minutes of the day, dates (month, day)."""

TAKEN: Final = "\0"
"""Stands where a figure was read, so that nothing reads it again."""
NOON: Final = 12 * 60
DAY: Final = 24 * 60


@dataclass(frozen=True)
class Figure:
    """A number in a text, and all that it may mean there."""

    kind: Kind
    start: int
    end: int
    values: frozenset[Value]
    text: str = field(compare=False)


@lru_cache(maxsize=4096)
def figures_in(text: str) -> tuple[Figure, ...]:
    """All of a plain text, by their place."""
    found: list[Figure] = []
    for read in _READERS:
        here = list(read(text))
        found += here
        for one in here:
            text = text[: one.start] + TAKEN * (one.end - one.start) + text[one.end :]
    return tuple(sorted(found, key=lambda one: one.start))


def decimal_of(written: str) -> Decimal:
    """ "5 000", "5,000", "5.000" are five thousand; "12,50" and "12.5" have a fraction."""
    bare = re.sub(r"[ '](?=\d{3})", "", written)
    whole, fraction = bare, ""
    if match := re.fullmatch(r"(.*?)[.,](\d{1,2})", bare):
        whole, fraction = match[1], match[2]
    return Decimal(re.sub(r"[.,]", "", whole) + (f".{fraction}" if fraction else "")).normalize()


def _figure(kind: Kind, match: re.Match[str], *values: Value) -> Figure:
    return Figure(kind, match.start(), match.end(), frozenset(values), match[0])


def _prices(text: str) -> Iterator[Figure]:
    for match in shapes.PRICE.finditer(text):
        by = MULTIPLES.get(match["multiple"] or "", 1)
        amounts = (match["before"], match["after"], match["low"], match["high"])
        for amount in filter(None, amounts):
            yield _figure("price", match, ("price", (decimal_of(amount) * by).normalize()))


def _percents(text: str) -> Iterator[Figure]:
    for match in shapes.PERCENT.finditer(text):
        yield _figure("percent", match, ("percent", decimal_of(match["number"])))


def _dates(text: str) -> Iterator[Figure]:
    for match in shapes.DATE.finditer(text):
        month, day = match["month"] or match["month2"], match["day"] or match["day2"]
        yield _figure("date", match, ("date", (MONTHS[month], int(day))))
    for match in shapes.DIGITAL_DATE.finditer(text):
        if match["iso"]:
            _, month, day = match["iso"].split("-")
            yield _figure("date", match, ("date", (int(month), int(day))))
        else:
            one, other = int(match["one"] or match["first"]), int(match["other"] or match["second"])
            yield _figure("date", match, ("date", (one, other)), ("date", (other, one)))


def _named_durations(text: str) -> Iterator[Figure]:
    for match in shapes.NAMED_DURATION.finditer(text):
        yield _figure("duration", match, ("duration", NAMED_DURATIONS[match[0]]))


def _hours(text: str) -> Iterator[Figure]:
    """ "16 h", "une heure et demie": a time of day or how long something takes."""
    for match in shapes.FRENCH_CLOCK.finditer(text):
        minutes = int(match["hour"]) * 60 + int(match["minute"] or 0) + _quarter(match["quarter"])
        yield _figure("time", match, ("duration", minutes), *_moments(minutes, exact=True))


def _durations(text: str) -> Iterator[Figure]:
    for match in shapes.DURATION.finditer(text):
        yield from _duration(match)


def _duration(match: re.Match[str]) -> Iterator[Figure]:
    unit = UNITS[match["unit"]]
    for number in filter(None, (match["low"], match["number"])):
        minutes = int(decimal_of(number) * unit)
        minutes += unit // 2 if match["half"] else int(match["minutes"] or 0)
        trifle = minutes in (1, DAY)  # "un minuto", "one day": a way to speak
        if not trifle:
            yield _figure("duration", match, ("duration", minutes))


def _named_times(text: str) -> Iterator[Figure]:
    for match in shapes.NAMED_TIME.finditer(text):
        yield _figure("time", match, ("time", NAMED_TIMES[match[0]]))


def _times_by(
    shape: re.Pattern[str], minutes_of: Callable[[re.Match[str]], int]
) -> Callable[[str], Iterator[Figure]]:
    def read(text: str) -> Iterator[Figure]:
        for match in shape.finditer(text):
            yield _figure("time", match, *_said(minutes_of(match), match))

    return read


def _said(minutes: int, match: re.Match[str]) -> tuple[Value, ...]:
    half = "pm" if match["pm"] else "am" if match["am"] else ""
    if half and minutes < NOON + 60:
        return (("time", minutes % NOON + (NOON if half == "pm" else 0)),)
    return _moments(minutes, exact=bool(half) or match["hour"].startswith("0"))


def _moments(minutes: int, *, exact: bool) -> tuple[Value, ...]:
    both = (minutes,) if exact or minutes >= NOON + 60 else (minutes, minutes + NOON)
    return tuple(("time", one % DAY) for one in both)


def _quarter(said: str | None) -> int:
    return QUARTERS[said] if said else 0


def _numbers(text: str) -> Iterator[Figure]:
    priced = [match.start() for match in shapes.PRICE_WORD.finditer(text)]
    for match in shapes.NUMBER.finditer(text):
        before = (text[place : match.start()] for place in priced if place < match.start())
        near = any(len(words) < FROM_WORDS and TAKEN not in words for words in before)
        amount = decimal_of(match[0])
        if near and amount != 1:
            yield _figure("price", match, ("price", amount))
        else:
            hour = int(amount) if amount == amount.to_integral_value() and amount <= 24 else None
            as_time = _moments(hour * 60, exact=False) if hour is not None else ()
            yield _figure("number", match, ("number", f"{amount:f}"), *as_time)


_READERS: Final = (
    _prices,
    _percents,
    _dates,
    _named_durations,
    _hours,
    _durations,
    _named_times,
    _times_by(shapes.SAID_FIRST_CLOCK, lambda m: int(m["hour"]) * 60 + SAID_FIRST[m["said"]]),
    _times_by(shapes.CLOCK, lambda m: int(m["hour"]) * 60 + int(m["minute"])),
    _times_by(
        shapes.PREPOSITION_CLOCK,
        lambda m: int(m["hour"]) * 60 + int(m["minute"] or 0) + _quarter(m["quarter"]),
    ),
    _times_by(shapes.MERIDIEM_CLOCK, lambda m: int(m["hour"]) * 60),
    _numbers,
)
"""The surest first: each leaves to the next what it did not understand."""
