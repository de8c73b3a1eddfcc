"""Redriving on a real broker: who gets what, in which order, and what becomes of it."""

import asyncio
import io
from collections.abc import AsyncIterator, Callable
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any
from uuid import uuid4

import aio_pika
import pytest

from chassis.messaging.broker import build_broker
from chassis.messaging.publisher import EventPublisher
from chassis.messaging.standing import Onlooker, set_up
from chassis.observability.context import handling
from chassis.record import open_record
from chassis.storage import open_store
from chassis.tenants import TenantProjection
from contracts import channels, events
from contracts.bookings import BookingCancelRequested
from contracts.envelope import Event
from contracts.messages import Channel, Inbound, MessageReceived
from contracts.tenants import TenantConfig, TenantConfigured
from ops.redrive.command import Way, redrive
from ops.redrive.copies import copy_of
from ops.redrive.wish import Wish, wish_of

pytestmark = pytest.mark.servers

CONFIGURED = "tenant.configured.v1"
BOOKS = channels.work_queue("scheduler", CONFIGURED)
PARTITIONS = [channels.partition("conversation", n) for n in range(channels.PARTITIONS)]
EVERYWHERE = [
    BOOKS, channels.work_queue("ai-router", CONFIGURED), *PARTITIONS,
    *(channels.partition("notifier", n) for n in range(channels.PARTITIONS)),
]  # fmt: skip


@dataclass
class House:
    """All queues of all services, and nobody who takes from them but the test."""

    connection: aio_pika.abc.AbstractConnection
    publisher: EventPublisher
    url: str

    async def taken(self, count: int, *queues: str) -> list[Event[Any]]:
        """The first so many that lie in these queues, each queue in its order; they are taken out."""
        arrived: asyncio.Queue[Event[Any]] = asyncio.Queue()

        async def take(message: aio_pika.abc.AbstractIncomingMessage) -> None:
            arrived.put_nowait(events.read(message.body))

        async with self.connection.channel() as channel, asyncio.timeout(20):
            for name in queues:
                await (await channel.get_queue(name, ensure=False)).consume(take, no_ack=True)
            return [await arrived.get() for _ in range(count)]

    async def lie_in(self, *queues: str) -> int:
        """How many messages lie in these queues."""
        look = Onlooker(self.connection)
        states = [await look.state_of(name) for name in queues]
        return sum(state.waiting for state in states if state)

    async def emptied(self, *queues: str) -> None:
        async with self.connection.channel() as channel:
            for name in queues:
                await (await channel.get_queue(name, ensure=False)).purge()

    async def recorded(self) -> list[Event[Any]]:
        async with open_record(self.url, "test") as record:
            return [one.event() async for one in record.read()]


@pytest.fixture
async def house(rabbitmq_url: str, monkeypatch: pytest.MonkeyPatch) -> AsyncIterator[House]:
    monkeypatch.setenv("BELLHOP_RABBITMQ_URL", rabbitmq_url)
    monkeypatch.setenv("BELLHOP_ADMIN_EMAIL", "ada@example.com")
    async with await aio_pika.connect(rabbitmq_url) as connection:
        await set_up(connection)
        broker = build_broker(rabbitmq_url, "test", 5)
        await broker.start()
        yield House(connection, EventPublisher(broker), rabbitmq_url)
        await broker.stop()


def fact(data: Any, *, tenant: str = "lyo", conversation: str = "c") -> Event[Any]:
    return events.first(
        data,
        event_id=uuid4(),
        source="gateway",
        tenant=tenant,
        partition=conversation,
        time=datetime.now(UTC),
    )


def configured(tenant: str, version: int) -> Event[Any]:
    config = TenantConfig(id=tenant, name=f"{tenant} {version}", timezone="Europe/Rome", languages=("it",))
    return fact(TenantConfigured(version=version, config=config), tenant=tenant)


def said(conversation: str, n: int) -> Event[Any]:
    data = MessageReceived(
        channel=Channel.WHATSAPP, account="1", kind="text", vendor_message_id=f"{conversation}{n}",
        personal=Inbound(address="39333", text=str(n)),
    )  # fmt: skip
    return fact(data, conversation=conversation)


def all_of(service: str, event_type: str = "*", **more: Any) -> Wish:
    return wish_of(service, [event_type], ("beginning", "now"), **more)


async def hand_out(wish: Wish, **way: Any) -> int:
    return await asyncio.to_thread(redrive, wish, Way(**{"per_second": 5000, "yes": True} | way))


async def test_one_queue_gets_them_and_nobody_else(house: House) -> None:
    told = [configured(tenant, version) for version in (1, 2) for tenant in ("lyo", "lily")]
    await house.publisher.publish(*told)
    assert await house.lie_in(*EVERYWHERE) == 4 * len(told)
    await house.emptied(*EVERYWHERE)

    assert await hand_out(all_of("scheduler")) == 0

    assert await house.lie_in(*EVERYWHERE) == len(told)
    got = await house.taken(len(told), BOOKS)
    assert {one.id for one in got} == {one.id for one in told}
    assert all(one.redrivenfrom and one.redrivenfrom < one.time for one in got)


async def test_it_is_put_on_record_by_whom_and_nothing_twice(house: House) -> None:
    await house.publisher.publish(configured("lyo", 1), configured("lyo", 2))
    await hand_out(all_of("scheduler", tenant="lyo"))

    *_, redriven = recorded = await house.recorded()
    assert [one.type for one in recorded] == [CONFIGURED, CONFIGURED, "record.redriven.v1"]
    asked = redriven.data
    assert (asked.service, asked.event_type, asked.count, asked.again) == ("scheduler", CONFIGURED, 2, None)
    assert (redriven.source, redriven.tenantid) == ("bellhop", channels.SYSTEM)
    assert (asked.personal.by, asked.tenant) == ("ada@example.com", "lyo")
    assert asked.since == recorded[0].recordedtime


async def test_conversations_keep_their_order_on_the_way_into_a_keyed_service(house: House) -> None:
    every = [said(conversation, n) for n in range(10) for conversation in ("anna", "bruno", "carla")]
    for one in every:
        await house.publisher.publish(one)
    await house.emptied(*PARTITIONS)

    assert await hand_out(all_of("conversation", "message.received.v1")) == 0

    assert await house.lie_in(*EVERYWHERE) == len(every)
    got = await house.taken(len(every), *PARTITIONS)
    for conversation in ("anna", "bruno", "carla"):
        heard = [one.data.personal.text for one in got if one.partitionkey == conversation]
        assert heard == [str(n) for n in range(10)]


async def test_a_projection_that_was_lost_is_as_it_was(house: House, tmp_path: Any) -> None:
    for version in (1, 2, 3):
        await house.publisher.publish(configured("lyo", version), configured("lily", version))

    before = await projected(tmp_path / "before", await house.taken(6, BOOKS))
    await hand_out(all_of("scheduler"))
    after = await projected(tmp_path / "after", await house.taken(6, BOOKS))

    assert before == after
    assert before["lyo"].name == "lyo 3"


async def projected(folder: Any, told: list[Event[Any]]) -> dict[str, TenantConfig]:
    """What the scheduler knows of the businesses after these events."""
    store = open_store(f"sqlite://{folder}", "scheduler")
    await store.open()
    tenants = TenantProjection(store)
    for event in told:
        await tenants.on_tenant_configured(event)
    found = {one: await tenants.get(one) for one in ("lyo", "lily")}
    await store.close()
    return found


async def test_again_is_the_same_new_event_for_the_same_reason(house: House) -> None:
    original = fact(BookingCancelRequested(booking_id=uuid4()))
    await house.publisher.publish(original)
    queue = channels.work_queue("scheduler", original.type)
    await house.emptied(queue)

    for _ in range(2):
        await hand_out(all_of("scheduler", original.type, again="refunds were wrong"))

    first, second = await house.taken(2, queue)
    assert first.id == second.id != original.id
    assert (first.causationid, first.redrivenfrom, first.data) == (original.id, None, original.data)
    *_, said, on_record = await house.recorded()
    assert said.data.again == "refunds were wrong"
    assert (on_record.id, on_record.data) == (first.id, original.data), "else its answers would have no cause"


async def test_where_nobody_can_be_asked_it_only_looks(
    house: House, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    await house.publisher.publish(configured("lyo", 1))
    await house.emptied(BOOKS)
    monkeypatch.setattr("sys.stdin", io.StringIO())

    assert await hand_out(all_of("scheduler"), yes=False) == 0

    assert "Only looked" in capsys.readouterr().out
    assert await house.lie_in(BOOKS) == 0
    assert len(await house.recorded()) == 1


class Terminal(io.StringIO):
    """Somebody types these lines."""

    def isatty(self) -> bool:
        return True


@pytest.mark.parametrize(
    ("again", "typed", "handed"),
    [(None, "y\n", 1), (None, "n\n", 0), ("a reason", "y\ny\n", 1), ("a reason", "y\nn\n", 0)],
)
async def test_somebody_is_asked_and_before_handling_anew_twice(
    house: House, monkeypatch: pytest.MonkeyPatch, again: str | None, typed: str, handed: int
) -> None:
    await house.publisher.publish(configured("lyo", 1))
    await house.emptied(BOOKS)
    monkeypatch.setattr("sys.stdin", Terminal(typed))

    assert await hand_out(all_of("scheduler", again=again), yes=False) == 0

    assert await house.lie_in(BOOKS) == handed


async def test_after_a_break_the_same_command_goes_on(
    house: House, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    told = [configured("lyo", version) for version in range(1, 8)]
    await house.publisher.publish(*told)
    await house.emptied(BOOKS)

    with monkeypatch.context() as patch:
        patch.setattr("ops.redrive.command.copy_of", interrupted_after(3))
        assert await hand_out(all_of("scheduler")) == 130
    assert "--from-offset 3 --until" in capsys.readouterr().err
    assert await hand_out(all_of("scheduler"), from_offset=3) == 0

    assert [one.data.version for one in await house.taken(7, BOOKS)] == list(range(1, 8))


def interrupted_after(count: int) -> Callable[[Event[Any]], Event[Any]]:
    left = iter(range(count))

    def change(event: Event[Any]) -> Event[Any]:
        if next(left, None) is None:
            raise KeyboardInterrupt
        return copy_of(event)

    return change


async def test_what_is_said_because_of_a_copy_tells_of_it(house: House) -> None:
    copy = copy_of(configured("lyo", 1))
    answer = events.caused(copy, 0, BookingCancelRequested(booking_id=uuid4()), source="x", time=copy.time)
    with handling(copy):
        await house.publisher.publish(answer)
    await house.publisher.publish(configured("lily", 1))
    assert [one.redrivenfrom for one in await house.recorded()] == [copy.redrivenfrom, None]
