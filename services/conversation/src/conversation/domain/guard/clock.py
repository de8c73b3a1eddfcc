"""Reads times of the day and durations in a plain text."""

import re
from collections.abc import Callable, Iterator
from typing import Final, TypeAlias

from conversation.domain.guard import shapes
from conversation.domain.guard.figure import Figure, Value, decimal_of, figure_at
from conversation.domain.guard.shapes import NAMED_DURATIONS, NAMED_TIMES, QUARTERS, SAID_FIRST, UNITS

Reader: TypeAlias = Callable[[str], Iterator[Figure]]
NOON: Final = 12 * 60
DAY: Final = 24 * 60
YEAR: Final = 365 * DAY
TWELVE_MONTHS: Final = 360 * DAY


def _named_durations(text: str) -> Iterator[Figure]:
    for match in shapes.NAMED_DURATION.finditer(text):
        yield figure_at(match, "duration", ("duration", NAMED_DURATIONS[match[0]]))


def _hours(text: str) -> Iterator[Figure]:
    """ "16 h", "une heure et demie": a time of day or how long something takes."""
    for match in shapes.FRENCH_CLOCK.finditer(text):
        minutes = int(match["hour"]) * 60 + int(match["minute"] or 0) + _quarter(match["quarter"])
        yield figure_at(match, "time", ("duration", minutes), *moments_of(minutes, exact=True))


def _durations(text: str) -> Iterator[Figure]:
    for match in shapes.DURATION.finditer(text):
        yield from _duration(match)


def _duration(match: re.Match[str]) -> Iterator[Figure]:
    unit = UNITS[match["unit"]]
    for number in filter(None, (match["low"], match["number"])):
        minutes = int(decimal_of(number) * unit)
        part = unit // 2 if match["half"] else unit // 4 if match["fourth"] else 0
        minutes += minutes // TWELVE_MONTHS * (YEAR - TWELVE_MONTHS)
        minutes += part or int(match["minutes"] or 0)
        trifle = minutes in (1, DAY)  # "un minuto", "one day": a way to speak
        if not trifle:
            yield figure_at(match, "duration", ("duration", minutes))


def _named_times(text: str) -> Iterator[Figure]:
    for match in shapes.NAMED_TIME.finditer(text):
        yield figure_at(match, "time", ("time", NAMED_TIMES[match[0]]))


def _times_by(shape: re.Pattern[str], minutes_of: Callable[[re.Match[str]], int]) -> Reader:
    def read(text: str) -> Iterator[Figure]:
        for match in shape.finditer(text):
            yield figure_at(match, "time", *_said(minutes_of(match), match))

    return read


def _said(minutes: int, match: re.Match[str]) -> tuple[Value, ...]:
    half = "pm" if match["pm"] else "am" if match["am"] else ""
    if half and minutes < NOON + 60:
        return (("time", minutes % NOON + (NOON if half == "pm" else 0)),)
    return moments_of(minutes, exact=bool(half) or match["hour"].startswith("0"))


def moments_of(minutes: int, *, exact: bool) -> tuple[Value, ...]:
    """The time of the day, or both that "at 3" may be."""
    both = (minutes,) if exact or minutes >= NOON + 60 else (minutes, minutes + NOON)
    return tuple(("time", one % DAY) for one in both)


def _quarter(said: str | None) -> int:
    return QUARTERS[said] if said else 0


CLOCK_READERS: Final[tuple[Reader, ...]] = (
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
)
"""The surest first: each leaves to the next what it did not understand."""
