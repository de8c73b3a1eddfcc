"""Trial questions: answered for whoever asks alone, by the live router or by one beside it that may fail."""

import time
from collections.abc import Callable, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass, replace
from typing import Any, Final
from uuid import UUID, uuid4

from ai_router.answering import Outcome, failed, generated
from ai_router.asking import Asked, Router
from ai_router.attempts import Attempts
from ai_router.domain.needs import needs_of
from ai_router.domain.routing_policy import Plan, plan
from ai_router.domain.ways import Way
from ai_router.handlers.completions import SOURCE, Counted
from ai_router.ports import Ledger, Prices, Vendor
from chassis.clock import Clock
from chassis.errors import Unavailable
from contracts import channels
from contracts.ai import AiPolicy, AiRules, Purpose
from contracts.completions import CompletionRequested, Prompt, Utterance
from contracts.envelope import Event
from contracts.events import caused, first

_PARTITION: Final = "ai.trials"


@dataclass(frozen=True)
class Wanted:
    """A question, and which vendor ("openai") or model ("openai/gpt-4o-mini") is asked before the others."""

    question: str
    purpose: Purpose = "answer"
    asked_first: str = ""


@dataclass(frozen=True)
class Trials:
    """`shadow` makes attempts beside the live ones; `router` has questions answered by attempts.

    What a trial costs is on the ledger of the installation, whatever its lane.
    """

    live: Router
    shadow: Attempts
    router: Callable[[Attempts], Router]
    prices: Prices
    ledger: Ledger
    clock: Clock
    counted: Counted

    async def ask(self, wanted: Wanted, policy: AiPolicy, router: Router) -> dict[str, Any]:
        """What came of it, with all attempts."""
        event = _event(wanted, self.clock)
        started = time.perf_counter()
        asked = await router.ask(event.data, self._plan(event, wanted, policy))
        seconds = time.perf_counter() - started
        outcome = generated(event, asked, asked.made) if asked.made else failed(event, asked)
        if router is self.live:
            self.counted(outcome, None)
        if asked.cost:
            with suppress(Unavailable):  # the answer is there; its price is missed in the sums
                await self.ledger.enter(event, caused(event, 0, outcome, source=SOURCE, time=self.clock()))
        return _told(outcome, asked, seconds)

    def beside(self, faults: Mapping[str, Vendor]) -> Router:
        """A router of the shadow lane, with these in place of the real vendors."""
        return self.router(replace(self.shadow, vendors={**self.shadow.vendors, **faults}))

    def _plan(self, event: Event[CompletionRequested], wanted: Wanted, policy: AiPolicy) -> Plan:
        drawn = plan(
            wanted.purpose, needs_of(event.data), policy, AiRules(), self.prices.abilities,
            level="normal", seed=event.id,
        )  # fmt: skip
        return replace(drawn, ways=_in_order(drawn.ways, wanted.asked_first))


def _in_order(ways: Sequence[Way], first: str) -> tuple[Way, ...]:
    """The first way that is meant before all others, which keep their order."""
    meant = [way for way in ways if first in (way.vendor, f"{way.vendor}/{way.model}")][:1]
    return (*meant, *(way for way in ways if way not in meant))


def _event(wanted: Wanted, clock: Clock) -> Event[CompletionRequested]:
    question = CompletionRequested(
        purpose=wanted.purpose,
        language="en",
        personal=Prompt(
            instructions="Answer in one short sentence.",
            turns=(Utterance(role="customer", text=wanted.question),),
        ),
    )
    event_id: UUID = uuid4()
    return first(
        question, event_id=event_id, source=SOURCE, tenant=channels.SYSTEM, partition=_PARTITION, time=clock()
    )


def _told(outcome: Outcome, asked: Asked, seconds: float) -> dict[str, Any]:
    made = asked.made
    return {
        "vendor": made.way.vendor if made else None,
        "model": made.way.model if made else None,
        "key": made.key.alias if made else None,
        "text": made.completion.text if made else None,
        "reason": None if made else asked.reason,
        "detail": "" if made else asked.detail,
        "seconds": round(seconds, 3),
        "cost": None if outcome.cost is None else str(outcome.cost),
        "attempts": [one.model_dump(mode="json") for one in outcome.attempts],
    }
