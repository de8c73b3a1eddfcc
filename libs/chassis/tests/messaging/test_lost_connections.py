"""What happens when the line to RabbitMQ is cut, or goes silent without a word."""

import asyncio
from contextlib import asynccontextmanager
from urllib.parse import urlsplit

import pytest
from structlog.testing import capture_logs

from chassis.http.health import check_all
from chassis.messaging.broker import build_broker, ping_of
from chassis.settings import ServiceSettings

from .conftest import cancel_wish, message, until

pytestmark = pytest.mark.servers


class Line:
    """A line to RabbitMQ that can be cut or muted; whoever calls again gets a working one."""

    def __init__(self, url):
        self._there = urlsplit(url)
        self._calls = []
        self.closed = False

    @asynccontextmanager
    async def open(self):
        async with await asyncio.start_server(self._connect, "127.0.0.1", 0) as server:
            port = server.sockets[0].getsockname()[1]
            yield self._there._replace(netloc=f"guest:guest@127.0.0.1:{port}").geturl()
            self.cut()

    async def _connect(self, reader, writer):
        if self.closed:
            writer.transport.abort()
            return
        far_reader, far_writer = await asyncio.open_connection(self._there.hostname, self._there.port)
        ways = [_copy(reader, far_writer), _copy(far_reader, writer)]
        self._calls.append(([asyncio.create_task(one) for one in ways], (writer, far_writer)))

    def mute(self):
        """Nothing passes any more on what is connected now, and nobody is told."""
        for ways, _ in self._calls:
            for one in ways:
                one.cancel()

    def cut(self):
        """Closes what is connected now."""
        self.mute()
        for _, writers in self._calls:
            for one in writers:
                one.transport.abort()
        self._calls.clear()


async def _copy(reader, writer):
    while chunk := await reader.read(65_536):
        writer.write(chunk)


@pytest.fixture
async def line(house):
    """The line by which `house` reaches its broker."""
    line = Line(house.rabbitmq_url)
    async with line.open() as url:
        house.rabbitmq_url = url
        house.settings = ServiceSettings(rabbitmq_url=url, redis_url=house.redis_url, prefetch=8)
        yield line


@pytest.mark.parametrize("fault", ["cut", "mute"])
@pytest.mark.parametrize("service", ["scheduler", "conversation"])
async def test_all_is_taken_and_said_again_in_order(house, line, monkeypatch, service, fault):
    monkeypatch.setattr("chassis.messaging.broker._HEARTBEAT_SECONDS", 1)
    seen = []

    async def handle(event):
        if event.id not in seen:
            seen.append(event.id)

    async with house.speaker() as publisher, house.replica(service, handle) as consumers:
        events = [message("c", "x") if service == "conversation" else cancel_wish() for _ in range(20)]
        await publisher.publish(events[0])
        await until(lambda: seen == [events[0].id])
        getattr(line, fault)()
        for event in events[1:]:
            await publisher.publish(event, within=30)
        await until(lambda: len(seen) == len(events), 30)
        await until(lambda: all(one.consuming for one in consumers))
    if service == "conversation":
        assert seen == [one.id for one in events]


async def test_a_loss_is_told_once_and_so_is_the_return(house, line):
    broker = build_broker(house.rabbitmq_url, "test", 1)
    with capture_logs() as said:
        await broker.start()
        line.closed = True
        line.cut()
        await asyncio.sleep(1.5)
        line.closed = False
        await until(lambda: len(said) == 2)
        await broker.stop()
    assert [one["event"] for one in said] == ["lost RabbitMQ, connecting anew", "RabbitMQ is back"]


async def test_health_tells_a_silent_broker_from_a_living_one(house, line):
    broker = build_broker(house.rabbitmq_url, "test", 1)
    await broker.start()
    try:
        assert await check_all({"rabbitmq": ping_of(broker)}) == {"rabbitmq": "ok"}
        line.mute()
        assert "no answer" in (await check_all({"rabbitmq": ping_of(broker)}))["rabbitmq"]
    finally:
        line.cut()
        await broker.stop()
