"""What several prices or durations make together."""

from collections.abc import Iterable
from decimal import Decimal
from itertools import combinations
from typing import Final

from conversation.domain.guard.figures import figures_in

MOST_PARTS: Final = 6  # of a sum


def sums(parts: Iterable[Decimal]) -> frozenset[Decimal]:
    """Of each two or more of them; nothing is no part."""
    most = sorted({part for part in parts if part})[:MOST_PARTS]
    return frozenset(
        sum(some, Decimal()).normalize() for n in range(2, len(most) + 1) for some in combinations(most, n)
    )


def multiples(prices: Iterable[Decimal], text: str) -> frozenset[Decimal]:
    """Of each price by each number in a plain text: "2 lessons"."""
    numbers = (value for one in figures_in(text) if one.kind == "number" for value in one.values)
    counts = {int(str(value)) for kind, value in numbers if kind == "number" and str(value).isdigit()} - {
        0,
        1,
    }
    return frozenset((price * count).normalize() for price in prices for count in counts)
