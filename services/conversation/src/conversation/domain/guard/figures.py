"""Reads the prices, times, dates, durations and other numbers in a plain text."""

from collections.abc import Iterator
from functools import lru_cache
from typing import Final

from conversation.domain.guard import shapes
from conversation.domain.guard.clock import CLOCK_READERS, Reader, moments_of
from conversation.domain.guard.figure import Figure, decimal_of, figure_at
from conversation.domain.guard.shapes import FROM_WORDS, MONTHS, MULTIPLES, NAMED_PERCENTS

TAKEN: Final = "\0"
"""Stands where a figure was read, so that nothing reads it again."""


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


def _prices(text: str) -> Iterator[Figure]:
    for match in shapes.PRICE.finditer(text):
        by = MULTIPLES.get(match["multiple"] or "", 1)
        amounts = (match["before"], match["after"], match["low"], match["high"])
        for amount in filter(None, amounts):
            yield figure_at(match, "price", ("price", (decimal_of(amount) * by).normalize()))


def _percents(text: str) -> Iterator[Figure]:
    for match in shapes.PERCENT.finditer(text):
        yield figure_at(match, "percent", ("percent", decimal_of(match["number"])))
    for match in shapes.NAMED_PERCENT.finditer(text):
        yield figure_at(match, "percent", ("percent", decimal_of(str(NAMED_PERCENTS[match[0]]))))


def _dates(text: str) -> Iterator[Figure]:
    for match in shapes.DATE.finditer(text):
        month, day = match["month"] or match["month2"], match["day"] or match["day2"]
        yield figure_at(match, "date", ("date", (MONTHS[month], int(day))))
    for match in shapes.DIGITAL_DATE.finditer(text):
        if match["iso"]:
            _, month, day = match["iso"].split("-")
            yield figure_at(match, "date", ("date", (int(month), int(day))))
        else:
            one, other = int(match["one"] or match["first"]), int(match["other"] or match["second"])
            yield figure_at(match, "date", ("date", (one, other)), ("date", (other, one)))


def _numbers(text: str) -> Iterator[Figure]:
    priced = [match.start() for match in shapes.PRICE_WORD.finditer(text)]
    for match in shapes.NUMBER.finditer(text):
        before = (text[place : match.start()] for place in priced if place < match.start())
        near = any(len(words) < FROM_WORDS and TAKEN not in words for words in before)
        amount = decimal_of(match[0])
        if near and amount != 1:
            yield figure_at(match, "price", ("price", amount))
        else:
            hour = int(amount) if amount == amount.to_integral_value() and amount <= 24 else None
            as_time = moments_of(hour * 60, exact=False) if hour is not None else ()
            yield figure_at(match, "number", ("number", f"{amount:f}"), *as_time)


_READERS: Final[tuple[Reader, ...]] = (_prices, _percents, _dates, *CLOCK_READERS, _numbers)
"""The surest first: each leaves to the next what it did not understand."""
