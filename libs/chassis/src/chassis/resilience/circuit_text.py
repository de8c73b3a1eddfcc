"""A circuit as a line of JSON, without what is as in a fresh one."""

import json
from typing import Any

from chassis.resilience.circuit_breaker import Circuit
from chassis.resilience.sliding_window import Counts, Window


def written(circuit: Circuit) -> str:
    """The circuit as text."""
    window = [[slot, held.calls, held.failures, held.slow] for slot, held in circuit.window.slots]
    full: dict[str, Any] = {
        "stage": circuit.stage if circuit.stage != "closed" else "",
        "since": circuit.since,
        "why": circuit.why,
        "row": circuit.row,
        "window": window,
        "probe": circuit.probe,
        "probing": circuit.probing_since,
    }
    return json.dumps({name: value for name, value in full.items() if value}, separators=(",", ":"))


def read(text: str | bytes) -> Circuit:
    """The circuit that was written. Raises ValueError, KeyError or TypeError for any other text."""
    full = json.loads(text)
    return Circuit(
        stage=full.get("stage", "closed"),
        since=full.get("since", 0.0),
        why=full.get("why", ""),
        row=full.get("row", 0),
        window=Window(tuple((slot, Counts(*counts)) for slot, *counts in full.get("window", ()))),
        probe=full.get("probe", ""),
        probing_since=full.get("probing", 0.0),
    )
