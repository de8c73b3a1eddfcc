"""Trying keys: one small call each, past circuits and rests, counted against nobody."""

import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final, Protocol

from ai_router.domain.failures import CutOff, VendorFailure
from ai_router.domain.standings.overview import Overview
from ai_router.domain.ways import Key
from ai_router.ports import Vendor
from ai_router.vendors import Named
from contracts.ai import TIERS, AiPolicy
from contracts.completions import CompletionRequested, Prompt, Utterance

_PATIENCE_SECONDS: Final = 20.0
_QUESTION: Final = CompletionRequested(
    purpose="answer",
    language="en",
    max_tokens=16,
    personal=Prompt(
        instructions="Answer with one word.", turns=(Utterance(role="customer", text="Are you there?"),)
    ),
)


class Reviving(Protocol):
    """The live standings, as far as checks need them."""

    async def overview(self) -> Overview:
        """How every key is now."""

    async def revive(self, key: Key) -> None:
        """A check has found the key good: it is used again at once."""


class UnknownKey(LookupError):
    """No key has this alias."""


@dataclass(frozen=True)
class Checks:
    """`vendors` as the settings have them, `adapters` by their names."""

    vendors: Sequence[Named]
    adapters: Mapping[str, Vendor]
    standings: Reviving

    async def check(self, policy: AiPolicy, alias: str | None) -> list[dict[str, Any]]:
        """One key, or all. Raises UnknownKey."""
        keys = [key for one in self.vendors for key in one.keys if alias in (None, key.alias)]
        if not keys and alias is not None:
            raise UnknownKey(f"no key is called {alias}")
        retired = {one.alias for one in (await self.standings.overview()).keys if one.state == "retired"}
        return [await self._one(key, cheapest(policy, key.vendor), key.alias in retired) for key in keys]

    async def _one(self, key: Key, model: str | None, retired: bool) -> dict[str, Any]:
        told = {"key": key.alias, "shown": key.shown, "vendor": key.vendor, "model": model or ""}
        if model is None:
            return told | _ended(None, "unfit", "the policy names no model of this vendor")
        started = time.perf_counter()
        try:
            await self.adapters[key.vendor].complete(_QUESTION, model, key, _PATIENCE_SECONDS)
        except CutOff as cut:
            if not cut.too_long:  # else it had more to say than we asked for: it works
                return told | _ended(_since(started), cut.reason, cut.detail)
        except VendorFailure as failure:
            return told | _ended(_since(started), failure.reason, failure.detail)
        seconds = _since(started)
        await self.standings.revive(key)
        return told | _ended(seconds, revived=retired)


def cheapest(policy: AiPolicy, vendor: str) -> str | None:
    """The vendor's model in the lowest tier it serves, disabled ones last; None if it serves none."""
    serving = [one for tier in TIERS for one in policy.tiers.get(tier, ()) if one.vendor == vendor]
    return next((one.model for one in sorted(serving, key=lambda one: not one.enabled)), None)


def _since(started: float) -> float:
    return round(time.perf_counter() - started, 3)


def _ended(
    seconds: float | None, reason: str | None = None, detail: str = "", *, revived: bool = False
) -> dict[str, Any]:
    return {"ok": reason is None, "seconds": seconds, "reason": reason, "detail": detail, "revived": revived}
