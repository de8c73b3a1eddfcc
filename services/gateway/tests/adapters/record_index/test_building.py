"""The index follows a real record, whatever happens to the file, to the broker or to its builder."""

import asyncio
import json
import os
import uuid
from collections.abc import AsyncIterator, Awaitable, Callable, Iterable
from contextlib import asynccontextmanager, suppress
from pathlib import Path
from typing import Any

import aio_pika
import httpx
import pytest
from aio_pika import DeliveryMode, Message
from prometheus_client import REGISTRY

from chassis.clock import utc_now
from chassis.errors import TransientError
from contracts import channels
from contracts.envelope import conversation_id
from gateway.adapters.record_index import Found, RecordIndex, building, index
from gateway.adapters.record_index.building import IndexBuilder

pytestmark = pytest.mark.servers

CONVERSATIONS = 200
TURN = 5
"""Events of one turn."""


def event(event_type: str, event_id: str, conversation: str, turn: str, **attributes: Any) -> dict[str, Any]:
    return {
        "id": event_id, "type": event_type, "tenantid": "rosa", "partitionkey": conversation,
        "correlationid": turn, "recordedtime": utc_now().isoformat(), "data": {},
    } | attributes  # fmt: skip


def turn_of(number: int) -> list[dict[str, Any]]:
    """What a customer's message leads to; each of the conversations comes again and again."""
    talk = conversation_id("rosa", "whatsapp", f"39{number % CONVERSATIONS:010}")
    turn, message, receipt = f"turn-{number}", f"message-{number}", f"receipt-{number}"
    vendor = f"wamid.{number}"
    return [
        event("message.received.v1", turn, talk, turn),
        event("message-send.requested.v1", message, talk, turn, causationid=turn),
        event("message.sent.v1", f"sent-{number}", talk, turn,
              data={"message_id": message, "vendor_message_id": vendor}),
        event("receipt.received.v1", receipt, talk, receipt, data={"vendor_message_id": vendor}),
        event("message.delivered.v1", f"delivered-{number}", talk, turn, causationid=receipt,
              data={"message_id": message}),
    ]  # fmt: skip


def turns(count: int, start: int = 0) -> list[dict[str, Any]]:
    return [one for number in range(start, start + count) for one in turn_of(number)]


async def record(url: str, events: Iterable[dict[str, Any]]) -> None:
    """Writes into the stream as it is declared by the services."""
    async with await aio_pika.connect(url) as connection, connection.channel() as channel:
        await channel.declare_queue(channels.EVENT_LOG, durable=True, arguments={"x-queue-type": "stream"})
        await asyncio.gather(
            *(channel.default_exchange.publish(_message(one), channels.EVENT_LOG) for one in events)
        )


def _message(one: dict[str, Any]) -> Message:
    return Message(
        json.dumps(one).encode(), content_type="application/json", delivery_mode=DeliveryMode.PERSISTENT,
        message_id=one["id"], correlation_id=one["correlationid"], type=one["type"],
        headers={"partitionkey": one["partitionkey"], "tenantid": one["tenantid"]},
    )  # fmt: skip


@pytest.fixture(autouse=True)
def quick(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(building, "_AGAIN_SECONDS", 0.1)
    monkeypatch.setattr(building, "_LOOK_SECONDS", 0.1)


@pytest.fixture
def found(tmp_path: Path, rabbitmq_url: str) -> RecordIndex:
    async def tenants() -> list[str]:
        return ["nero", "rosa"]

    return RecordIndex(tmp_path, rabbitmq_url, tenants, utc_now)


@asynccontextmanager
async def building_in(folder: Path, url: str, *, busy: bool = False) -> AsyncIterator[None]:
    task = asyncio.create_task(IndexBuilder(folder, url, lambda: busy).run())
    try:
        yield
    finally:
        task.cancel()
        await asyncio.wait([task])


async def until(ask: Callable[[], Awaitable[Found]], fits: Callable[[Found], bool]) -> Found:
    async with asyncio.timeout(60):
        while True:
            with suppress(TransientError):  # the file, or the broker, is just being made anew
                if fits(answer := await ask()):
                    return answer
            await asyncio.sleep(0.05)


def ids(answer: Found) -> list[str]:
    return [one.event_id for one in answer.events]


async def caught_up(found: RecordIndex, ref: str) -> Found:
    return await until(lambda: found.find(ref), lambda one: bool(one.events) and not one.behind)


async def test_two_thousand_events_by_every_id(rabbitmq_url, tmp_path, found) -> None:
    await record(rabbitmq_url, turns(400))
    async with building_in(tmp_path, rabbitmq_url):
        talk = await caught_up(found, "+39 0000000007")
        of_turns = [one["id"] for number in (7, 207) for one in turn_of(number)]
        assert (ids(talk), talk.scope, talk.more) == (of_turns, "conversation", False)
        assert talk.indexed_until
        one_turn = [one["id"] for one in turn_of(207)]
        for ref in ("wamid.207", "message-207", "turn-207", "delivered-207", "receipt-207"):
            answer = await found.find(ref)
            assert (sorted(ids(answer)), answer.scope) == (sorted(one_turn), "turns"), ref
        assert [one.offset for one in talk.events] == sorted(one.offset for one in talk.events)


async def test_who_writes_tells_so_and_nobody_keeps_telling_of_an_index_he_left(
    rabbitmq_url, tmp_path, found
) -> None:
    await record(rabbitmq_url, turns(1))
    async with building_in(tmp_path, rabbitmq_url):
        await caught_up(found, "turn-0")
        assert REGISTRY.get_sample_value("bellhop_record_index_writing") == 1
        building.LAG.set(20_000)
    assert REGISTRY.get_sample_value("bellhop_record_index_writing") == 0
    assert REGISTRY.get_sample_value("bellhop_record_index_lag") == 0


async def test_what_is_recorded_later_follows_also_beside_requests(rabbitmq_url, tmp_path, found) -> None:
    await record(rabbitmq_url, turns(1))
    async with building_in(tmp_path, rabbitmq_url, busy=True):
        await caught_up(found, "turn-0")
        await record(rabbitmq_url, turns(60, start=1))
        assert len((await caught_up(found, "turn-60")).events) == TURN


async def test_it_goes_on_where_it_stood(rabbitmq_url, tmp_path, found) -> None:
    await record(rabbitmq_url, turns(2))
    async with building_in(tmp_path, rabbitmq_url):
        await caught_up(found, "turn-1")
    await record(rabbitmq_url, turns(1, start=2))
    assert (await found.find("turn-2")).events == ()
    assert (await found.find("turn-1")).behind == TURN
    async with building_in(tmp_path, rabbitmq_url):
        assert len((await caught_up(found, "turn-2")).events) == TURN


async def test_an_event_that_was_recorded_twice_is_one(rabbitmq_url, tmp_path, found) -> None:
    await record(rabbitmq_url, [*turns(1), *turns(1)])
    async with building_in(tmp_path, rabbitmq_url):
        answer = await caught_up(found, "turn-0")
        assert (ids(answer), [one.offset for one in answer.events]) == (
            [one["id"] for one in turns(1)], list(range(TURN)),
        )  # fmt: skip


async def test_of_two_processes_one_writes_and_the_other_takes_over(rabbitmq_url, tmp_path, found) -> None:
    await record(rabbitmq_url, turns(1))
    async with building_in(tmp_path, rabbitmq_url):
        async with building_in(tmp_path, rabbitmq_url):
            await caught_up(found, "turn-0")
            await record(rabbitmq_url, turns(1, start=1))
            await caught_up(found, "turn-1")
        await record(rabbitmq_url, turns(1, start=2))
        await caught_up(found, "turn-2")


@pytest.mark.parametrize("harm", ["deleted", "damaged"])
async def test_a_file_that_was_lost_is_built_anew(rabbitmq_url, tmp_path, found, harm) -> None:
    await record(rabbitmq_url, turns(2))
    file = tmp_path / index.FILE
    async with building_in(tmp_path, rabbitmq_url):
        await caught_up(found, "turn-1")
        if harm == "deleted":
            file.unlink()
        else:
            file.write_bytes(b"\xff" * file.stat().st_size)
        await record(rabbitmq_url, turns(1, start=2))
        await caught_up(found, "turn-2")
        await caught_up(found, "turn-0")


@pytest.mark.parametrize("events", [1, 40])
async def test_a_record_that_was_made_anew_has_an_index_of_its_own(
    rabbitmq_url, tmp_path, found, events
) -> None:
    await record(rabbitmq_url, turns(8))
    async with building_in(tmp_path, rabbitmq_url):
        await caught_up(found, "turn-7")
        # A vhost that vanishes closes every connection to it, as a broker that is set up anew does.
        await vanish(rabbitmq_url)
        with pytest.raises(TransientError):
            await found.find("turn-7")
        await record(rabbitmq_url, turns(events, start=100))
        assert len((await caught_up(found, "turn-100")).events) == TURN
        assert (await found.find("turn-7")).events == ()


async def vanish(url: str) -> None:
    name = url.rpartition("/")[2]
    async with httpx.AsyncClient(base_url=os.environ["BELLHOP_RABBITMQ_MANAGEMENT_URL"], timeout=30) as api:
        (await api.delete(f"/api/vhosts/{name}")).raise_for_status()
        (await api.put(f"/api/vhosts/{name}")).raise_for_status()


async def test_a_broker_that_is_away_harms_nobody(tmp_path) -> None:
    async def tenants() -> list[str]:
        return []

    nowhere = "amqp://guest:guest@127.0.0.1:1/"
    async with building_in(tmp_path, nowhere):
        await asyncio.sleep(0.3)
        with pytest.raises(TransientError):
            await RecordIndex(tmp_path, nowhere, tenants, utc_now).find(str(uuid.uuid4()))
