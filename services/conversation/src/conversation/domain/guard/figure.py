"""What a number in a text means: an amount of money, a time, how long something takes."""

import re
from dataclasses import dataclass, field
from decimal import Decimal
from typing import Literal, TypeAlias

Kind = Literal["price", "percent", "duration", "time", "date", "number"]
Value: TypeAlias = tuple[Kind, Decimal | int | str | tuple[int, int]]
"""Prices and percents are decimals, durations minutes, times minutes of the day, dates (month, day)."""


@dataclass(frozen=True)
class Figure:
    """A number in a text, and all that it may mean there."""

    kind: Kind
    start: int
    end: int
    values: frozenset[Value]
    text: str = field(compare=False)


def figure_at(match: re.Match[str], kind: Kind, *values: Value) -> Figure:
    """The figure that stands where `match` was found."""
    return Figure(kind, match.start(), match.end(), frozenset(values), match[0])


def decimal_of(written: str) -> Decimal:
    """ "5 000", "5,000", "5.000" are five thousand; "12,50" and "12.5" have a fraction."""
    bare = re.sub(r"[ '](?=\d{3})", "", written)
    whole, fraction = bare, ""
    if match := re.fullmatch(r"(.*?)[.,](\d{1,2})", bare):
        whole, fraction = match[1], match[2]
    return Decimal(re.sub(r"[.,]", "", whole) + (f".{fraction}" if fraction else "")).normalize()
