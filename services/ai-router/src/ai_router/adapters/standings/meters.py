"""Circuits and keys as metrics."""

from collections import Counter
from typing import Final

from prometheus_client import Counter as Metric
from prometheus_client import Gauge

from ai_router.domain.standings.entries import Shared, account_name, circuit_parts, held, key_name
from ai_router.domain.standings.keys import KeyState
from ai_router.domain.standings.told import Said
from ai_router.domain.standings.view import Keys
from chassis.resilience.circuit_breaker import Circuit, Limits, State
from contracts.ai import AiCircuitChanged

_NUMBERS: Final[dict[State, int]] = {"closed": 0, "half-open": 1, "open": 2}

CIRCUITS = Gauge("bellhop_ai_circuit_state", "0 closed, 1 half-open, 2 open", ["vendor", "model", "key"])
KEYS = Gauge("bellhop_ai_keys", "Keys of a vendor by state: ready, resting, retired", ["vendor", "state"])
TRANSITIONS = Metric(
    "bellhop_ai_circuit_transitions_total", "Circuits that changed, as told by this replica",
    ["vendor", "model", "key", "now"],
)  # fmt: skip


def show(shared: Shared, keys: Keys, now: float, limits: Limits) -> None:
    """How all of them are now."""
    for name, entry in shared.items():
        parts = circuit_parts(name)
        if parts and isinstance(entry, Circuit):
            CIRCUITS.labels(*parts).set(_NUMBERS[entry.state(now, limits)])
    for vendor, own in keys.items():
        account = held(shared, account_name(vendor), KeyState()).state(now)
        states = [held(shared, key_name(key), KeyState()).state(now) for key in own]
        found = Counter(account if state == "ready" else state for state in states)
        for stage in ("ready", "resting", "retired"):
            KEYS.labels(vendor, stage).set(found[stage])


def count(said: Said) -> None:
    """One more transition."""
    if isinstance(said, AiCircuitChanged):
        TRANSITIONS.labels(said.vendor, said.model, said.key, said.now).inc()
