"""The AI router's parts list."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

from ai_router.adapters.openai import OpenAI
from ai_router.adapters.results import RedisResults
from ai_router.domain.routing_policy import Route
from ai_router.handlers import Completions
from ai_router.settings import AiRouterSettings
from chassis.http.client import vendor_client
from chassis.resilience.circuit_breaker import CircuitBreaker
from chassis.service import Parts, Wiring, run, service_app
from chassis.settings import load
from chassis.tenants import TenantProjection
from contracts.completions import CompletionRequested
from contracts.tenants import TenantConfigured


@asynccontextmanager
async def wire(parts: Parts) -> AsyncIterator[Wiring]:
    """Opens one client per vendor and puts the parts together."""
    chosen: AiRouterSettings = parts.settings
    async with vendor_client(chosen.openai_base_url, chosen.openai_timeout) as client:
        openai = OpenAI(
            client,
            chosen.openai_key,
            deadline=chosen.openai_timeout,
            concurrency=chosen.openai_concurrency,
            token_limit=chosen.openai_token_limit,
        )
        completions = Completions(
            routes=(Route("openai", chosen.openai_model, has_key=bool(chosen.openai_key)),),
            vendors={"openai": openai},
            circuits={"openai": CircuitBreaker("openai", parts.redis, parts.clock)},
            results=RedisResults(parts.redis),
            publisher=parts.publisher,
            clock=parts.clock,
        )
        yield Wiring(
            handlers={
                CompletionRequested: completions.on_requested,
                TenantConfigured: TenantProjection(parts.store).on_tenant_configured,
            }
        )


settings = load(AiRouterSettings)
app = service_app("ai-router", settings, wire)

if __name__ == "__main__":
    run(app, settings)
