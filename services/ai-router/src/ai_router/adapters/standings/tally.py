"""Successes that wait to be told to the other replicas together."""

from collections import defaultdict
from collections.abc import Mapping

from ai_router.domain.standings.entries import Entry, Names, Shared
from ai_router.domain.standings.lessons import after_successes
from chassis.resilience.changes import Change
from chassis.resilience.circuit_breaker import Limits
from chassis.resilience.sliding_window import Counts


class Tally:
    """How often all went well with whom."""

    def __init__(self) -> None:
        self._quick: defaultdict[Names, int] = defaultdict(int)
        self._slow: defaultdict[Names, int] = defaultdict(int)

    def __bool__(self) -> bool:
        return bool(self._quick or self._slow)

    def add(self, names: Names, *, slow: bool) -> None:
        """One more success."""
        (self._slow if slow else self._quick)[names] += 1

    def taken(self, now: float, limits: Limits) -> Change[Entry, None]:
        """The change that tells of all of them; the tally is empty then."""
        circuits: defaultdict[str, Counts] = defaultdict(Counts)
        uses: defaultdict[str, int] = defaultdict(int)
        for tallied, is_slow in ((self._quick, 0), (self._slow, 1)):
            for names, times in tallied.items():
                uses[names.key] += times
                vendor, *others = names.circuits
                circuits[vendor] += Counts(times)
                for name in others:
                    circuits[name] += Counts(times, 0, times * is_slow)
            tallied.clear()

        def change(shared: Shared) -> tuple[Mapping[str, Entry], None]:
            return after_successes(shared, circuits, uses, now, limits), None

        return change
