"""How long each model took lately, from which it is guessed when it will not answer any more."""

from collections import defaultdict, deque
from statistics import quantiles
from typing import Final

from ai_router.domain.ways import Way

_KEPT: Final = 200
_ENOUGH: Final = 20
_SOONEST: Final = 0.5  # seconds; a second question costs money, a short wait nothing


class Pulse:
    """Seconds of the last good answers, by vendor and model."""

    def __init__(self) -> None:
        self._seconds: defaultdict[tuple[str, str], deque[float]] = defaultdict(lambda: deque(maxlen=_KEPT))

    def note(self, way: Way, seconds: float) -> None:
        """A whole answer came after so many seconds."""
        self._seconds[way.vendor, way.model].append(seconds)

    def p95(self, way: Way) -> float | None:
        """What 19 of 20 answers do not exceed, in seconds; None while too few are known."""
        seen = self._seconds.get((way.vendor, way.model), ())
        return max(_SOONEST, quantiles(seen, n=20)[-1]) if len(seen) >= _ENOUGH else None
