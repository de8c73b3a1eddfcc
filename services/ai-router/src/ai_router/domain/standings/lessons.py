"""What all replicas know after a call. Pure: each gives the entries that become other ones."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Final

from ai_router.domain.failures import VendorFailure
from ai_router.domain.standings.circuits import Verdict, verdicts
from ai_router.domain.standings.entries import Entry, Names, Shared, held
from ai_router.domain.standings.keys import KeyState, account_after, key_after, revived
from chassis.resilience.circuit_breaker import Circuit, Limits, Outcome
from chassis.resilience.sliding_window import Counts

_CIRCUIT: Final = Circuit()
_KEY: Final = KeyState()


@dataclass(frozen=True, slots=True)
class Ended:
    """A call that took so many seconds, and ended now. `probe`: it is this probe of its circuits."""

    names: Names
    seconds: float
    failure: VendorFailure | None = None
    probe: str = ""


def admitted(
    shared: Shared, wanted: Names, probe: str, now: float, limits: Limits
) -> tuple[Mapping[str, Entry], bool]:
    """Whether the call may be made: all its circuits let it through, or none does. Of those that are half
    open it is the probe from now on."""
    circuits = {name: held(shared, name, _CIRCUIT) for name in wanted.circuits}
    if not all(circuit.admits(now, limits) for circuit in circuits.values()):
        return {}, False
    probed = {name: one.probed(probe, now) for name, one in circuits.items() if one.stage != "closed"}
    return probed, True


def after_call(shared: Shared, call: Ended, now: float, limits: Limits) -> Mapping[str, Entry]:
    """After a call: its circuits, its key and its account."""
    began = now - call.seconds
    entries: dict[str, Entry] = {}
    for name, verdict, slow in _judged(call, limits):
        circuit = held(shared, name, _CIRCUIT)
        if verdict == "nothing":
            entries[name] = circuit.released(call.probe, began)
        else:
            entries[name] = circuit.after(Outcome(began, verdict == "failed", slow), now, limits, call.probe)
    key, account = (held(shared, name, _KEY) for name in (call.names.key, call.names.account))
    entries[call.names.key] = key_after(key, call.failure, began, now).used(1)
    entries[call.names.account] = account_after(account, call.failure, began, now)
    return {name: entry for name, entry in entries.items() if entry != shared.get(name, _fresh(entry))}


def after_successes(
    shared: Shared, circuits: Mapping[str, Counts], uses: Mapping[str, int], now: float, limits: Limits
) -> Mapping[str, Entry]:
    """After calls that succeeded and were nobody's probe: so many through each circuit, with each key."""
    entries: dict[str, Entry] = {
        name: held(shared, name, _CIRCUIT).after_successes(counts, now, limits)
        for name, counts in circuits.items()
    }
    return entries | {name: held(shared, name, _KEY).used(times) for name, times in uses.items()}


def after_release(shared: Shared, circuits: Iterable[str], probe: str) -> Mapping[str, Entry]:
    """After a probe was not made, or broken off."""
    return {name: held(shared, name, _CIRCUIT).released(probe) for name in circuits if name in shared}


def after_check(shared: Shared, key: str, account: str, now: float) -> Mapping[str, Entry]:
    """After a check has found the key of that name good, and so the account it draws on."""
    return {name: revived(held(shared, name, _KEY), now) for name in (key, account)}


def are_closed(shared: Shared, wanted: Names) -> bool:
    """Whether the call goes through no circuit that has to be asked."""
    return all(held(shared, name, _CIRCUIT).stage == "closed" for name in wanted.circuits)


def is_plain(shared: Shared, wanted: Names) -> bool:
    """Whether nothing was amiss before the call: a success then only counts."""
    keys = (held(shared, name, _KEY) for name in (wanted.key, wanted.account))
    return are_closed(shared, wanted) and all(key.stage == "ready" for key in keys)


def _judged(call: Ended, limits: Limits) -> Iterable[tuple[str, Verdict, bool]]:
    """Every circuit, what the call says about it, and whether it was slow: no matter of being reached."""
    slow = call.seconds >= limits.slow_seconds
    judged = verdicts(call.failure)
    return zip(call.names.circuits, judged, (False, slow, slow), strict=True)


def _fresh(entry: Entry) -> Entry:
    return _CIRCUIT if isinstance(entry, Circuit) else _KEY
