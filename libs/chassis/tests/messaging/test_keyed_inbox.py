import asyncio
import time
from collections import defaultdict

import pytest
from prometheus_client import REGISTRY

from chassis.errors import PermanentError, TransientError

from .conftest import message, until

pytestmark = pytest.mark.servers


class Ledger:
    """Writes down what was handled, conversation by conversation."""

    def __init__(self, seconds=0.0):
        self.seen = defaultdict(list)
        self.running = defaultdict(int)
        self.seconds = seconds

    async def __call__(self, event):
        self.running[event.partitionkey] += 1
        assert self.running[event.partitionkey] == 1, "two events of one conversation at the same time"
        await asyncio.sleep(self.seconds)
        self.seen[event.partitionkey].append(int(event.data.personal.text))
        self.running[event.partitionkey] -= 1

    def total(self):
        return sum(map(len, self.seen.values()))


async def test_conversations_run_side_by_side_each_in_order(house):
    ledger = Ledger(0.01)
    async with house.speaker() as publisher, house.replica("conversation", ledger):
        for n in range(10):
            await publisher.publish(*(message(f"c{c}", str(n)) for c in range(20)))
        await until(lambda: ledger.total() == 200)
    assert all(numbers == list(range(10)) for numbers in ledger.seen.values())


async def test_order_holds_while_replicas_come_and_go(house):
    ledger = Ledger(0.005)
    async with house.speaker() as publisher:

        async def talk():
            for n in range(30):
                await publisher.publish(*(message(f"c{c}", str(n)) for c in range(15)))
                await asyncio.sleep(0.05)

        async with house.replica("conversation", ledger):
            talking = asyncio.create_task(talk())
            await asyncio.sleep(0.5)
            async with house.replica("conversation", ledger):
                await asyncio.sleep(1.2)
            await talking
            await until(lambda: ledger.total() == 450)
    assert all(numbers == list(range(30)) for numbers in ledger.seen.values())


async def test_what_is_in_hand_is_finished_on_stop_and_the_rest_goes_back_in_order(house):
    first = Ledger(0.3)
    async with house.speaker() as publisher:
        async with house.replica("conversation", first):
            await publisher.publish(message("c", "0"))
            for n in range(1, 5):
                await publisher.publish(message("c", str(n)))
            await until(lambda: first.running["c"] == 1)
        done = first.seen["c"]
        second = Ledger()
        async with house.replica("conversation", second):
            await until(lambda: len(done) + second.total() == 5)
    assert 1 <= len(done) < 5
    assert done + second.seen["c"] == [0, 1, 2, 3, 4]


async def test_stopping_does_not_wait_longer_than_it_may_and_loses_nothing(house):
    house.settings = house.settings.model_copy(update={"graceful_timeout": 0.5})
    endless, ledger = Ledger(60), Ledger()
    async with house.speaker() as publisher:
        async with house.replica("conversation", endless):
            await publisher.publish(message("c", "0"))
            await publisher.publish(message("c", "1"))
            await until(lambda: endless.running["c"] == 1)
            begun = time.monotonic()
        assert time.monotonic() - begun < 5
        async with house.replica("conversation", ledger):
            await until(lambda: ledger.total() == 2)
    assert ledger.seen["c"] == [0, 1]


async def test_a_failing_event_is_tried_in_place_before_its_followers(house):
    failures, order = 2, []

    async def flaky(event):
        nonlocal failures
        if event.data.personal.text == "0" and failures:
            failures -= 1
            raise TransientError("away")
        order.append(event.data.personal.text)

    async with house.speaker() as publisher, house.replica("conversation", flaky):
        await publisher.publish(message("c", "0"))
        await publisher.publish(message("c", "1"))
        await until(lambda: len(order) == 2)
    assert order == ["0", "1"]


async def test_a_poison_conversation_parks_alone_with_all_that_follows(house, monkeypatch):
    monkeypatch.setattr("chassis.messaging.turns.BUG_PATIENCE", (0.01, 0.01))
    seen = []

    async def handle(event):
        if event.data.personal.text == "poison":
            raise KeyError("a bug")
        seen.append((event.partitionkey, event.data.personal.text))

    async with house.speaker() as publisher, house.replica("conversation", handle):
        await publisher.publish(message("bad", "poison"))
        await publisher.publish(message("bad", "after"), message("good", "hello"))
        await until(lambda: ("good", "hello") in seen)
        await until(lambda: parked_events(house))
    assert ("bad", "after") not in seen
    parked = await parked_events(house)
    assert [one["data"]["personal"]["text"] for one in parked["events"]] == ["poison", "after"]
    assert parked["reason"] == "bug"
    assert REGISTRY.get_sample_value("bellhop_conversations_parked_total", {"reason": "bug"})


async def parked_events(house):
    from chassis.messaging.parking import PARKED  # noqa: PLC0415
    from chassis.storage import open_store  # noqa: PLC0415

    store = open_store(f"sqlite://{house.folder}", "conversation")
    await store.open()
    try:
        found = await store.collection(PARKED).get("lyo", "bad")
    finally:
        await store.close()
    return found.body if found and len(found.body["events"]) == 2 else None


async def test_what_never_works_lies_among_the_dead_letters_with_its_reason(house):
    async def refuse(_):
        raise PermanentError("no such account")

    async with house.speaker() as publisher, house.replica("conversation", refuse):
        await publisher.publish(message("c", "0"))
        await until(lambda: length(house))
    letter = await house.first_of("conversation.inbox.dlq")
    assert letter.headers["x-bellhop-reason"] == "permanent"
    assert "no such account" in letter.headers["x-bellhop-error"]


async def length(house):
    return await house.queue_length("conversation.inbox.dlq") == 1


async def test_a_body_that_is_no_event_blocks_nobody(house):
    ledger = Ledger()
    async with house.speaker() as publisher, house.replica("conversation", ledger):
        await publisher.send(
            b'{"type": "message.received.v1"}',
            exchange="conversation.inbox",
            routing_key="x",
            headers={"partitionkey": "c"},
        )
        await publisher.publish(message("c", "0"))
        await until(lambda: ledger.total() == 1)
        await until(lambda: length(house))
    letter = await house.first_of("conversation.inbox.dlq")
    assert letter.headers["x-bellhop-reason"] == "contract"


async def test_when_even_parking_fails_nothing_overtakes(house, monkeypatch):
    monkeypatch.setattr("chassis.messaging.turns.TRANSIENT_PATIENCE", (0.01,))
    away, order = True, []

    async def handle(event):
        if away:
            raise TransientError("the store is away")
        order.append(event.data.personal.text)

    async def no_place(*_):
        raise TransientError("the store is away")

    async with house.speaker() as publisher, house.replica("conversation", handle):
        with monkeypatch.context() as patched:
            patched.setattr("chassis.messaging.parking.Parking.park", no_place)
            for n in range(3):
                await publisher.publish(message("c", str(n)))
            await asyncio.sleep(1)
            away = False
        await until(lambda: len(order) >= 3)
    assert order == ["0", "1", "2"]
