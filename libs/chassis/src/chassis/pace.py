"""How fast one business's turns may follow each other, so that its neighbours find room. Pure."""

from dataclasses import dataclass
from typing import Final

_LATELY_SECONDS: Final = 5.0
_LOOK_EVERY_SECONDS: Final = 0.25
_LONGEST_GAP_SECONDS: Final = 0.5
_FLOOD_TURNS: Final = 10
"""So many turns in a row, each as soon as it might begin, are a flood; three are a customer in a hurry."""


@dataclass(slots=True)
class _Business:
    seen: float
    due: float = 0.0
    in_a_row: int = 0


class Pace:
    """While a neighbour is there that does not flood, turns of one business begin a gap apart.

    With such gaps a business keeps no more than `part` of this process's one processor busy; what a turn
    costs is measured as it goes. Without them a flood's turns follow each other so closely that whoever
    comes meets one nearly always, here and in every process of the machine. All times in seconds.
    """

    def __init__(self, part: float) -> None:
        self._part = part
        self._work = 0.0
        self._lately: dict[str, _Business] = {}
        self._began = 0.0
        self._worked = 0.0
        self._turns = 0
        self._lasted = 0.0

    def came(self, tenant: str, now: float) -> None:
        """A business has something to do."""
        self._lately.setdefault(tenant, _Business(now)).seen = now

    def begun(self, tenant: str, now: float) -> float:
        """A turn of this business begins: seconds until its next one may."""
        self.came(tenant, now)  # what waits for its turn may have come long ago
        one, gap = self._lately[tenant], min(self._work / self._part, _LONGEST_GAP_SECONDS)
        one.in_a_row = one.in_a_row + 1 if now <= one.due + gap / 2 else 0
        one.due = now + gap
        return gap if self._has_quiet_neighbours(tenant, now) else 0.0

    def ended(self, turn: float, now: float, worked: float) -> None:
        """A turn of so many seconds has ended; `worked`: the processor time of this process until now."""
        self._turns += 1
        self._lasted += turn
        if now - self._began >= _LOOK_EVERY_SECONDS:
            # The process has other work as well; but no turn has worked longer than it lasted.
            self._work = min(worked - self._worked, self._lasted) / self._turns
            self._began, self._worked, self._turns, self._lasted = now, worked, 0, 0.0

    def _has_quiet_neighbours(self, tenant: str, now: float) -> bool:
        self._lately = {name: one for name, one in self._lately.items() if now - one.seen < _LATELY_SECONDS}
        return any(one.in_a_row < _FLOOD_TURNS for name, one in self._lately.items() if name != tenant)
