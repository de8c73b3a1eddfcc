"""A running piece of Bellhop on a real broker: topology declared, a publisher, and consumers on demand."""

import asyncio
from contextlib import AsyncExitStack, asynccontextmanager
from datetime import UTC, datetime
from uuid import uuid4

import pytest
from redis.asyncio import Redis

from chassis.clock import utc_now
from chassis.messaging.broker import build_broker, connect
from chassis.messaging.consumers import build_consumers
from chassis.messaging.holding import Holding
from chassis.messaging.publisher import EventPublisher
from chassis.messaging.standing import set_up
from chassis.messaging.waiting_room import WaitingRules
from chassis.settings import ServiceSettings
from chassis.storage import open_store
from contracts import events
from contracts.bookings import BookingCancelRequested
from contracts.catalogue import consumed_by
from contracts.messages import Channel, Inbound, MessageReceived


def message(conversation: str, text: str, tenant: str = "lyo"):
    return events.first(
        MessageReceived(
            channel=Channel.WHATSAPP,
            account="1",
            kind="text",
            vendor_message_id=str(uuid4()),
            personal=Inbound(address="39333", text=text),
        ),
        event_id=uuid4(),
        source="/test",
        tenant=tenant,
        partition=conversation,
        time=datetime.now(UTC),
    )


def cancel_wish(tenant: str = "lyo"):
    return events.first(
        BookingCancelRequested(booking_id=uuid4()),
        event_id=uuid4(),
        source="/test",
        tenant=tenant,
        partition="c",
        time=datetime.now(UTC),
    )


class House:
    """The broker of one test, and replicas of services that hand all they get to one function."""

    def __init__(self, rabbitmq_url, redis_url, folder):
        self.rabbitmq_url, self.redis_url, self.folder = rabbitmq_url, redis_url, folder
        self.settings = ServiceSettings(rabbitmq_url=rabbitmq_url, redis_url=redis_url, prefetch=8)

    @asynccontextmanager
    async def replica(self, service, handle, name=None, redis_url=None, rules=WaitingRules()):  # noqa: B008
        async with AsyncExitStack() as stack:
            store = open_store(f"sqlite://{self.folder}", service)
            await store.open()
            stack.push_async_callback(store.close)
            redis = Redis.from_url(redis_url or self.redis_url)
            stack.push_async_callback(redis.aclose)
            broker, publisher = await self.publisher(stack, service)
            handlers = {row.model: handle for row in consumed_by(service)}
            consumers = build_consumers(
                service,
                handlers,
                self.settings,
                broker=broker,
                publisher=publisher,
                redis=redis,
                store=store,
                clock=utc_now,
                replica=name or uuid4().hex,
                rules=rules,
            )
            for one in consumers:
                await one.start()
            try:
                yield consumers
            finally:
                await asyncio.gather(*(one.stop() for one in consumers))

    async def publisher(self, stack, service="test"):
        broker = build_broker(self.rabbitmq_url, service, min(5, self.settings.graceful_timeout))
        await broker.start()
        stack.push_async_callback(broker.stop)
        return broker, EventPublisher(broker)

    async def holding(self, service, look):
        """What waits in a service's store, as `look` sees it."""
        store = open_store(f"sqlite://{self.folder}", service)
        await store.open()
        try:
            return await look(Holding(store, utc_now))
        finally:
            await store.close()

    @asynccontextmanager
    async def speaker(self):
        async with AsyncExitStack() as stack:
            yield (await self.publisher(stack))[1]

    async def queue_length(self, name):
        async with await connect(self.rabbitmq_url, "length") as connection, connection.channel() as channel:
            return (await channel.declare_queue(name, passive=True)).declaration_result.message_count

    async def first_of(self, name):
        async with await connect(self.rabbitmq_url, "peek") as connection, connection.channel() as channel:
            queue = await channel.get_queue(name)
            return await queue.get(no_ack=True, fail=False)


@pytest.fixture
async def house(rabbitmq_url, redis_url, tmp_path):
    async with await connect(rabbitmq_url, "declare") as connection:
        await set_up(connection)
    return House(rabbitmq_url, redis_url, tmp_path)


async def until(condition, seconds=15.0):
    """Waits for something to become true; says so when it does not."""
    async with asyncio.timeout(seconds):
        while True:
            found = condition()
            if asyncio.iscoroutine(found):
                found = await found
            if found:
                return
            await asyncio.sleep(0.02)
