"""What to do next for a question: try a way with a key, wait a moment, or give up. Pure.

A round goes once through all ways. What speaks against a key leads to the vendor's next key at once; what
speaks against the model or the vendor leads to the next way. Only what may pass by itself is tried in another
round, after a pause, and all of it ends with the deadline.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Final

from ai_router.domain.failures import (
    BadKey,
    CircuitOpen,
    CutOff,
    OutOfCredit,
    Overloaded,
    RateLimited,
    TimedOut,
    VendorDown,
    VendorFailure,
)
from ai_router.domain.standings.standing import Standing
from ai_router.domain.ways import Key, Way

_SHORT_REST: Final = 5.0  # seconds that are waited for a key which rests because of others' questions
_FIRST_PAUSE: Final = 0.5  # seconds; doubled with every round
_KEYS_IN_A_ROW: Final = 3


@dataclass(frozen=True, slots=True)
class Limits:
    """`attempt`: seconds that one may take. `tries`: attempts for one question. `rounds` through all ways.

    `least`: seconds that every one but the first gets, as long as there are so many: what no model can keep
    to would only be held against it.
    """

    attempt: float = 12.0
    least: float = 2.0
    tries: int = 8
    rounds: int = 3


@dataclass(frozen=True, slots=True)
class Tried:
    """An attempt that failed, or is still under way (`failure` None), in a round (0, 1, …)."""

    way: Way
    key: Key
    round: int
    failure: VendorFailure | None = None


@dataclass(frozen=True, slots=True)
class Try:
    """Ask this way with this key, for `patience` seconds at most."""

    way: Way
    key: Key
    patience: float


@dataclass(frozen=True, slots=True)
class Wait:
    """Nothing can be tried for so many seconds; then the next round begins."""

    seconds: float


def next_try(
    ways: Sequence[Way],
    standing: Standing,
    tried: Sequence[Tried],
    round_: int,
    *,
    left: float,
    now: datetime,
    limits: Limits,
) -> Try | Wait | None:
    """None: nothing more can be done. `left`: seconds to the deadline."""
    if left <= 0 or len(tried) >= limits.tries:
        return None
    fresh = [way for way in ways if not _set_aside(way, tried, round_)]
    open_ways = [(way, keys) for way in fresh if (keys := _keys(way, standing, tried, round_))]
    if open_ways:
        way, keys = min(open_ways, key=lambda one: _is_worn(one[0].vendor, tried))
        more = len(open_ways) > 1 or len(keys) > 1
        share = max(left / 2, limits.least if tried else 0.0) if more else left
        return Try(way, keys[0], min(limits.attempt, share, left))
    pause = _pause(fresh, standing, tried, round_, now)
    again = pause is not None and round_ + 1 < limits.rounds
    return Wait(pause) if again and pause is not None and pause < left else None


def _set_aside(way: Way, tried: Sequence[Tried], round_: int) -> bool:
    """Whether this way is through in this round, or for good."""
    return any(_speaks_against(one, way) and (one.round == round_ or not _passes(one)) for one in tried)


def _speaks_against(one: Tried, way: Way) -> bool:
    match one.failure:
        case BadKey() | RateLimited() | CircuitOpen():
            return False
        case VendorDown() | OutOfCredit():
            return one.way.vendor == way.vendor
        case _:
            return (one.way.vendor, one.way.model) == (way.vendor, way.model)


def _passes(one: Tried) -> bool:
    """Whether it may work in a moment."""
    match one.failure:
        case CutOff(too_long=too_long):
            return not too_long
        case Overloaded() | TimedOut() | VendorDown() | RateLimited():
            return True
        case _:
            return False


def _keys(way: Way, standing: Standing, tried: Sequence[Tried], round_: int) -> list[Key]:
    spent = {one.key for one in tried if one.way.vendor == way.vendor and _is_spent(one, way, round_)}
    return [key for key in standing.keys_for(way) if key not in spent]


def _is_spent(one: Tried, way: Way, round_: int) -> bool:
    """Whether the vendor is not to be shown this key again, for this model or for any."""
    match one.failure:
        case BadKey():
            return True
        case RateLimited():
            return one.round == round_
        case CircuitOpen():  # another call probes it; the standing tells if it is more than this key
            return one.way.model == way.model
        case _:
            return False


def _is_worn(vendor: str, tried: Sequence[Tried]) -> bool:
    """Whether so many of its keys were refused that another vendor's turn comes first: often it is all."""
    refused = (one for one in tried if isinstance(one.failure, BadKey | RateLimited))
    return sum(one.way.vendor == vendor for one in refused) >= _KEYS_IN_A_ROW


def _pause(
    fresh: Sequence[Way], standing: Standing, tried: Sequence[Tried], round_: int, now: datetime
) -> float | None:
    """Seconds until another round makes sense; None if it never will."""
    usual = _FIRST_PAUSE * 2**round_
    pauses = [_told(one, now, usual) for one in tried if _passes(one)]
    rests = (standing.rests[way.vendor] - now.timestamp() for way in fresh if way.vendor in standing.rests)
    return min((*pauses, *(max(rest, 0.0) for rest in rests if rest <= _SHORT_REST)), default=None)


def _told(one: Tried, now: datetime, usual: float) -> float:
    until = one.failure.until if isinstance(one.failure, RateLimited) else None
    # Not less than usual: a key rests for a moment even where the vendor would take it again at once.
    return max(usual, (until - now).total_seconds()) if until else usual
