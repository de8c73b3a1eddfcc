"""The router without its service: Bellhop's own policy, no events, no ledger, no budgets, no cache.

For replays, which ask what nobody has asked before, and for measurements.
"""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from uuid import UUID

from redis.asyncio import Redis

from ai_router.adapters.model_table import Pricing, default_policy, load_models
from ai_router.adapters.standings import SharedStandings
from ai_router.asking import Asked, Router
from ai_router.attempts import Attempts
from ai_router.domain.needs import needs_of
from ai_router.domain.routing_policy import at_hand, plan
from ai_router.domain.standings.told import Said
from ai_router.routers import router_of
from ai_router.settings import AiRouterSettings, circuit_limits
from ai_router.vendors import named, opened
from chassis.clock import Clock, utc_now
from contracts.ai import AiPolicy, AiRules
from contracts.completions import CompletionRequested


@dataclass(frozen=True)
class RouterAlone:
    """Asks vendors as the service would for a business without rules of its own."""

    router: Router
    policy: AiPolicy
    prices: Pricing

    async def ask(self, request: CompletionRequested, seed: UUID) -> Asked:
        """Never raises for a vendor's sake. `seed` draws among the models of a tier."""
        ways = plan(
            request.purpose, needs_of(request), self.policy, AiRules(), self.prices.abilities,
            level="normal", seed=seed,
        )  # fmt: skip
        return await self.router.ask(request, ways)


@asynccontextmanager
async def router_alone(
    settings: AiRouterSettings, redis: Redis | None = None, clock: Clock = utc_now
) -> AsyncIterator[RouterAlone]:
    """All vendors of the settings. Without Redis it keeps to itself how they are. Raises UnreadableTable."""
    vendors = named(settings)
    keys = {vendor.name: vendor.keys for vendor in vendors}
    policy = at_hand(default_policy(), {vendor.name: vendor.model for vendor in vendors})
    prices = Pricing(load_models(settings.ai_prices))
    standings = SharedStandings(redis, clock, keys, circuit_limits(settings), _unheard)
    async with opened(vendors, settings) as adapters:
        router = router_of(settings)(Attempts(adapters, standings, prices.cost, clock))
        telling = asyncio.create_task(standings.run())
        try:
            yield RouterAlone(router, policy, prices)
        finally:
            await router.aclose()
            telling.cancel()
            await asyncio.wait([telling])


async def _unheard(_: Said) -> None:
    """Nobody is told that a circuit or a key has changed."""
