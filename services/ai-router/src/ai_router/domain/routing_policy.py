"""The content-based router's decision: which models may answer a question, in which order. Pure."""

import hashlib
import math
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from uuid import UUID

from ai_router.domain.level import Level
from ai_router.domain.needs import Needs, fits
from ai_router.domain.prices import Abilities
from ai_router.domain.ways import Way
from contracts.ai import TIERS, AiPolicy, AiRules, Candidate, Purpose, Tier
from contracts.completions import FailureReason


@dataclass(frozen=True, slots=True)
class PassedOver:
    """A way that was not even tried, and why."""

    way: Way
    reason: FailureReason


@dataclass(frozen=True, slots=True)
class Plan:
    """The ways to try, in order, and those that cannot be."""

    ways: tuple[Way, ...]
    passed_over: tuple[PassedOver, ...] = ()


def plan(
    purpose: Purpose,
    needs: Needs,
    policy: AiPolicy,
    rules: AiRules,
    abilities: Callable[[str, str], Abilities],
    *,
    level: Level,
    seed: UUID,
) -> Plan:
    """Tier after tier; inside one the models in an order drawn by their weights. At `cheaper` the cheapest
    tier alone in which somebody can be asked.

    A business may want a tier that the policy does not have (any more). The draw hangs on `seed` alone: a
    question that comes again meets the same order.
    """
    ways: dict[tuple[str, str], Way] = {}
    hindered: dict[tuple[str, str], PassedOver] = {}
    for tier in _tiers(rules.purposes.get(purpose) or policy.purposes.get(purpose, ()), level):
        for one in _drawn(policy.tiers.get(tier, ()), seed):
            way, place = Way(one.vendor, one.model, tier), (one.vendor, one.model)
            if reason := _hindrance(one, needs, policy, rules, abilities):
                hindered.setdefault(place, PassedOver(way, reason))
            else:
                ways.setdefault(place, way)
        if ways and level == "cheaper":
            break
    return Plan(tuple(ways.values()), tuple(one for place, one in hindered.items() if place not in ways))


def _tiers(wanted: Iterable[Tier], level: Level) -> Iterable[Tier]:
    match level:
        case "rules":
            return ()
        case "cheaper":
            return sorted(wanted, key=TIERS.index)
        case "normal":
            return wanted


def _drawn(candidates: Iterable[Candidate], seed: UUID) -> list[Candidate]:
    """Each comes first in its weight's part of all draws (Efraimidis and Spirakis, 2006)."""
    return sorted(candidates, key=lambda one: math.log(_chance(one, seed)) / one.weight, reverse=True)


def _chance(one: Candidate, seed: UUID) -> float:
    """Between 0 and 1, both left out."""
    digest = hashlib.blake2b(f"{seed}/{one.vendor}/{one.model}".encode(), digest_size=8).digest()
    return (int.from_bytes(digest) + 0.5) / 2**64


def _hindrance(
    one: Candidate, needs: Needs, policy: AiPolicy, rules: AiRules, abilities: Callable[[str, str], Abilities]
) -> FailureReason | None:
    unwanted = rules.vendors is not None and one.vendor not in rules.vendors
    if not one.enabled or one.vendor in policy.off or unwanted:
        return "off"
    return None if fits(needs, abilities(one.vendor, one.model)) else "unfit"


def at_hand(policy: AiPolicy, vendors: Mapping[str, str]) -> AiPolicy:
    """What of the policy can be done here: with these vendors alone, by name.

    Each may have one model in place of those that the policy names; one with a model that the policy does not
    know joins all tiers.
    """
    tiers = {tier: _at_hand(candidates, vendors) for tier, candidates in policy.tiers.items()}
    return policy.model_copy(update={"tiers": tiers})


def _at_hand(candidates: tuple[Candidate, ...], vendors: Mapping[str, str]) -> tuple[Candidate, ...]:
    here: dict[tuple[str, str], Candidate] = {}
    for one in candidates:
        if one.vendor in vendors:
            model = vendors[one.vendor] or one.model
            here.setdefault((one.vendor, model), one.model_copy(update={"model": model}))
    known = {one.vendor for one in candidates}
    new = [
        Candidate(vendor=name, model=model) for name, model in vendors.items() if model and name not in known
    ]
    return (*here.values(), *new)
