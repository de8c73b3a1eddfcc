"""A question to an AI: answered or failed once, paid once, and on the ledger."""

import asyncio
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime
from decimal import Decimal
from typing import Final

from ai_router import observing
from ai_router.answering import Answering, InForce, Outcome
from ai_router.domain.money.budgets import reached
from ai_router.handlers.in_hand import InHand, Said
from ai_router.ports import Answers, Ledger, Policies, Publisher, Results, Spending
from chassis.clock import Clock
from chassis.observability.logging import get_logger
from contracts.completions import CompletionGenerated, CompletionJudged, CompletionRequested
from contracts.envelope import Event
from contracts.events import caused

SOURCE: Final = "ai-router"

Counted = Callable[[Outcome, float | None], None]
"""Hears what came of every question, and how many seconds it had waited to be taken up; None: a trial."""

log = get_logger(__name__)


def _unheard(_outcome: Outcome, _waited: float | None) -> None:
    """Nobody counts."""


@dataclass(frozen=True)
class Completions:
    """Handles completion.requested and completion.judged. Both raise TransientError."""

    answering: Answering
    policies: Policies
    spending: Spending
    ledger: Ledger
    answers: Answers
    results: Results
    publisher: Publisher
    clock: Clock
    counted: Counted = _unheard
    in_hand: InHand = field(default_factory=InHand)

    async def on_requested(self, event: Event[CompletionRequested]) -> None:
        """Have an AI answer, or say why none could."""
        if said := await self.in_hand.answer(event.id, lambda: self._said(event)):
            await self.ledger.enter(event, said[0])

    async def on_judged(self, event: Event[CompletionJudged]) -> None:
        """What became of an answer; one that was unfit is not given again."""
        if event.data.verdict == "refused":
            await self.answers.drop(event.tenantid, event.data.request_id)
        await self.ledger.judged(event)

    async def _said(self, event: Event[CompletionRequested]) -> Said:
        """Says what was said before, or what is to be said now.

        Nothing to a redriven question that may have been paid for.
        """
        if kept := await self.results.get(event.id):
            await self.publisher.publish(*kept)
            return kept
        if event.redrivenfrom:
            log.info("redriven without an answer that is kept: nobody is asked")
            return ()
        return await self._answered(event)

    async def _answered(self, event: Event[CompletionRequested]) -> Said:
        """The answer, and what its price changes for the business. The answer waits for nothing else."""
        waited = (self.clock() - (event.recordedtime or event.time)).total_seconds()
        found = await self.policies.tenant(event.tenantid)
        mind = InForce(await self.policies.installation(), found.config if found else None)
        data = await self.answering.answer(event, mind)
        now = self.clock()
        answer = caused(event, 0, data, source=SOURCE, time=now)
        publishing, keeping = self.publisher.publish(answer), self._kept(event, answer, mind, now)
        _, said = await asyncio.gather(publishing, keeping)
        observing.questioned(data)
        self.counted(data, waited)
        if levels := said[1:]:
            await self.publisher.publish(*levels)
        if isinstance(data, CompletionGenerated) and event.data.cache_key and not data.cached:
            await self.answers.keep(event.tenantid, event.data.cache_key, data, event.time)
        return said

    async def _kept(
        self, event: Event[CompletionRequested], answer: Event[Outcome], mind: InForce, now: datetime
    ) -> Said:
        """All that is said, for a redelivery to say again."""
        cost = answer.data.cost
        said = (answer, *(await self._spent(event, mind, cost, now) if cost else ()))
        await self.results.keep(event.id, said)
        return said

    async def _spent(
        self, event: Event[CompletionRequested], mind: InForce, cost: Decimal, now: datetime
    ) -> Said:
        """What is said of budgets. Sums are shared by all replicas, so one answer alone crosses a level."""
        if mind.config is None:
            return ()
        after = await self.spending.add(event.tenantid, mind.config.zone, now, cost)
        levels = reached(after.without(cost), after, mind.rules.budget or mind.policy.budget, mind.policy)
        for one in levels:
            log.warning("an AI budget runs out", period=one.period, level=one.level, spent=str(one.spent))
        return tuple(caused(event, n, one, source=SOURCE, time=now) for n, one in enumerate(levels, 1))
