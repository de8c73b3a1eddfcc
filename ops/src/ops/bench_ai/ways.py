"""How an answer is come by: from the vendor itself, through a proxy, through our router, or by events."""

import asyncio
import os
from collections.abc import AsyncIterator, Callable, Iterator, Mapping
from contextlib import AbstractAsyncContextManager, asynccontextmanager
from typing import Any, Final
from uuid import uuid4

import aio_pika
from aio_pika.abc import AbstractIncomingMessage
from pydantic_core import from_json
from redis.asyncio import Redis

from ai_router.alone import router_alone
from ai_router.settings import AiRouterSettings
from chassis.clock import utc_now
from chassis.http.client import vendor_client
from chassis.messaging.broker import build_broker
from chassis.messaging.publisher import EventPublisher
from chassis.settings import load
from contracts import channels, events
from contracts.envelope import Event
from contracts.tenants import TenantConfigured
from gateway.domain.tenant_file import read_tenant_file
from ops.bench_ai.load import Ask
from ops.bench_ai.question import BODY, KEY, QUESTION
from ops.places import tenants_dir
from ops.tenants import read

_PATIENCE_SECONDS: Final = 30.0
_TENANTS: Final = 16  # no business is asked to wait for its own part of the answers


@asynccontextmanager
async def over_http(url: str) -> AsyncIterator[Ask]:
    """Chat completions at `url`, with the client that our router has as well."""
    async with vendor_client(url, _PATIENCE_SECONDS) as client:

        async def ask() -> None:
            response = await client.post(
                "chat/completions", json=BODY, headers={"Authorization": f"Bearer {KEY}"}
            )
            answer = response.raise_for_status().json()
            if not answer["choices"][0]["message"]["content"]:
                raise ValueError("an empty answer")

        yield ask


@asynccontextmanager
async def by_router() -> AsyncIterator[Ask]:
    """Our router in this very process: plan, standings in Redis, adapter, vendor."""
    async with (
        Redis.from_url(os.environ["BELLHOP_REDIS_URL"]) as redis,
        router_alone(load(AiRouterSettings), redis) as router,
    ):

        async def ask() -> None:
            asked = await router.ask(QUESTION, uuid4())
            if asked.made is None:
                raise ValueError(f"no answer: {asked.reason} {asked.detail}")

        yield ask


@asynccontextmanager
async def by_events() -> AsyncIterator[Ask]:
    """completion.requested out, completion.generated in; everything durable and confirmed."""
    url = os.environ["BELLHOP_RABBITMQ_URL"]
    broker = build_broker(url, "bench", _PATIENCE_SECONDS)
    publisher, waiting = EventPublisher(broker), dict[str, asyncio.Future[None]]()

    async def hear(message: AbstractIncomingMessage) -> None:
        async with message.process():
            content = from_json(message.body)
            answer = waiting.get(content["data"]["request_id"])
            if answer is None or answer.done():
                return
            if message.routing_key == "completion.generated.v1":
                answer.set_result(None)
            else:
                answer.set_exception(ValueError(f"no answer: {content['data']['reason']}"))

    async def ask() -> None:
        request_id = uuid4()
        event = events.first(
            QUESTION, event_id=request_id, source="conversation", tenant=f"bench-{request_id.int % _TENANTS}",
            partition=str(request_id), time=utc_now(),
        )  # fmt: skip
        answer = waiting[str(request_id)] = asyncio.get_running_loop().create_future()
        try:
            async with asyncio.timeout(_PATIENCE_SECONDS):
                await publisher.publish(event)
                await answer
        finally:
            del waiting[str(request_id)]

    async with broker, await aio_pika.connect(url) as connection:
        channel = await connection.channel()
        await channel.set_qos(prefetch_count=200)
        heard = await channel.declare_queue("bench-ai", durable=True, arguments={"x-queue-type": "quorum"})
        for one in ("completion.generated.v1", "completion.failed.v1"):
            await heard.bind(channels.EVENTS, one)
        await heard.consume(hear)
        await publisher.publish(*_businesses())
        yield ask


def _businesses() -> Iterator[Event[Any]]:
    """All of them as the example Lyo; of a business that nobody knows no spending is counted."""
    file = tenants_dir() / "lyo.yaml"
    lyo = read_tenant_file(read(file), file.name).config()
    for n in range(_TENANTS):
        config = lyo.model_copy(update={"id": f"bench-{n}"})
        yield events.first(
            TenantConfigured(version=1, config=config), event_id=uuid4(), source="gateway", tenant=config.id,
            partition=config.id, time=utc_now(),
        )  # fmt: skip


WAYS: Final[Mapping[str, Callable[..., AbstractAsyncContextManager[Ask]]]] = {
    "http": over_http,
    "router": by_router,
    "events": by_events,
}
