"""What an AI policy says that can hardly be meant, though it can be read. Pure."""

from collections.abc import Collection, Iterator

from contracts.ai import AiPolicy
from gateway.domain.tenant_file import Mistake


def policy_mistakes(policy: AiPolicy, vendors: Collection[str]) -> tuple[Mistake, ...]:
    """All of them, by field. `vendors` are those that may be named; empty: nobody knows now."""
    strangers = _strangers(policy, vendors) if vendors else ()
    return (*_nobody_asked(policy), *_twice(policy), *strangers, *_levels(policy))


def vendors_of(policy: AiPolicy) -> frozenset[str]:
    """All that it names."""
    return frozenset(one.vendor for tier in policy.tiers.values() for one in tier) | frozenset(policy.off)


def _nobody_asked(policy: AiPolicy) -> Iterator[Mistake]:
    if not policy.purposes:
        yield Mistake("purposes", "is empty: name the tiers that `answer` tries")
    for purpose, tiers in policy.purposes.items():
        if not tiers:
            yield Mistake(f"purposes.{purpose}", "is empty: name the tiers it tries")
    for tier, candidates in policy.tiers.items():
        if not candidates:
            yield Mistake(f"tiers.{tier}", "is empty: name its models, or leave the tier out")


def _twice(policy: AiPolicy) -> Iterator[Mistake]:
    for tier, candidates in policy.tiers.items():
        named = [(one.vendor, one.model) for one in candidates]
        for n, (vendor, model) in enumerate(named):
            if (vendor, model) in named[:n]:
                yield Mistake(f"tiers.{tier}[{n}]", f"{vendor}/{model} is there already: give it a weight")


def _strangers(policy: AiPolicy, vendors: Collection[str]) -> Iterator[Mistake]:
    named = {
        f"tiers.{tier}[{n}].vendor": one.vendor
        for tier, candidates in policy.tiers.items()
        for n, one in enumerate(candidates)
    } | {f"off[{n}]": vendor for n, vendor in enumerate(policy.off)}
    known = f"there are {', '.join(sorted(vendors))}; more are made known by BELLHOP_AI_VENDORS"
    for field, vendor in named.items():
        if vendor not in vendors:
            yield Mistake(field, f"no vendor is called {vendor}: {known}")


def _levels(policy: AiPolicy) -> Iterator[Mistake]:
    if policy.cheaper_at < policy.warn_at:
        yield Mistake("cheaper_at", f"must not be less than warn_at, which is {policy.warn_at:g}")
