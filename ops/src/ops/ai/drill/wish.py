"""What shall be drilled, and why it may not be. Pure."""

import re
from dataclasses import dataclass
from typing import Final, Literal, get_args

from ops.ai.words import Told

Fault = Literal["429", "500", "timeout", "slow", "cut"]
LaneName = Literal["sandbox", "shadow"]

_SHORTEST_PAUSE: Final = 0.05
_LONGEST: Final = 3600.0
_HANGING: Final = ("timeout", "slow")
_HANGS_AT_LEAST: Final = 20.0  # a call is given up after BELLHOP_AI_ATTEMPT_SECONDS: 12
_SPAN: Final = re.compile(r"(\d+(?:\.\d+)?)\s*(ms|s|m|h)")
_UNITS: Final = {"ms": 0.001, "s": 1, "m": 60, "h": 3600}


class Unfit(Exception):
    """This drill makes no sense; the message says why, and what to do."""


@dataclass(frozen=True)
class Wish:
    """`seconds` the fault lasts, a question every so many seconds. `yes`: real vendors may be called."""

    vendor: str
    fault: Fault
    seconds: float
    every: float
    lane: LaneName | None
    yes: bool


def wish_of(vendor: str, fault: str, seconds: str, every: str, lane: str | None, *, yes: bool) -> Wish:
    """What somebody typed. Raises Unfit."""
    known = {one: one for one in get_args(Fault)}
    lanes: dict[str | None, LaneName | None] = {None: None, "sandbox": "sandbox", "shadow": "shadow"}
    if fault not in known:
        raise Unfit(f"{fault!r} is no fault: it is one of {', '.join(known)}")
    if lane not in lanes:
        raise Unfit(f"{lane!r} is no lane: it is sandbox or shadow")
    lasts, pause = _seconds(seconds, "--for"), _seconds(every, "--every")
    if not _SHORTEST_PAUSE <= pause <= lasts <= _LONGEST:
        raise Unfit("--for is an hour at most, --every between 0.05s and that")
    if fault in _HANGING and lasts < _HANGS_AT_LEAST:
        raise Unfit(
            f"{fault} is felt once calls are given up: let it last --for {_HANGS_AT_LEAST:g}s or more"
        )
    return Wish(vendor, known[fault], lasts, pause, lanes[lane], yes)


def lane_for(wish: Wish, told: Told, sandbox: str | None) -> LaneName:
    """Where the vendor shall fail. `sandbox` is the running one's address. Raises Unfit."""
    vendors = {one["vendor"]: one for one in told["vendors"]}
    if wish.vendor not in vendors:
        raise Unfit(
            f"no vendor called {wish.vendor!r} has a key: there are {', '.join(vendors)}"
            if vendors
            else "no vendor has a key, so nothing can fail: `bellhop ai status` says what to set"
        )
    _refuse_alone(wish.vendor, told)
    simulated = _simulated(vendors[wish.vendor], sandbox)
    lane: LaneName = wish.lane or ("sandbox" if simulated else "shadow")
    if lane == "sandbox" and not simulated:
        address = vendors[wish.vendor]["address"]
        raise Unfit(f"{wish.vendor} is not simulated here but {address}: take --lane shadow")
    real = [name for name in others(wish.vendor, told) if not _simulated(vendors[name], sandbox)]
    if lane == "shadow" and real and not wish.yes:
        raise Unfit(
            f"no customer is touched, but {', '.join(real)} would really be called with about"
            f" {wish.seconds / wish.every:.0f} short questions, which costs money: add --yes if that is meant"
        )
    return lane


def others(vendor: str, told: Told) -> list[str]:
    """Who can answer instead: vendors that serve a tier and are not off."""
    return [
        one["vendor"]
        for one in told["vendors"]
        if one["vendor"] != vendor and one["models"] and one["state"] == "ready"
    ]


def _refuse_alone(vendor: str, told: Told) -> None:
    mine = next(one for one in told["vendors"] if one["vendor"] == vendor)
    if mine["state"] != "ready":
        raise Unfit(f"{vendor} cannot be asked as it is ({mine['state']}): see `bellhop ai status`")
    if not mine["models"]:
        raise Unfit(f"the policy names no model of {vendor}: see `bellhop ai policy`")
    if not others(vendor, told):
        raise Unfit(f"there is no other vendor to fail over to: while {vendor} fails, rules answer")


def _simulated(vendor: Told, sandbox: str | None) -> bool:
    return bool(sandbox) and vendor["address"].startswith(f"{sandbox}/")


def _seconds(typed: str, name: str) -> float:
    found = _SPAN.fullmatch(typed.strip().lower())
    if found is None:
        raise Unfit(f"{name} {typed!r} is not understood: write 0.5s, 30s or 2m")
    return float(found[1]) * _UNITS[found[2]]
