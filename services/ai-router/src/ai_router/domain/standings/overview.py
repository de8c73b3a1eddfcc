"""What people are shown of circuits and keys. Pure. Moments are seconds since the epoch."""

from dataclasses import dataclass

from ai_router.domain.standings.entries import Shared, account_name, circuit_parts, held, key_name
from ai_router.domain.standings.keys import KeyStage, KeyState
from ai_router.domain.standings.view import Keys
from ai_router.domain.ways import Key
from chassis.resilience.circuit_breaker import Circuit, Limits, State


@dataclass(frozen=True, slots=True)
class CircuitShown:
    """A circuit that is not closed, or lately had failures or slow calls. `since`: None if always closed."""

    vendor: str
    model: str
    key: str
    state: State
    since: float | None
    why: str
    calls: int
    failures: int
    slow: int


@dataclass(frozen=True, slots=True)
class KeyShown:
    """A key. `shown`: its alias and last four characters. `until` when it rests; `uses` since it is known."""

    vendor: str
    alias: str
    shown: str
    state: KeyStage
    until: float | None
    why: str
    uses: int


@dataclass(frozen=True, slots=True)
class Overview:
    """How all ways and keys are."""

    circuits: tuple[CircuitShown, ...]
    keys: tuple[KeyShown, ...]


def overview(shared: Shared, keys: Keys, now: float, limits: Limits) -> Overview:
    """What is to be seen now; circuits in the order of their names, keys in that of the settings."""
    circuits = (
        _circuit(name, entry, now, limits)
        for name, entry in sorted(shared.items(), key=lambda x: x[0])
        if isinstance(entry, Circuit)
    )
    return Overview(
        tuple(one for one in circuits if one.state != "closed" or one.failures or one.slow),
        tuple(_key(shared, key, now) for own in keys.values() for key in own),
    )


def _circuit(name: str, circuit: Circuit, now: float, limits: Limits) -> CircuitShown:
    vendor, model, key = circuit_parts(name) or ("", "", "")
    counts = circuit.counts(now, limits)
    return CircuitShown(
        vendor, model, key, circuit.state(now, limits), circuit.since or None, circuit.why,
        counts.calls, counts.failures, counts.slow,
    )  # fmt: skip


def _key(shared: Shared, key: Key, now: float) -> KeyShown:
    own = held(shared, key_name(key), KeyState())
    account = held(shared, account_name(key.vendor), KeyState())
    says = account if own.state(now) != "retired" and account.state(now) == "resting" else own
    state = says.state(now)
    until = says.until if state == "resting" else None
    why = says.why if state != "ready" else ""
    return KeyShown(key.vendor, key.alias, key.shown, state, until, why, own.uses)
