"""RabbitMQ's memory alarm: it confirms nothing and says goodbye to nobody. Nobody may hang for it.

On a broker of this test's own: an alarm is felt by everybody who uses the same one.
"""

import asyncio
import hashlib
import hmac
import json
import os
import socket
from collections.abc import AsyncIterator, Callable
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import aio_pika
import httpx
import pytest
import uvicorn
from fastapi import FastAPI
from pydantic import SecretStr

from chassis.service import service_app
from contracts import channels
from conversation import main as conversation
from conversation.settings import ConversationSettings
from gateway import main as gateway
from gateway.settings import GatewaySettings
from ops.servers import rabbitmq
from ops.servers.process import ServerProcess
from ops.servers.supply import Product, program
from scheduler import main as scheduler
from scheduler.settings import SchedulerSettings

pytestmark = [
    pytest.mark.servers,
    pytest.mark.skipif(program(Product.RABBITMQ) is None, reason="RabbitMQ is not installed"),
]
TENANTS = Path(__file__).parents[2] / "deploy" / "tenants"
SERVICES = ("gateway", "conversation", "scheduler")


class Alarm:
    """A RabbitMQ whose memory runs out when the test says so."""

    def __init__(self, broker: ServerProcess, url: str) -> None:
        self._broker = broker
        self.url = url

    async def on(self) -> None:
        await self._control("set_vm_memory_high_watermark", "0.0001")

    async def off(self) -> None:
        await self._control("set_vm_memory_high_watermark", "absolute", "1GB")

    async def _control(self, *what: str) -> None:
        control = Path(self._broker.command[0]).with_name("rabbitmqctl")
        child = await asyncio.create_subprocess_exec(
            control,
            *what,
            env=self._broker.environment,
            stdout=asyncio.subprocess.PIPE,
            stderr=asyncio.subprocess.STDOUT,
        )
        said, _ = await child.communicate()
        assert child.returncode == 0, said.decode()


@dataclass
class House:
    """The services, the alarm, and the vendor's ids of all messages that the gateway has published."""

    urls: dict[str, str]
    alarm: Alarm
    http: httpx.AsyncClient
    published: list[str] = field(default_factory=list)
    accepted: list[str] = field(default_factory=list)

    async def webhook(self) -> httpx.Response:
        """One more message of one more customer."""
        number = f"wamid.{len(self.accepted)}.{os.urandom(4).hex()}"
        body = _webhook(number)
        signature = hmac.new(b"lyo-whatsapp-secret", body, hashlib.sha256).hexdigest()
        answer = await self.http.post(
            f"{self.urls['gateway']}/webhooks/whatsapp/lyo",
            content=body,
            headers={"X-Hub-Signature-256": f"sha256={signature}"},
        )
        if answer.status_code == 200:
            self.accepted.append(number)
        return answer

    async def failing(self, service: str) -> list[str]:
        """What keeps a service from being ready."""
        answer = await self.http.get(f"{self.urls[service]}/health/ready")
        found: list[str] = answer.json().get("failing", [])
        assert (answer.status_code == 503) is bool(found)
        return found


def _webhook(number: str) -> bytes:
    text = {"type": "text", "text": {"body": "Ciao"}}
    message = {"id": number, "from": "39333", "timestamp": "1772452800", **text}
    value = {"metadata": {"phone_number_id": "100000000000001"}, "messages": [message]}
    changes = [{"field": "messages", "value": value}]
    return json.dumps({"object": "whatsapp_business_account", "entry": [{"changes": changes}]}).encode()


async def until(condition: Callable[[], Any], seconds: float = 30) -> None:
    async with asyncio.timeout(seconds):
        while not await condition():  # noqa: ASYNC110  other processes change it
            await asyncio.sleep(0.05)


@asynccontextmanager
async def serving(app: FastAPI) -> AsyncIterator[str]:
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        server = uvicorn.Server(uvicorn.Config(app, log_config=None, access_log=False))
        task = asyncio.create_task(server.serve(sockets=[free]))
        async with asyncio.timeout(60):
            while not server.started:
                assert not task.done(), "a service did not start"
                await asyncio.sleep(0.02)
        yield f"http://127.0.0.1:{free.getsockname()[1]}"
        server.should_exit = True
        await task


@pytest.fixture
async def alarm(tmp_path: Path) -> AsyncIterator[Alarm]:
    ports = rabbitmq.RabbitPorts.free()
    async with AsyncExitStack() as stack:
        for server in (
            rabbitmq.epmd(tmp_path, ports),
            rabbitmq.native(tmp_path, ports, management=False, keep=False),
        ):
            stack.push_async_callback(server.stop)
            await server.start()
        await server.until(lambda: rabbitmq.answers(ports.amqp), 60)
        yield Alarm(server, ports.url())


@pytest.fixture
async def house(alarm: Alarm, redis_url: str, tmp_path: Path) -> AsyncIterator[House]:
    common: dict[str, Any] = {
        "rabbitmq_url": SecretStr(alarm.url),
        "redis_url": SecretStr(redis_url),
        "store_url": SecretStr(f"sqlite://{tmp_path}/store"),
    }
    apps = {
        "gateway": gateway.build(GatewaySettings(**common, tenants_dir=TENANTS)),
        "conversation": service_app("conversation", ConversationSettings(**common), conversation.wire),
        "scheduler": service_app("scheduler", SchedulerSettings(**common), scheduler.wire),
    }
    async with AsyncExitStack() as stack:
        urls = {name: await stack.enter_async_context(serving(app)) for name, app in apps.items()}
        http = await stack.enter_async_context(httpx.AsyncClient(timeout=10))
        connection = await stack.enter_async_context(await aio_pika.connect(alarm.url))
        found = House(urls, alarm, http)
        await _listen(connection, found.published)
        yield found


async def _listen(connection: aio_pika.abc.AbstractConnection, ids: list[str]) -> None:
    channel = await connection.channel()
    queue = await channel.declare_queue(exclusive=True)
    await queue.bind(channels.EVENTS, "message.received.v1")

    async def hear(message: aio_pika.abc.AbstractIncomingMessage) -> None:
        ids.append(json.loads(message.body)["data"]["vendor_message_id"])

    await queue.consume(hear, no_ack=True)


async def test_an_alarm_stops_nobody_for_longer_than_it_lasts(house: House) -> None:
    assert (await house.webhook()).status_code == 200
    for service in SERVICES:
        assert await house.failing(service) == []

    await house.alarm.on()

    async def turned_away_at_once() -> bool:
        answer = await house.webhook()
        assert answer.status_code in (200, 503)
        assert answer.status_code == 200 or answer.headers["retry-after"] == "1"
        return answer.status_code == 503 and answer.json().get("reason") == "broker"

    await until(turned_away_at_once)
    for service in SERVICES:
        assert await house.failing(service) == ["rabbitmq"]
        assert (await house.http.get(f"{house.urls[service]}/health/live")).status_code == 200

    await house.alarm.off()

    async def taken_in() -> bool:
        return (await house.webhook()).status_code == 200

    async def all_ready() -> bool:
        return not any([await house.failing(service) for service in SERVICES])

    async def nothing_lost() -> bool:
        return set(house.accepted) <= set(house.published)

    await until(taken_in)
    await until(all_ready)
    await until(nothing_lost)
