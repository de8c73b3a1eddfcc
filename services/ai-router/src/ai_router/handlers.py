"""What the AI router does about each event."""

import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final

from prometheus_client import Counter, Histogram

from ai_router.domain.routing_policy import Route, choose
from ai_router.ports import Circuit, Completion, NoAnswer, Publisher, Results, Vendor
from chassis.clock import Clock
from chassis.observability.logging import get_logger
from contracts.completions import Answer, CompletionFailed, CompletionGenerated, CompletionRequested
from contracts.envelope import Event
from contracts.events import caused

SOURCE: Final = "ai-router"
_VENDOR_IS_UNWELL: Final = frozenset({"timeout", "rate_limited", "overloaded", "unreachable"})
"""Failures that open the circuit. The others are the request's, or the key's."""

COMPLETIONS = Counter("bellhop_completions_total", "What became of AI requests", ["vendor", "outcome"])
SECONDS = Histogram(
    "bellhop_completion_seconds",
    "How long a vendor took",
    ["vendor"],
    buckets=(0.25, 0.5, 1, 2, 4, 8, 15, 30),
)

log = get_logger(__name__)


@dataclass(frozen=True)
class Completions:
    """Handles completion.requested."""

    routes: Sequence[Route]
    vendors: Mapping[str, Vendor]
    circuits: Mapping[str, Circuit]
    results: Results
    publisher: Publisher
    clock: Clock

    async def on_requested(self, event: Event[CompletionRequested]) -> None:
        """Have an AI answer, or say why none could."""
        answer = await self.results.get(event.id)
        if answer is None and event.redrivenfrom:
            # Answers are kept for a while only: this one may have been asked, answered and paid for.
            log.info("redriven without an answer that is kept: nobody is asked")
            return
        if answer is None:
            outcome = await self._outcome(event)
            answer = caused(event, 0, outcome, source=SOURCE, time=self.clock())
            await self.results.keep(event.id, answer)
        await self.publisher.publish(answer)

    async def _outcome(self, event: Event[CompletionRequested]) -> CompletionGenerated | CompletionFailed:
        route = choose(self.routes, event.data.purpose)
        try:
            if route is None:
                raise NoAnswer("not_configured", "no AI vendor has a key")
            return await self._ask(route, event)
        except NoAnswer as failure:
            COMPLETIONS.labels(route.vendor if route else "none", failure.reason).inc()
            log.warning("no answer", reason=failure.reason, detail=failure.detail)
            return CompletionFailed(request_id=event.id, reason=failure.reason, detail=failure.detail)

    async def _ask(self, route: Route, event: Event[CompletionRequested]) -> CompletionGenerated:
        circuit = self.circuits[route.vendor]
        if not await circuit.admit():
            raise NoAnswer("circuit_open", f"{route.vendor} has failed repeatedly")
        started = time.perf_counter()
        try:
            completion = await self.vendors[route.vendor].complete(event.data, route.model)
        except NoAnswer as failure:
            await circuit.note("failed" if failure.reason in _VENDOR_IS_UNWELL else "succeeded")
            raise
        await circuit.note("succeeded")
        seconds = time.perf_counter() - started
        COMPLETIONS.labels(route.vendor, "generated").inc()
        SECONDS.labels(route.vendor).observe(seconds)
        return _generated(event, route, completion, seconds)


def _generated(
    event: Event[Any], route: Route, completion: Completion, seconds: float
) -> CompletionGenerated:
    return CompletionGenerated(
        request_id=event.id,
        vendor=route.vendor,
        model=completion.model,
        input_tokens=completion.input_tokens,
        output_tokens=completion.output_tokens,
        seconds=round(seconds, 3),
        personal=Answer(text=completion.text),
    )
