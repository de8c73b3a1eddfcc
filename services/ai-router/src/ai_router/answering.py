"""From a question to what is said about it: from the cache, by an AI, or with the reason why by none."""

import asyncio
from dataclasses import dataclass
from typing import Any, Final

from ai_router.asking import Asked, Router
from ai_router.attempts import Made
from ai_router.domain.level import Level, level_at, worse
from ai_router.domain.money.budgets import standing_of
from ai_router.domain.needs import needs_of
from ai_router.domain.places import Places
from ai_router.domain.routing_policy import Plan, plan
from ai_router.ports import Answers, Policies, Prices, Spending
from chassis.clock import Clock
from contracts.ai import AiPolicy, AiRules, Budget
from contracts.completions import (
    Answer,
    CompletionFailed,
    CompletionGenerated,
    CompletionRequested,
    FailureReason,
)
from contracts.envelope import Event
from contracts.tenants import TenantConfig

Outcome = CompletionGenerated | CompletionFailed
UNLIMITED: Final = Budget()


@dataclass(frozen=True)
class Patience:
    """Ages of a question in seconds, from which on it gets the smallest tier, and rules alone.

    `turn`: how long it waits for its turn at most.
    """

    cheaper_after: float = 10.0
    rules_after: float = 25.0
    turn: float = 30.0


@dataclass(frozen=True)
class InForce:
    """What holds for one business now."""

    policy: AiPolicy
    config: TenantConfig | None

    @property
    def rules(self) -> AiRules:
        return self.config.ai if self.config else AiRules()


@dataclass(frozen=True)
class Answering:
    """Has questions answered."""

    router: Router
    policies: Policies
    prices: Prices
    places: Places
    spending: Spending
    answers: Answers
    clock: Clock
    patience: Patience = Patience()

    async def answer(self, event: Event[CompletionRequested], mind: InForce) -> Outcome:
        """Never raises for a vendor's sake."""
        if not mind.rules.enabled:
            return failed(event, Asked((), reason="off"))
        if known := await self._known(event):
            return known
        limit = mind.rules.concurrency or mind.policy.concurrency
        try:
            async with asyncio.timeout(self.patience.turn) as turn, self.places.of(event.tenantid, limit):
                turn.reschedule(None)
                return await self._fresh(event, mind)
        except TimeoutError:
            return failed(event, Asked((), reason="too_late", detail="its turn did not come"))

    async def _known(self, event: Event[CompletionRequested]) -> CompletionGenerated | None:
        key = event.data.cache_key
        found = await self.answers.get(event.tenantid, key, event.id) if key else None
        return found and found.model_copy(
            update={
                "request_id": event.id, "cached": True, "seconds": 0.0, "cost": None, "attempts": (),
                "input_tokens": None, "output_tokens": None,
            }
        )  # fmt: skip

    async def _fresh(self, event: Event[CompletionRequested], mind: InForce) -> Outcome:
        level, reason = await self._level(event, mind)
        if level == "rules":
            return failed(event, Asked((), reason=reason))
        asked = await self.router.ask(event.data, self._plan(event, mind, level))
        return generated(event, asked, asked.made) if asked.made else failed(event, asked)

    async def _level(self, event: Event[CompletionRequested], mind: InForce) -> tuple[Level, FailureReason]:
        """By the budget and by the question's age, whichever is worse."""
        now = self.clock()
        age = (now - (event.recordedtime or event.time)).total_seconds()
        load = level_at(age, self.patience.cheaper_after, self.patience.rules_after)
        budget = mind.rules.budget or mind.policy.budget
        if mind.config is None or budget == UNLIMITED:
            return load, "too_late"
        spent = await self.spending.of(event.tenantid, mind.config.zone, now)
        level = standing_of(spent, budget, mind.policy)
        return worse(level, load), "over_budget" if level == "rules" else "too_late"

    def _plan(self, event: Event[CompletionRequested], mind: InForce, level: Level) -> Plan:
        request = event.data
        return plan(
            request.purpose, needs_of(request), mind.policy, mind.rules, self.prices.abilities,
            level=level, seed=event.id,
        )  # fmt: skip


def generated(event: Event[CompletionRequested], asked: Asked, made: Made) -> CompletionGenerated:
    """The fact that an AI has answered."""
    usage = made.completion.usage
    return CompletionGenerated(
        **_common(event, asked),
        vendor=made.way.vendor, model=made.completion.model, key=made.key.alias, tier=made.way.tier,
        input_tokens=usage.input, output_tokens=usage.output, seconds=round(made.seconds, 3),
        personal=Answer(text=made.completion.text, tool_calls=made.completion.tool_calls),
    )  # fmt: skip


def failed(event: Event[CompletionRequested], asked: Asked) -> CompletionFailed:
    """The fact that none could."""
    return CompletionFailed(**_common(event, asked), reason=asked.reason, detail=asked.detail)


def _common(event: Event[CompletionRequested], asked: Asked) -> dict[str, Any]:
    return {
        "request_id": event.id,
        "purpose": event.data.purpose,
        "prompt_version": event.data.prompt_version,
        "cost": asked.cost,
        "attempts": asked.attempts,
    }
