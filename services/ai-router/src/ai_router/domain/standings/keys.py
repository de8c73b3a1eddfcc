"""Whether a key, or a vendor's whole account, may be used; whose turn it is. Pure.

Moments are seconds since the epoch.
"""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Final, Literal, TypeVar

from ai_router.domain.failures import BadKey, OutOfCredit, RateLimited, VendorFailure

KeyStage = Literal["ready", "resting", "retired"]
T = TypeVar("T")

_KEY_PAUSES: Final = (1.0, 30.0)  # seconds after a 429 without a reset: the first, doubled up to the longest
_ACCOUNT_PAUSES: Final = (600.0, 6 * 3600.0)
_LONGEST_RESET: Final = 3600.0
_GOLDEN: Final = 0x9E3779B1  # 2**32 divided by the golden ratio


@dataclass(frozen=True, slots=True)
class KeyState:
    """A key, or an account. `since`: when that began; `rests` in a row. `uses`: calls made with the key."""

    stage: KeyStage = "ready"
    since: float = 0.0
    until: float = 0.0
    why: str = ""
    rests: int = 0
    uses: int = 0

    def state(self, now: float) -> KeyStage:
        """What it is at this moment: one that has rested is ready."""
        if self.stage != "resting":
            return self.stage
        # In both directions: a clock that was set back must not make a rest last longer than it was meant to.
        return "resting" if abs(now - self.since) < self.until - self.since else "ready"

    def used(self, times: int) -> "KeyState":
        """After so many calls."""
        return replace(self, uses=self.uses + times)

    def joined(self, other: "KeyState") -> "KeyState":
        """What two replicas know that did not hear of each other: what happened last holds."""
        last = max(self, other, key=lambda one: (one.since, one.stage, one.until, one.why, one.rests))
        return replace(last, uses=max(self.uses, other.uses))


def key_after(key: KeyState, failure: VendorFailure | None, began: float, now: float) -> KeyState:
    """The key after a call with it that began then."""
    match failure:
        case _ if key.stage == "retired":
            return key
        case BadKey():
            return replace(key, stage="retired", since=now, until=0.0, why=_told(failure))
        case RateLimited(until=None):
            return _rested(key, _pause(key.rests, _KEY_PAUSES), failure, began, now)
        case RateLimited(until=until) if until is not None:
            pause = min(max(until.timestamp() - now, _KEY_PAUSES[0]), _LONGEST_RESET)
            return _rested_until(key, now + pause, failure, now)
        case None:
            return _well(key, began, now)
        case _:
            return key


def account_after(account: KeyState, failure: VendorFailure | None, began: float, now: float) -> KeyState:
    """A vendor's account after a call that began then."""
    match failure:
        case OutOfCredit():
            return _rested(account, _pause(account.rests, _ACCOUNT_PAUSES), failure, began, now)
        case None:
            return _well(account, began, now)
        case _:
            return account


def revived(key: KeyState, now: float) -> KeyState:
    """The key after a check has found it good."""
    return KeyState(since=now, uses=key.uses) if key.stage != "ready" or key.rests else key


def in_turn(able: Sequence[T], turn: int) -> tuple[T, ...]:
    """All of them, the one whose turn it is first. Turns are counted through all calls of all replicas.

    Each round of turns begins with another one, evenly spread: were it always the first, calls that come at
    every second turn alone (because the turns between go to another vendor) would spare half of the keys.
    """
    if not able:
        return ()
    round_, place = divmod(turn, len(able))
    first = (place + (round_ * _GOLDEN % 2**32) * len(able) // 2**32) % len(able)
    return (*able[first:], *able[:first])


def _rested(key: KeyState, pause: float, failure: VendorFailure, began: float, now: float) -> KeyState:
    # The calls that were under way when it began to rest say the same once more, not something worse.
    if key.rests and began < key.since:
        return key
    return KeyState("resting", now, now + pause, _told(failure), key.rests + 1, key.uses)


def _rested_until(key: KeyState, until: float, failure: VendorFailure, now: float) -> KeyState:
    # A second more or less, from calls at the same time, is no other rest.
    if key.state(now) == "resting" and until < key.until + 1.0:
        return key
    return replace(key, stage="resting", since=now, until=until, why=_told(failure))


def _well(key: KeyState, began: float, now: float) -> KeyState:
    if key.stage == "ready" or began < key.since:
        return key
    return KeyState(since=now, uses=key.uses)


def _pause(rests: int, pauses: tuple[float, float]) -> float:
    first, longest = pauses
    return min(first * 2.0 ** min(rests, 20), longest)


def _told(failure: VendorFailure) -> str:
    return f"{failure.reason}: {failure.detail}" if failure.detail else failure.reason
