"""How many turns of one business may run at once, so that its neighbours find the processor free. Pure."""

from typing import Final

_LATELY_SECONDS: Final = 5.0
_LOOK_EVERY_SECONDS: Final = 0.25
_FAIR_PART: Final = 0.15
"""The part of this process's one processor that a business may keep busy while others are there."""

_RESTS: Final = 2.0
"""How much longer than its work a business rests after a turn beside others, when its next one waits already.

Without it a flood's turns follow each other so closely that whoever comes meets one nearly always, here and
in every process of the machine: a neighbour's p95 was five times as high (two cores, everything on them).
"""
_LONGEST_REST_SECONDS: Final = 0.05


class Pace:
    """`most` turns of one business at once; fewer while others are there, if turns are work and not waiting.

    Turns that wait (for a vendor, say) cost little, and many may run; of those that work each one more
    only makes the neighbours wait. What a turn works and waits is measured as it goes. All times in seconds.
    """

    def __init__(self, most: int) -> None:
        self._most = most
        self._worth = most
        self._work = 0.0
        self._seen: dict[str, float] = {}
        self._began = 0.0
        self._worked = 0.0
        self._turns = 0
        self._lasted = 0.0

    def came(self, tenant: str, now: float) -> None:
        """A business has something to do."""
        self._seen[tenant] = now

    def at_once(self, now: float) -> int:
        """How many turns of one business may run now."""
        return self._most if self._alone(now) else self._worth

    def rest(self, now: float) -> float:
        """Seconds for which a business that has more to do lets the others go first."""
        return 0.0 if self._alone(now) else min(_RESTS * self._work, _LONGEST_REST_SECONDS)

    def _alone(self, now: float) -> bool:
        self._seen = {one: at for one, at in self._seen.items() if now - at < _LATELY_SECONDS}
        return len(self._seen) < 2

    def ended(self, turn: float, now: float, worked: float) -> bool:
        """A turn of so many seconds has ended; `worked`: the process's processor time. True: look again."""
        self._turns += 1
        self._lasted += turn
        if now - self._began < _LOOK_EVERY_SECONDS:
            return False
        lasted = self._lasted / self._turns
        # The process has other work as well; but no turn has worked longer than it lasted.
        self._work = min(max((worked - self._worked) / self._turns, 1e-9), max(lasted, 1e-9))
        worth = round(_FAIR_PART * lasted / self._work)
        self._worth = min(max(worth, 1), self._most)
        self._began, self._worked, self._turns, self._lasted = now, worked, 0, 0.0
        return True
