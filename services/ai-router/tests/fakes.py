"""Stand-ins for the ports of the AI router, ten lines each."""

import asyncio
from dataclasses import dataclass, field
from decimal import Decimal
from typing import Any

from ai_router.domain.completion import Completion, Usage
from ai_router.domain.failures import VendorFailure
from ai_router.domain.prices import Abilities
from ai_router.domain.standings.standing import Standing
from ai_router.domain.ways import Key, Way

A, B = Way("a", "m", "small"), Way("b", "n", "large")
KEYS = {"a": (Key("a", "a-1", "x"), Key("a", "a-2", "y")), "b": (Key("b", "b-1", "z"),)}
WELL = Standing(KEYS, {}, frozenset("ab"))
ANSWER = Completion("Sì.", "m-2026", Usage(40, 8))


@dataclass
class LateFailure:
    """A failure that comes when the test lets it."""

    failure: VendorFailure
    released: asyncio.Event = field(default_factory=asyncio.Event)


@dataclass
class Vendors:
    """Each vendor's next outcomes; after them it answers. A number: seconds before it answers."""

    outcomes: dict[str, list[Any]] = field(default_factory=dict)
    calls: list[Any] = field(default_factory=list)

    def __getitem__(self, name):
        return self

    async def complete(self, request, model, key, patience):
        self.calls.append((key.alias, model))
        waiting = self.outcomes.get(key.vendor)
        outcome = waiting.pop(0) if waiting else ANSWER
        if isinstance(outcome, float):
            await asyncio.sleep(outcome)
            return ANSWER
        if isinstance(outcome, LateFailure):
            await outcome.released.wait()
            raise outcome.failure
        if isinstance(outcome, Exception):
            raise outcome
        return outcome


@dataclass
class Standings:
    standing: Standing = WELL
    admits: list[Any] = field(default_factory=list)
    noted: list[Any] = field(default_factory=list)
    released: list[Any] = field(default_factory=list)

    async def look(self):
        return self.standing

    async def admit(self, way, key):
        return self.admits.pop(0) if self.admits else True

    async def note(self, way, key, seconds, failure):
        self.noted.append((key.alias, failure and failure.reason))

    async def release(self, way, key):
        self.released.append(key.alias)


class Prices:
    """A thousandth of a dollar for each token of the question."""

    def cost(self, vendor, model, usage):
        return None if usage.input is None else Decimal(usage.input) / 1000

    def abilities(self, vendor, model):
        return Abilities()
