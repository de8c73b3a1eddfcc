"""The AI router's parts list."""

import os
import socket
from collections.abc import AsyncIterator
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import replace
from functools import partial

from ai_router import routes
from ai_router.adapters.answers import RedisAnswers
from ai_router.adapters.ledger_documents import LedgerDocuments
from ai_router.adapters.model_table import Pricing, default_policy, load_models
from ai_router.adapters.openrouter_credit import OpenRouterCredit
from ai_router.adapters.policy_documents import PolicyDocuments
from ai_router.adapters.recent_calls import RecentCalls
from ai_router.adapters.results import RedisResults
from ai_router.adapters.spending import SharedSpending
from ai_router.adapters.standings import SharedStandings
from ai_router.answering import Answering, Patience
from ai_router.attempts import Attempts
from ai_router.domain.places import Places
from ai_router.domain.routing_policy import at_hand
from ai_router.domain.standings.told import Said
from ai_router.handlers.announcing import Announcing
from ai_router.handlers.completions import Completions
from ai_router.handlers.facts import Facts
from ai_router.handlers.in_hand import InHand
from ai_router.operation.checks import Checks
from ai_router.operation.overview import Overviews
from ai_router.operation.trials import Trials
from ai_router.operation.usage import Usage
from ai_router.routers import router_of
from ai_router.settings import AiRouterSettings, circuit_limits
from ai_router.vendors import named, opened
from chassis.service import Parts, Wiring, run, service_app
from chassis.settings import load
from chassis.tenants import TenantProjection
from contracts.ai import AiConfigured
from contracts.completions import CompletionJudged, CompletionRequested
from contracts.tenants import TenantConfigured


@asynccontextmanager
async def wire(parts: Parts) -> AsyncIterator[Wiring]:
    """Puts the parts together."""
    chosen: AiRouterSettings = parts.settings
    vendors = named(chosen)
    keys = {vendor.name: vendor.keys for vendor in vendors}
    here = partial(at_hand, vendors={vendor.name: vendor.model for vendor in vendors})
    prices = Pricing(load_models(chosen.ai_prices))
    tenants = TenantProjection(parts.store)
    policies = PolicyDocuments(parts.store, tenants, default_policy(), here)
    ledger = LedgerDocuments(parts.store, policies)
    spending = SharedSpending(parts.redis, ledger)
    answers = RedisAnswers(parts.redis, parts.clock, chosen.ai_cache_seconds)
    announcing = Announcing(parts.publisher, parts.clock)
    share = partial(SharedStandings, parts.redis, parts.clock, keys, circuit_limits(chosen))
    standings, shadow = share(announcing.changed), share(_unheard, prefix="shadow")
    async with (
        opened(vendors, chosen) as adapters, InHand() as in_hand, AsyncExitStack() as stack,
    ):  # fmt: skip
        attempts = Attempts(adapters, standings, prices.cost, parts.clock)
        make_router = router_of(chosen)
        router, places = make_router(attempts), Places(chosen.ai_concurrency)
        stack.push_async_callback(router.aclose)
        replica = f"{socket.gethostname()}-{os.getpid()}"
        recent = RecentCalls(parts.redis, parts.clock, replica, places.load)
        patience = Patience(chosen.ai_cheaper_after, chosen.ai_rules_after, chosen.ai_deadline)
        answering = Answering(router, policies, prices, places, spending, answers, parts.clock, patience)
        completions = Completions(
            answering, policies, spending, ledger, answers, RedisResults(parts.redis), parts.publisher,
            parts.clock, recent.note, in_hand,
        )  # fmt: skip
        credit = OpenRouterCredit({one.base_url: one.keys for one in vendors if one.says_cost})
        desk = routes.Desk(
            overviews=Overviews(
                vendors, {"live": standings, "shadow": shadow}, policies, recent, chosen.ai_concurrency,
                chosen.ai_breaker_seconds, credit.left,
            ),
            usage=Usage(ledger, spending, policies, parts.clock),
            checks=Checks(vendors, adapters, standings),
            trials=Trials(
                router, replace(attempts, standings=shadow), make_router, prices, ledger, parts.clock,
                recent.note,
            ),
            policies=policies,
            prices=prices,
            own=default_policy(),
        )  # fmt: skip
        yield Wiring(
            handlers={
                CompletionRequested: completions.on_requested,
                CompletionJudged: completions.on_judged,
                AiConfigured: policies.on_ai_configured,
                TenantConfigured: Facts(tenants, answers).on_tenant_configured,
            },
            background=(standings.run, shadow.run, recent.write, credit.run),
            state={"desk": desk},
        )


async def _unheard(_: Said) -> None:
    """What a drill beside the live router does to circuits and keys is nobody's business."""


settings = load(AiRouterSettings)
app = service_app("ai-router", settings, wire, routers=[routes.router])

if __name__ == "__main__":
    run(app, settings)
