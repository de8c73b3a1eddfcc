"""Circuits, keys and accounts as entries that replicas share."""

import json
from dataclasses import asdict

from ai_router.domain.standings.entries import Entry, circuit_parts
from ai_router.domain.standings.keys import KeyState
from chassis.observability.logging import get_logger
from chassis.resilience import circuit_text
from chassis.resilience.circuit_breaker import Circuit

log = get_logger(__name__)


class EntryKind:
    """See chassis.resilience.shared_hash.Kind."""

    def read(self, name: str, text: bytes) -> Entry:
        """An entry from its text; a fresh one where another version has written what cannot be read."""
        is_circuit = circuit_parts(name) is not None
        try:
            return circuit_text.read(text) if is_circuit else KeyState(**json.loads(text))
        except (ValueError, KeyError, TypeError, AttributeError) as error:
            log.warning("what replicas share cannot be read", entry=name, error=type(error).__name__)
            return Circuit() if is_circuit else KeyState()

    def written(self, entry: Entry) -> str:
        """Its text."""
        if isinstance(entry, Circuit):
            return circuit_text.written(entry)
        return json.dumps({name: value for name, value in asdict(entry).items() if value})

    def joined(self, own: Entry, shared: Entry) -> Entry:
        """What holds of both."""
        if isinstance(own, Circuit):
            return own.joined(shared) if isinstance(shared, Circuit) else own
        return own.joined(shared) if isinstance(shared, KeyState) else own

    def mark(self, entry: Entry) -> object:
        """Whether it lets calls through, and since when; None for one that always did."""
        if isinstance(entry, Circuit):
            return (entry.stage, entry.since, entry.probe) if entry.since else None
        return (entry.stage, entry.since, entry.until) if entry.since else None
