"""The standing that follows from what all replicas know, and how long it holds. Pure."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from ai_router.domain.standings.entries import Shared, account_name, circuit_path, held, key_name
from ai_router.domain.standings.keys import KeyState
from ai_router.domain.standings.standing import Hindrance, Standing
from ai_router.domain.ways import Key
from chassis.resilience.circuit_breaker import Circuit, Limits

Keys = Mapping[str, tuple[Key, ...]]
"""The configured keys, by vendor, in the order of the settings."""


@dataclass(frozen=True, slots=True)
class View:
    """A standing; it holds in [made, until), seconds since the epoch, unless something is learnt."""

    standing: Standing
    made: float
    until: float


def view(shared: Shared, keys: Keys, now: float, limits: Limits) -> View:
    """How everything is now."""
    usable = {vendor: _usable(shared, vendor, own, now) for vendor, own in keys.items()}
    hindered = {
        vendor: _why(shared, vendor, keys[vendor], now) for vendor, able in usable.items() if not able
    }
    standing = Standing(
        keys={vendor: able for vendor, able in usable.items() if able},
        hindered=hindered,
        rests={
            v: _rested(shared, keys[v], now) for v, why in hindered.items() if why == "resting" and keys[v]
        },
        configured=frozenset(vendor for vendor, own in keys.items() if own),
        open_circuits=frozenset(
            circuit_path(name)
            for name, entry in shared.items()
            if isinstance(entry, Circuit) and not entry.admits(now, limits)
        ),
    )
    later = (moment for moment in _moments(shared, limits) if moment > now)
    return View(standing, now, min(later, default=float("inf")))


def _usable(shared: Shared, vendor: str, keys: tuple[Key, ...], now: float) -> tuple[Key, ...]:
    if held(shared, account_name(vendor), KeyState()).state(now) != "ready":
        return ()
    return tuple(key for key in keys if held(shared, key_name(key), KeyState()).state(now) == "ready")


def _why(shared: Shared, vendor: str, keys: tuple[Key, ...], now: float) -> Hindrance:
    if held(shared, account_name(vendor), KeyState()).state(now) != "ready":
        return "no_credit"
    if all(held(shared, key_name(key), KeyState()).stage == "retired" for key in keys):
        return "refused_key"
    return "resting"


def _rested(shared: Shared, keys: tuple[Key, ...], now: float) -> float:
    """When the first of them has rested."""
    states = (held(shared, key_name(key), KeyState()) for key in keys)
    return min(state.until for state in states if state.state(now) == "resting")


def _moments(shared: Shared, limits: Limits) -> Iterator[float]:
    """When something changes by itself."""
    for entry in shared.values():
        if isinstance(entry, KeyState):
            yield entry.until
        elif entry.stage == "open":
            yield entry.since + limits.open_seconds
        elif entry.probe:
            yield entry.probing_since + limits.probe_seconds
