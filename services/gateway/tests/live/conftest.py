"""A gateway as it runs in production: uvicorn, RabbitMQ, Redis, and a listener to all its events."""

import asyncio
import socket
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import aio_pika
import httpx
import pytest
import uvicorn
from pydantic import SecretStr
from redis.asyncio import Redis

from contracts import channels, events
from contracts.envelope import Event
from gateway.main import build
from gateway.settings import GatewaySettings

EXAMPLES = Path(__file__).parents[4] / "deploy" / "tenants"


@dataclass
class Live:
    """A running gateway and what it has published."""

    url: str
    http: httpx.AsyncClient
    redis: Redis
    published: list[Event[Any]] = field(default_factory=list)

    def of(self, event_type: str) -> list[Event[Any]]:
        return [event for event in self.published if event.type == event_type]

    async def settle(self, event_type: str, count: int) -> list[Event[Any]]:
        """Waits for so many events of a type, and a little longer for one too many."""
        async with asyncio.timeout(10):
            while len(self.of(event_type)) < count:  # noqa: ASYNC110  another task appends
                await asyncio.sleep(0.02)
        await asyncio.sleep(0.2)
        return self.of(event_type)


@asynccontextmanager
async def serving(settings: GatewaySettings) -> AsyncIterator[str]:
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        config = uvicorn.Config(build(settings), log_config=None, access_log=False)
        server = uvicorn.Server(config)
        task = asyncio.create_task(server.serve(sockets=[free]))
        async with asyncio.timeout(60):
            while not server.started:
                assert not task.done(), "the gateway did not start"
                await asyncio.sleep(0.02)
        yield f"http://127.0.0.1:{free.getsockname()[1]}"
        server.should_exit = True
        await task


@pytest.fixture
def settings(rabbitmq_url: str, redis_url: str, tmp_path: Path) -> GatewaySettings:
    return GatewaySettings(
        rabbitmq_url=SecretStr(rabbitmq_url),
        redis_url=SecretStr(redis_url),
        store_url=SecretStr(f"sqlite://{tmp_path}"),
        tenants_dir=EXAMPLES,
        chat_wait=1.0,
        tenant_patience=20,  # a busy machine is no flood
    )


@pytest.fixture
async def live(settings: GatewaySettings) -> AsyncIterator[Live]:
    async with (
        serving(settings) as url,
        httpx.AsyncClient(base_url=url, timeout=20) as http,
        Redis.from_url(settings.redis_url.get_secret_value()) as redis,
        await aio_pika.connect(settings.rabbitmq_url.get_secret_value()) as connection,
    ):
        gateway = Live(url, http, redis)
        channel = await connection.channel()
        queue = await channel.declare_queue(exclusive=True)
        await queue.bind(channels.EVENTS, "#")

        async def hear(message: aio_pika.abc.AbstractIncomingMessage) -> None:
            gateway.published.append(events.read(message.body))

        await queue.consume(hear, no_ack=True)
        yield gateway
