"""Repair slips of the thumb in long words, towards words that we know."""

from collections.abc import Callable, Collection, Iterable
from functools import lru_cache

SHORTEST = 5


class Speller:
    """Knows the words worth repairing to, and the words that are right as they stand.

    The answers for the last `remembered` words are kept.
    """

    def __init__(
        self, targets: Collection[str], correct: Iterable[str] = (), *, remembered: int = 4096
    ) -> None:
        words = {word for word in targets if len(word) >= SHORTEST}
        self._known = frozenset(words) | frozenset(targets) | frozenset(correct)
        self._by_initials: dict[str, tuple[str, ...]] = {}
        for word in sorted(words):
            self._by_initials[word[0]] = (*self._by_initials.get(word[0], ()), word)
        self.repair: Callable[[str], str] = lru_cache(maxsize=remembered)(self._repair)

    def knows(self, word: str) -> bool:
        return word in self._known

    def _repair(self, word: str) -> str:
        if len(word) < SHORTEST or word in self._known:
            return word
        allowed = 2 if len(word) >= 9 else 1
        found = [
            (distance, target)
            for target in self._candidates(word)
            if (distance := slips(word, target, allowed)) <= allowed
        ]
        if not found:
            return word
        nearest = min(distance for distance, _ in found)
        best = [target for distance, target in found if distance == nearest]
        return best[0] if len({stem(target) for target in best}) == 1 else word

    def _candidates(self, word: str) -> Iterable[str]:
        swapped = word[1] if len(word) > 1 else ""
        for initial in dict.fromkeys((word[0], swapped)):  # in this order in every process
            yield from self._by_initials.get(initial, ())


def stem(word: str) -> str:
    """The start that forms of one word share: "prenotare" and "prenotate" lean the same way."""
    return word[:5]


def slips(word: str, target: str, limit: int) -> int:
    """How many letters were added, lost, swapped or mistaken; more than `limit` is cut short.

    In a five-letter word a mistaken letter makes another word too easily ("Marco", "marzo"),
    and so does one at the start: these count double.
    """
    if abs(len(word) - len(target)) > 1:  # two letters more are an ending, not a slip
        return limit + 1
    swap_first = word[:2] == target[1::-1]
    mistaken = 2 if min(len(word), len(target)) <= SHORTEST else 1
    if word[0] != target[0] and not swap_first:
        return limit + 1
    return _distance(word, target, mistaken)


def _distance(word: str, target: str, mistaken: int) -> int:
    before: list[int] = []
    row = list(range(len(target) + 1))
    for i, letter in enumerate(word, 1):
        older, before, row = before, row, [i]
        for j, wanted in enumerate(target, 1):
            cost = 0 if letter == wanted else mistaken
            best = min(before[j] + 1, row[j - 1] + 1, before[j - 1] + cost)
            if i > 1 and j > 1 and letter == target[j - 2] and word[i - 2] == wanted:
                best = min(best, older[j - 2] + 1)
            row.append(best)
    return row[-1]
