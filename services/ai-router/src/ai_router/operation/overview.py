"""Vendors, keys, circuits and the last minutes' calls, as one answer."""

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime
from decimal import Decimal
from typing import Any, Final, Literal, Protocol

from ai_router.domain.places import Load
from ai_router.domain.recent_calls import Mark, tally
from ai_router.domain.standings.overview import CircuitShown, KeyShown, Overview
from ai_router.vendors import Named
from contracts.ai import TIERS, AiPolicy

LaneName = Literal["live", "shadow"]
Told = dict[str, Any]

_MINUTES: Final = 15


class Overlooked(Protocol):
    """The standings of one lane."""

    async def overview(self) -> Overview:
        """How every circuit that is not plainly closed, and every key, is now."""


class Recent(Protocol):
    """How calls went lately, over all replicas."""

    async def look(self) -> Counter[Mark] | None:
        """All counts of the last minutes; None while nobody can tell."""

    async def load(self) -> Load:
        """That of all replicas together."""


class InForce(Protocol):
    """The installation's policy."""

    async def installation(self) -> AiPolicy:
        """What it is."""

    async def version(self) -> int:
        """0: Bellhop's own."""


@dataclass(frozen=True)
class Overviews:
    """`places`: questions one replica asks at the same time. `open_seconds`: until an open circuit probes.

    `credit`: US dollars that may still be spent with a key, by alias, where the vendor tells.
    """

    vendors: Sequence[Named]
    standings: Mapping[LaneName, Overlooked]
    policies: InForce
    recent: Recent
    places: int
    open_seconds: float
    credit: Mapping[str, Decimal] = field(default_factory=dict)

    async def look(self, lane: LaneName) -> Told:
        """How the lane is now; only the live one's calls are counted. Raises StoreUnavailable."""
        seen = await self.standings[lane].overview()
        policy = await self.policies.installation()
        counted = await self.recent.look() if lane == "live" else Counter[Mark]()
        circuits = [self._circuit(one) for one in seen.circuits if one.state != "closed"]
        load = await self.recent.load()
        waited = tally(counted or {}, lambda mark: mark.what == "waited")
        return {
            "lane": lane,
            "offline": not self.vendors,
            "minutes": _MINUTES,
            "policy_version": await self.policies.version(),
            "vendors": [self._with_credit(_vendor(one, policy, seen, counted)) for one in self.vendors],
            "circuits": circuits,
            "calls": _calls(counted),
            "cache": _cache(counted),
            "in_hand": {
                "now": load.running, "waiting": load.waiting, "most": self.places,
                "waited_p50": waited.percentile(0.5), "waited_p95": waited.percentile(0.95),
            },
        }  # fmt: skip

    def _with_credit(self, vendor: Told) -> Told:
        left = ((key, self.credit.get(key["key"])) for key in vendor["keys"])
        return vendor | {"keys": [key | {"credit": None if one is None else str(one)} for key, one in left]}

    def _circuit(self, one: CircuitShown) -> Told:
        until = one.since + self.open_seconds if one.since and one.state == "open" else None
        return {
            "vendor": one.vendor, "model": one.model, "key": one.key, "state": one.state,
            "since": _moment(one.since), "until": _moment(until), "why": one.why,
            "calls": one.calls, "failures": one.failures, "slow": one.slow,
        }  # fmt: skip


def _vendor(vendor: Named, policy: AiPolicy, seen: Overview, counted: Mapping[Mark, int] | None) -> Told:
    name = vendor.name
    keys = [one for one in seen.keys if one.vendor == name]
    models = _models(name, policy)
    return {
        "vendor": name,
        "address": address(vendor.base_url),
        **_state(name, policy, keys, seen.circuits, models),
        "keys": [
            {
                "key": one.alias, "shown": one.shown, "state": one.state, "until": _moment(one.until),
                "why": one.why, "uses": one.uses, **_figures(counted, vendor=name, key=one.alias),
            }
            for one in keys
        ],
        "models": [
            {"model": model, "tiers": tiers, **_figures(counted, vendor=name, model=model)}
            for model, tiers in models.items()
        ],
    }  # fmt: skip


def _models(vendor: str, policy: AiPolicy) -> dict[str, list[str]]:
    """Those that are not disabled, each with the tiers it serves."""
    models: dict[str, list[str]] = {}
    for tier in TIERS:
        for one in policy.tiers.get(tier, ()):
            if one.vendor == vendor and one.enabled:
                models.setdefault(one.model, []).append(tier)
    return models


def _state(
    vendor: str, policy: AiPolicy, keys: Sequence[KeyShown], circuits: Sequence[CircuitShown],
    models: Mapping[str, object],
) -> Told:  # fmt: skip
    """Whether it can be asked now: `ready`, `off`, `circuit open`, `resting` or `retired`."""
    if vendor in policy.off:
        return {"state": "off", "until": None, "why": ""}
    able = any(one.state == "ready" for one in keys)
    opened = {
        one.model: one for one in circuits if one.vendor == vendor and not one.key and one.state == "open"
    }
    if able and ("" in opened or (models and opened.keys() >= models.keys())):
        return {"state": "circuit open", "until": None, "why": next(iter(opened.values())).why}
    if able:
        return {"state": "ready", "until": None, "why": ""}
    first = min(keys, key=lambda one: (one.state != "resting", one.until or 0.0))
    return {"state": first.state, "until": _moment(first.until), "why": first.why}


def _figures(counted: Mapping[Mark, int] | None, **place: str) -> Told:
    if counted is None:
        return {"calls": None, "failures": None, "p50": None, "p95": None}
    one = tally(
        counted,
        lambda mark: mark.what == "call" and all(getattr(mark, name) == it for name, it in place.items()),
    )
    return {
        "calls": one.total, "failures": one.failures,
        "p50": one.percentile(0.5), "p95": one.percentile(0.95),
    }  # fmt: skip


def _calls(counted: Mapping[Mark, int] | None) -> Told | None:
    if counted is None:
        return None
    every = tally(counted, lambda mark: mark.what == "call")
    return {**_figures(counted), "outcomes": dict(every.outcomes.most_common())}


def _cache(counted: Mapping[Mark, int] | None) -> Told | None:
    if counted is None:
        return None
    found = tally(counted, lambda mark: mark.what == "cache").outcomes
    return {"hits": found["hit"], "misses": found["miss"]}


def address(base_url: str) -> str:
    """Where a vendor is, without what may be secret in it."""
    scheme, _, rest = base_url.partition("://")
    host, slash, path = rest.partition("?")[0].partition("/")
    return f"{scheme}://{host.rpartition('@')[2]}{slash}{path}"


def _moment(seconds: float | None) -> str | None:
    return None if seconds is None else datetime.fromtimestamp(seconds, UTC).isoformat()
