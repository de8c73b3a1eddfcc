import asyncio
import time
from collections import defaultdict
from contextlib import asynccontextmanager
from datetime import UTC, datetime
from uuid import uuid4

import pytest
from faststream.rabbit import RabbitExchange
from prometheus_client import REGISTRY
from redis.asyncio import Redis

from chassis.errors import PermanentError, TransientError
from chassis.messaging.membership import Membership
from chassis.storage import StoreUnavailable
from contracts import events
from contracts.operations import ConversationReleaseRequested

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


@asynccontextmanager
async def silent(house, name):
    """A replica that beats but does not take."""
    redis = Redis.from_url(house.redis_url)
    membership = Membership(redis, "conversation", name)

    async def beat():
        while True:
            await membership.beat(16)
            await asyncio.sleep(0.2)

    beating = asyncio.create_task(beat())
    try:
        yield membership
    finally:
        beating.cancel()
        await redis.aclose()


async def test_partitions_of_a_replica_that_beats_but_does_not_take_are_taken_by_its_deputy(house):
    """As after a death: its last heartbeat is believed for a while."""
    ledger = Ledger()
    replica = house.replica("conversation", ledger)
    async with silent(house, "stopped") as stopped, house.speaker() as publisher, replica:
        await publisher.publish(*(message(f"c{n}", "0") for n in range(60)))
        await until(lambda: ledger.total() == 60)
        assert (await stopped.beat(16)).owned, "it is believed to live"


async def test_a_replica_that_joins_takes_its_share(house):
    old, new = Ledger(), Ledger()

    async def part_of_new():
        before, taken = old.total() + new.total(), new.total()
        await publisher.publish(*(message(str(uuid4()), "0") for _ in range(100)))
        await until(lambda: old.total() + new.total() == before + 100)
        return new.total() - taken

    async def shared():
        return 30 <= await part_of_new() <= 70

    async with house.speaker() as publisher, house.replica("conversation", old):
        await publisher.publish(message("c", "0"))
        await until(lambda: old.total() == 1)
        async with house.replica("conversation", new):
            await until(shared)


async def talked_to(publisher, ledger):
    await publisher.publish(*(message(str(uuid4()), "0") for _ in range(8)))
    return ledger.total()


async def test_a_deputy_lets_go_when_the_owner_comes(house, monkeypatch):
    """RabbitMQ does not tell that the owner stands behind it."""
    monkeypatch.setattr("chassis.messaging.own_partitions._DEPUTISED_SECONDS", 0.5)
    deputy, owner = Ledger(), Ledger()
    async with house.speaker() as publisher, house.replica("conversation", deputy):
        async with silent(house, "owner"):
            await publisher.publish(*(message(f"c{n}", "0") for n in range(60)))
            await until(lambda: deputy.total() == 60)
        async with house.replica("conversation", owner, name="owner"):
            await until(lambda: talked_to(publisher, owner))


async def test_while_redis_is_away_a_death_is_noticed_all_the_same(house, monkeypatch):
    monkeypatch.setattr("chassis.messaging.membership._ALIVE_SECONDS", 0.3)
    ledger = Ledger()
    nowhere = "redis://127.0.0.1:1/"
    async with house.speaker() as publisher, house.replica("conversation", ledger, redis_url=nowhere):
        async with house.replica("conversation", ledger, redis_url=nowhere):
            await publisher.publish(*(message(f"c{n}", "0") for n in range(30)))
            await until(lambda: ledger.total() == 30)
        await publisher.publish(*(message(f"c{n}", "1") for n in range(30)))
        await until(lambda: ledger.total() == 60)
    assert all(numbers == [0, 1] for numbers in ledger.seen.values())


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
    monkeypatch.setattr("chassis.messaging.failing.BUG_PATIENCE", (0.01, 0.01))
    seen = []

    async def handle(event):
        if event.data.personal.text == "poison":
            raise KeyError("a bug")
        seen.append((event.partitionkey, event.data.personal.text))

    async with house.speaker() as publisher, house.replica("conversation", handle):
        await publisher.publish(message("bad", "poison"))
        await publisher.publish(message("bad", "after"), message("good", "hello"))
        await until(lambda: ("good", "hello") in seen)
        await until(lambda: texts_waiting(house, 2))
    assert ("bad", "after") not in seen
    assert await texts_waiting(house, 2) == ["poison", "after"]
    [held] = await house.holding("conversation", lambda holding: holding.conversations(reason="parked"))
    assert (held.tenant, held.conversation, held.count) == ("lyo", "bad", 2)
    assert (held.failure.outcome, held.failure.exception) == ("bug", "KeyError")
    assert REGISTRY.get_sample_value("bellhop_conversations_parked_total", {"reason": "bug"})


async def texts_waiting(house, count, conversation="bad"):
    async def read(holding):
        held = await holding.of("lyo", conversation, "live")
        return [one["data"]["personal"]["text"] for _, one in await holding.waiting(held)] if held else []

    found = await house.holding("conversation", read)
    return found if len(found) == count else None


async def test_a_released_conversation_catches_up_in_order_before_it_goes_on(house, monkeypatch):
    monkeypatch.setattr("chassis.messaging.failing.BUG_PATIENCE", (0.01,))
    mended, seen = False, []

    async def handle(event):
        if event.data.personal.text == "0" and not mended:
            raise KeyError("a bug")
        seen.append(int(event.data.personal.text))

    async with house.speaker() as publisher, house.replica("conversation", handle):
        for n in range(5):
            await publisher.publish(message("bad", str(n)))
        await until(lambda: texts_waiting(house, 5))
        mended = True
        await publisher.publish(release("bad"))
        for n in range(5, 10):
            await publisher.publish(message("bad", str(n)))
        await until(lambda: len(seen) == 10)
    assert seen == list(range(10))
    assert await house.holding("conversation", lambda holding: holding.conversations()) == []


async def test_what_fails_again_on_release_goes_on_waiting_with_all_behind_it(house, monkeypatch):
    monkeypatch.setattr("chassis.messaging.failing.BUG_PATIENCE", (0.01,))
    broken, seen = {"0", "2"}, []

    async def handle(event):
        if event.data.personal.text in broken:
            raise KeyError("a bug")
        seen.append(event.data.personal.text)

    async with house.speaker() as publisher, house.replica("conversation", handle):
        for n in range(4):
            await publisher.publish(message("bad", str(n)))
        await until(lambda: texts_waiting(house, 4))
        broken.remove("0")
        await publisher.publish(release("bad"))
        await until(lambda: texts_waiting(house, 2))
        assert await texts_waiting(house, 2) == ["2", "3"]
        broken.clear()
        await publisher.publish(release("bad"))
        await until(lambda: len(seen) == 4)
    assert seen == ["0", "1", "2", "3"]


def release(conversation, service="conversation"):
    return events.first(
        ConversationReleaseRequested(service=service), event_id=uuid4(), source=service, tenant="lyo",
        partition=conversation, time=datetime.now(UTC),
    )  # fmt: skip


async def test_nobody_is_to_blame_while_the_store_is_away_so_nothing_parks(house, monkeypatch):
    monkeypatch.setattr("chassis.messaging.failing.OUTAGE_PATIENCE", (0.01,))
    away, tries, seen = True, 0, []

    async def handle(event):
        nonlocal tries
        tries += 1
        if away:
            raise StoreUnavailable("locked")
        seen.append(event.data.personal.text)

    async with house.speaker() as publisher, house.replica("conversation", handle):
        for n in range(3):
            await publisher.publish(message("c", str(n)))
        await until(lambda: tries > 30)
        away = False
        await until(lambda: len(seen) == 3)
    assert seen == ["0", "1", "2"]


async def test_a_business_that_floods_does_not_keep_another_waiting(house):
    order = []

    async def handle(event):
        await asyncio.sleep(0.002)
        order.append(event.tenantid)

    house.settings = house.settings.model_copy(update={"concurrency": 4, "tenant_concurrency": 2})
    async with house.speaker() as publisher:
        await publisher.publish(*(message(f"f{n % 50}", str(n), "flood") for n in range(600)))
        async with house.replica("conversation", handle):
            await until(lambda: len(order) > 50)
            await publisher.publish(*(message(f"q{n}", str(n), "quiet") for n in range(10)))
            begun = len(order)
            await until(lambda: order.count("quiet") == 10)
    last = len(order) - 1 - order[::-1].index("quiet")
    assert last - begun < 150, "ten messages need about twenty turns, and a moment to arrive"


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
            exchange=RabbitExchange("conversation.inbox", declare=False),
            routing_key="x",
            headers={"partitionkey": "c"},
        )
        await publisher.publish(message("c", "0"))
        await until(lambda: ledger.total() == 1)
        await until(lambda: length(house))
    letter = await house.first_of("conversation.inbox.dlq")
    assert letter.headers["x-bellhop-reason"] == "contract"


async def test_when_even_parking_fails_nothing_overtakes(house, monkeypatch):
    monkeypatch.setattr("chassis.messaging.failing.TRANSIENT_PATIENCE", (0.01,))
    away, order = True, []

    async def handle(event):
        if away:
            raise TransientError("the store is away")
        order.append(event.data.personal.text)

    async def no_place(*_):
        raise TransientError("the store is away")

    async with house.speaker() as publisher, house.replica("conversation", handle):
        with monkeypatch.context() as patched:
            patched.setattr("chassis.messaging.holding.Holding.hold", no_place)
            for n in range(3):
                await publisher.publish(message("c", str(n)))
            await asyncio.sleep(1)
            away = False
        await until(lambda: len(order) >= 3)
    assert order == ["0", "1", "2"]
