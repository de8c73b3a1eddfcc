"""A sample of the record: of each type so many, by lot, so that rare types are in it as well. Pure."""

import random
from collections import Counter
from collections.abc import Iterator

from chassis.record import Recorded


class Sample:
    """Each event of a type has the same chance, however many come; the same seed draws the same ones."""

    def __init__(self, per_type: int, seed: int) -> None:
        self.per_type = per_type
        self.seed = seed
        self.seen: Counter[str] = Counter()
        self._lots = random.Random(seed)  # noqa: S311 (a fair lot, no secret)
        self._drawn: dict[str, list[Recorded]] = {}

    def add(self, one: Recorded) -> None:
        """Draws."""
        drawn = self._drawn.setdefault(one.type, [])
        self.seen[one.type] += 1
        if len(drawn) < self.per_type:
            drawn.append(one)
        elif (place := self._lots.randrange(self.seen[one.type])) < self.per_type:
            drawn[place] = one

    def __iter__(self) -> Iterator[Recorded]:
        """What was drawn, in recorded order."""
        return iter(sorted((one for drawn in self._drawn.values() for one in drawn), key=_offset))


def _offset(one: Recorded) -> int:
    return one.offset
