"""The number of partitions changes while customers write, and replicas come, go and die."""

import asyncio
import sys
from collections import defaultdict
from contextlib import asynccontextmanager
from pathlib import Path

import pytest

from chassis.messaging.broker import connect
from chassis.messaging.inbox_state import InboxStates
from chassis.messaging.layouts import Layouts
from chassis.messaging.standing import generation_standing
from chassis.storage import open_store
from contracts import channels

from .conftest import message, until
from .test_layout import wish

pytestmark = pytest.mark.servers

SERVICE = "conversation"


class Ledger:
    """A file to which all replicas write what they handle, as they do; some of it twice, after a death."""

    def __init__(self, folder):
        self.path = folder / "ledger"
        self.path.touch()

    def lines(self):
        return [tuple(line.split()) for line in self.path.read_text().splitlines()]

    def once(self):
        """The numbers of each conversation, a second copy of an event left out."""
        texts = defaultdict(list)
        for conversation, text, _ in dict.fromkeys(self.lines()):
            texts[conversation].append(int(text))
        return texts


@asynccontextmanager
async def process(house, ledger):
    """A replica as a process of its own, which can be killed."""
    script = Path(__file__).with_name("replica_process.py")
    arguments = (house.rabbitmq_url, house.redis_url, str(house.folder), str(ledger.path))
    replica = await asyncio.create_subprocess_exec(sys.executable, str(script), *arguments)
    try:
        yield replica
    finally:
        if replica.returncode is None:
            replica.terminate()
        await asyncio.wait_for(replica.wait(), 15)


class Inbox:
    """What an operator sees of the inbox, and asks of it."""

    def __init__(self, house, store, publisher):
        self.states = InboxStates(house.rabbitmq_url, SERVICE, Layouts(store))
        self.publisher = publisher

    async def ask_for(self, count):
        await self.publisher.publish(wish(count))

    async def change_is_done(self, count):
        state = await self.states.now()
        return state.count == count and state.change is None


@asynccontextmanager
async def inbox_of(house, publisher):
    store = open_store(f"sqlite://{house.folder}", SERVICE)
    await store.open()
    try:
        yield Inbox(house, store, publisher)
    finally:
        await store.close()


async def test_all_is_handled_in_order_while_the_number_changes_and_a_replica_is_killed(house, tmp_path):
    ledger = Ledger(tmp_path)

    async def talk():
        for n in range(60):
            await publisher.publish(*(message(f"c{c}", str(n)) for c in range(40)))
            await asyncio.sleep(0.1)

    async with (
        house.speaker() as publisher,
        inbox_of(house, publisher) as inbox,
        process(house, ledger),
        process(house, ledger) as dying,
    ):
        talking = asyncio.create_task(talk())
        await until(lambda: len(ledger.lines()) > 100)
        await inbox.ask_for(24)
        await asyncio.sleep(0.4)
        dying.kill()
        async with process(house, ledger):
            await until(lambda: inbox.change_is_done(24), 30)
            await inbox.ask_for(8)
            await until(lambda: inbox.change_is_done(8), 30)
            await talking
            await until(lambda: sum(map(len, ledger.once().values())) == 2400, 30)
    assert all(numbers == list(range(60)) for numbers in ledger.once().values())


async def test_what_an_operator_sees_before_during_and_after_a_change(house):
    release = asyncio.Event()

    async def handle(event):
        await release.wait()

    async with house.speaker() as publisher, inbox_of(house, publisher) as inbox:
        state = await inbox.states.now()
        assert (state.generation, state.count, state.change) == (0, channels.PARTITIONS, None)
        async with house.replica(SERVICE, handle):
            await publisher.publish(message("slow", "1"))
            await asyncio.sleep(0.5)
            await inbox.ask_for(3)

            async def one_is_left():
                return sum(not one.ended for one in (await inbox.states.now()).partitions) == 1

            await until(one_is_left, 30)
            await publisher.publish(message("slow", "2"))
            state = await inbox.states.now()
            assert (state.change.count, state.change.asked_by, state.change.waiting) == (3, "a@b.c", 1)
            assert not await inbox.change_is_done(3)
            release.set()
            await until(lambda: inbox.change_is_done(3), 30)
        state = await inbox.states.now()
        assert (state.generation, [one.number for one in state.partitions]) == (1, [0, 1, 2])


async def test_all_old_queues_are_gone_afterwards(house):
    async def handle(event):
        pass

    async with (
        house.speaker() as publisher,
        inbox_of(house, publisher) as inbox,
        house.replica(SERVICE, handle),
        house.replica(SERVICE, handle),
    ):
        await inbox.ask_for(2)
        await until(lambda: inbox.change_is_done(2), 30)
    async with await connect(house.rabbitmq_url, "look") as connection:
        standing = await generation_standing(connection, SERVICE)
    assert (standing.generation, standing.count) == (1, 2)
