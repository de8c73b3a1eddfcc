"""When a service that died is started again."""

from collections.abc import Sequence
from dataclasses import dataclass

WINDOW = 60.0
"""Deaths longer ago than this many seconds are forgiven."""

MANY = 5
"""So many deaths inside the window mean that something is wrong that a restart does not heal."""

LIVED_WELL = 10.0
"""Seconds; whoever lived longer had started well and was killed from outside: earlier deaths are forgiven."""

FIRST_DELAY = 0.2
SLOW_DELAY = 15.0


@dataclass(frozen=True)
class Restart:
    """Start again after `delay` seconds; `hopeless` when a human should look."""

    delay: float
    hopeless: bool


def after_death(deaths: Sequence[float]) -> Restart:
    """What to do after the last of these deaths (seconds of one clock, oldest first)."""
    recent = [one for one in deaths if deaths[-1] - one < WINDOW]
    if len(recent) >= MANY:
        return Restart(SLOW_DELAY, hopeless=True)
    return Restart(FIRST_DELAY * 2 ** (len(recent) - 1), hopeless=False)
