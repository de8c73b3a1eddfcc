"""What is said to everybody when an entry has changed. Pure."""

from collections.abc import Mapping
from datetime import UTC, datetime

from ai_router.domain.standings.entries import Entry, circuit_parts
from ai_router.domain.standings.keys import KeyState
from chassis.resilience.circuit_breaker import Circuit, Limits
from contracts.ai import AiCircuitChanged, AiKeyChanged

Said = AiCircuitChanged | AiKeyChanged


def told(
    name: str, before: Entry | None, after: Entry, aliases: Mapping[str, str], *, now: float, limits: Limits
) -> Said | None:
    """None: nothing that others have to hear. `aliases`: those of the configured keys, by entry."""
    if isinstance(after, Circuit):
        return _circuit(name, before, after, now, limits)
    was = before if isinstance(before, KeyState) else KeyState()
    if (was.stage, was.until) == (after.stage, after.until):
        return None
    kind, vendor, *_ = name.split(" ")
    until = datetime.fromtimestamp(after.until, UTC) if after.stage == "resting" else None
    alias = aliases.get(name, "unknown") if kind == "key" else ""
    return AiKeyChanged(vendor=vendor, key=alias, now=after.stage, until=until, why=after.why)


def _circuit(
    name: str, before: Entry | None, after: Circuit, now: float, limits: Limits
) -> AiCircuitChanged | None:
    was = before.stage if isinstance(before, Circuit) else "closed"
    if was == after.stage:
        return None
    vendor, model, key = circuit_parts(name) or ("", "", "")
    counts = after.counts(now, limits)
    return AiCircuitChanged(
        vendor=vendor, model=model, key=key, was=was, now=after.stage, why=after.why,
        calls=counts.calls, failures=counts.failures, slow=counts.slow,
    )  # fmt: skip
