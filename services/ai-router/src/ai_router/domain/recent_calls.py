"""How calls of AI vendors went lately, as counts that all replicas' can be added up from. Pure.

A call is counted in a bucket of its seconds. Each bucket reaches a tenth further than the one before: a
percentile told from them is right within five per cent.
"""

import math
from collections import Counter
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from typing import Final, Literal, NamedTuple

from contracts.completions import Attempt, CompletionFailed, CompletionGenerated

_STEP: Final = math.log(1.1)
_SHORTEST: Final = 0.001
_SEPARATOR: Final = "\t"  # no name of a model holds one

_NO_FAILURES: Final = ("generated", "abandoned")


class Mark(NamedTuple):
    """What is counted: a call, how long a question `waited` to be taken up, or whether a `cache` had it."""

    what: Literal["call", "waited", "cache"]
    vendor: str = ""
    model: str = ""
    key: str = ""
    outcome: str = ""
    bucket: int = 0

    @property
    def name(self) -> str:
        """As text, from which `marks` reads it again."""
        return _SEPARATOR.join(map(str, self))


def marks_of(answer: CompletionGenerated | CompletionFailed, waited: float | None) -> list[Mark]:
    """All that is counted of one question. `waited`: seconds until it was taken up; None: a trial."""
    calls = [_call(one) for one in answer.attempts if one.asked]
    if waited is None:
        return calls
    cached = isinstance(answer, CompletionGenerated) and answer.cached
    cache = Mark("cache", outcome="hit" if cached else "miss")
    return [*calls, cache, Mark("waited", bucket=bucket_of(waited))]


def _call(one: Attempt) -> Mark:
    return Mark("call", one.vendor, one.model, one.key, one.outcome, bucket_of(one.seconds))


def bucket_of(seconds: float) -> int:
    """The number of the bucket."""
    return math.ceil(math.log(max(seconds, _SHORTEST) / _SHORTEST) / _STEP)


def seconds_of(bucket: int) -> float:
    """The middle of a bucket, in seconds."""
    return _SHORTEST * math.exp((bucket - 0.5) * _STEP)


@dataclass
class Tally:
    """Calls, or anything else that is counted: how many by outcome, and by bucket of seconds."""

    outcomes: Counter[str] = field(default_factory=Counter)
    buckets: Counter[int] = field(default_factory=Counter)

    def add(self, mark: Mark, count: int) -> None:
        """So many more of these. How long a call that was abandoned would have taken nobody knows."""
        self.outcomes[mark.outcome] += count
        if mark.outcome != "abandoned":
            self.buckets[mark.bucket] += count

    @property
    def total(self) -> int:
        """All of them."""
        return self.outcomes.total()

    @property
    def failures(self) -> int:
        """Calls that gave no answer."""
        return self.total - sum(self.outcomes[one] for one in _NO_FAILURES)

    def percentile(self, share: float) -> float | None:
        """Seconds that this share (0 to 1) does not exceed; None of nothing."""
        wanted, seen = math.ceil(share * self.buckets.total()), 0
        for bucket in sorted(self.buckets):
            seen += self.buckets[bucket]
            if seen >= wanted:
                return round(seconds_of(bucket), 3)
        return None


def added_up(counts: Iterable[Mapping[str, int]]) -> Counter[Mark]:
    """What several replicas, or several minutes, have counted. What cannot be read is left out."""
    together: Counter[Mark] = Counter()
    for some in counts:
        for name, count in some.items():
            if mark := _read(name):
                together[mark] += count
    return together


def _read(name: str) -> Mark | None:
    what, *words = name.split(_SEPARATOR)
    if what not in ("call", "waited", "cache") or len(words) != 5 or not words[4].lstrip("-").isdigit():
        return None
    vendor, model, key, outcome, bucket = words
    return Mark(what, vendor, model, key, outcome, int(bucket))  # type: ignore[arg-type]


def tally(counted: Mapping[Mark, int], wanted: Callable[[Mark], bool]) -> Tally:
    """Of those marks alone."""
    one = Tally()
    for mark, count in counted.items():
        if wanted(mark):
            one.add(mark, count)
    return one
