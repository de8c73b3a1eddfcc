"""How many calls there were lately, and how many of them failed or were slow. Pure.

The window slides by a twelfth of its length, so that no minute begins from nothing.
"""

from collections import defaultdict
from dataclasses import dataclass
from typing import Final

_SLOTS: Final = 12


@dataclass(frozen=True, slots=True)
class Counts:
    """Calls, and those of them that failed or were slow (one may be both)."""

    calls: int = 0
    failures: int = 0
    slow: int = 0

    def __add__(self, other: "Counts") -> "Counts":
        return Counts(self.calls + other.calls, self.failures + other.failures, self.slow + other.slow)

    def at_least(self, other: "Counts") -> "Counts":
        """The larger of each: of two views of the same calls, that which has seen more."""
        return Counts(
            max(self.calls, other.calls), max(self.failures, other.failures), max(self.slow, other.slow)
        )


@dataclass(frozen=True, slots=True)
class Window:
    """Counts by slot of time; a slot's number is its moment divided by its length."""

    slots: tuple[tuple[int, Counts], ...] = ()

    def counted(self, counts: Counts, now: float, seconds: float) -> "Window":
        """The window of `seconds` after these calls, without what it has left behind."""
        current = _slot(now, seconds)
        kept = {slot: held for slot, held in self.slots if _within(slot, current)}
        kept[current] = kept.get(current, Counts()) + counts
        return Window(tuple(sorted(kept.items(), key=lambda item: item[0])))

    def counts(self, now: float, seconds: float) -> Counts:
        """All calls of the last `seconds`."""
        current = _slot(now, seconds)
        return sum((held for slot, held in self.slots if _within(slot, current)), Counts())

    def joined(self, other: "Window") -> "Window":
        """One of two that grew from the same: what both know counts once."""
        slots: defaultdict[int, Counts] = defaultdict(Counts)
        for slot, held in (*self.slots, *other.slots):
            slots[slot] = slots[slot].at_least(held)
        return Window(tuple(sorted(slots.items(), key=lambda item: item[0])))


def _slot(now: float, seconds: float) -> int:
    return int(now * _SLOTS // seconds)


def _within(slot: int, current: int) -> bool:
    # Ahead as well: the clock of another replica may be, or ours was set back.
    return abs(slot - current) < _SLOTS
