"""What to do with an event that fails: how long to wait before its next try, or when to stop trying. Pure."""

from typing import Final

from chassis.errors import SlowDown, TransientError, Unavailable

OUTAGE_PATIENCE: Final = (0.1, 0.2, 0.5, 1.0)
"""Seconds between tries while RabbitMQ or the store is away; the last one for as long as it takes."""

TRANSIENT_PATIENCE: Final = (0.1, 0.2, 0.5, 1.0, 2.0, 5.0, 10.0, 10.0, 15.0, 15.0, 15.0, 15.0, 15.0, 15.0)
"""Seconds between tries while something else we depend on is away: about two minutes in all."""

BUG_PATIENCE: Final = (0.1, 0.5, 2.0)
"""Seconds between tries of what fails for a reason of its own."""

_LONGEST_PAUSE: Final = 60.0
_LONGEST_REST: Final = 3600.0


def pause_after(error: Exception, tries: int) -> float | None:
    """Seconds until the next try after `tries` others; None when there shall be none.

    Without our own servers nothing can be handled and nothing be put aside: then no event is to blame,
    and each waits as long as it takes. So does what the other side slows down.
    """
    if isinstance(error, Unavailable):
        return OUTAGE_PATIENCE[min(tries, len(OUTAGE_PATIENCE) - 1)]
    if isinstance(error, SlowDown):
        pause = TRANSIENT_PATIENCE[min(tries, len(TRANSIENT_PATIENCE) - 1)]
        return max(pause, min(error.retry_after or 0.0, _LONGEST_REST))
    patience = TRANSIENT_PATIENCE if isinstance(error, TransientError) else BUG_PATIENCE
    if tries >= len(patience):
        return None
    asked = error.retry_after if isinstance(error, TransientError) else None
    return max(patience[tries], min(asked or 0.0, _LONGEST_PAUSE))
