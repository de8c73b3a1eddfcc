"""The way from one number of partitions to another, on a real broker, with whoever brings it about dying."""

import asyncio
from collections import defaultdict
from contextlib import asynccontextmanager

import pytest

from chassis.clock import utc_now
from chassis.messaging import repartition as module
from chassis.messaging.broker import connect
from chassis.messaging.layout import Generation, Layout
from chassis.messaging.layouts import Layouts
from chassis.messaging.publisher import EventPublisher
from chassis.messaging.repartition import Repartition
from chassis.messaging.standing import Onlooker, exchange_stands, generation_standing, set_up
from chassis.messaging.topology import END_HEADER
from chassis.storage import open_store
from contracts import channels, events

from .conftest import message
from .test_layout import wish

pytestmark = pytest.mark.servers

SERVICE = "conversation"


class Died(BaseException):
    """The process is gone in the middle of something."""


@pytest.fixture(autouse=True)
def _no_waiting(monkeypatch):
    monkeypatch.setattr(module, "_SETTLING_SECONDS", 0)


@asynccontextmanager
async def store_of(folder):
    store = open_store(f"sqlite://{folder}", SERVICE)
    await store.open()
    try:
        yield store
    finally:
        await store.close()


class Site:
    """One service with its broker, seen from inside."""

    def __init__(self, house, store, publisher, connection):
        self.house, self.layouts, self.connection = house, Layouts(store), connection
        self.publisher = publisher
        self.said = []

    def replica(self):
        return Repartition(self.house.rabbitmq_url, SERVICE, self.layouts, self.publisher, utc_now)

    async def layout(self):
        return (await self.layouts.read())[0]

    async def begin(self, count):
        await self.replica().on_change_requested(wish(count))
        await self.advance_while_possible()

    async def advance_while_possible(self):
        while await self.replica().advance():
            pass

    async def everything_of(self, generation):
        """All texts of a generation by conversation, down to the end markers; emptied queues are deleted."""
        texts = defaultdict(list)
        for name in self.queues_of(generation):
            async with self.connection.channel() as channel:
                async for one in arriving(channel, name):
                    if END_HEADER in one.headers:
                        break
                    note(texts, one)
                await channel.queue_delete(name)
        return texts

    async def texts_in(self, generation):
        """What waits in a generation, by conversation."""
        texts = defaultdict(list)
        for name in self.queues_of(generation):
            left = (await Onlooker(self.connection).state_of(name)).waiting
            async with self.connection.channel() as channel:
                async for one in arriving(channel, name, left):
                    note(texts, one)
        return texts

    @staticmethod
    def queues_of(generation):
        return [channels.partition(SERVICE, n, generation.generation) for n in range(generation.count)]

    async def waiting_in(self, generation):
        return sum(
            [(await Onlooker(self.connection).state_of(name)).waiting for name in self.queues_of(generation)]
        )

    async def say(self, *texts):
        """Each text in ten conversations, with its number before it."""
        for text in texts:
            numbered = f"{len(self.said)} {text}"
            self.said.append(text)
            await self.publisher.publish(*(message(f"c{c}", numbered) for c in range(10)))


async def arriving(channel, queue, most=1000):
    """What a queue brings, as a consumer gets it; such a queue cannot be read otherwise."""
    messages = asyncio.Queue()
    await (await channel.get_queue(queue)).consume(messages.put, no_ack=True)
    for _ in range(most):
        yield await asyncio.wait_for(messages.get(), 5)


def note(texts, one):
    event = events.read(one.body)
    texts[event.partitionkey].append(event.data.personal.text)


@pytest.fixture
async def site(house, tmp_path):
    async with (
        store_of(tmp_path) as store,
        house.speaker() as publisher,
        await connect(house.rabbitmq_url, "site") as connection,
    ):
        yield Site(house, store, publisher, connection)


async def test_all_from_before_is_in_the_old_generation_and_all_from_after_in_the_new_one(site):
    await site.say("1", "2")
    await site.begin(24)
    await site.say("3")
    layout = await site.layout()
    assert (layout.current.count, layout.next.count, layout.closing) == (16, 24, True)
    assert not await exchange_stands(site.connection, "conversation.inbox")
    old = await site.everything_of(layout.current)
    assert set(old) == {f"c{n}" for n in range(10)}
    assert all(texts == ["0 1", "1 2"] for texts in old.values())
    await site.advance_while_possible()
    layout = await site.layout()
    assert (layout.current, layout.next) == (Generation(generation=1, count=24), None)
    assert await site.waiting_in(layout.current) == 10


async def test_the_new_generation_is_current_only_when_the_last_old_queue_is_gone(site):
    await site.begin(8)
    async with site.connection.channel() as channel:
        for number in range(15):
            await channel.queue_delete(channels.partition(SERVICE, number))
        await site.advance_while_possible()
        assert (await site.layout()).current == Generation()
        await channel.queue_delete(channels.partition(SERVICE, 15))
    await site.advance_while_possible()
    assert (await site.layout()).current == Generation(generation=1, count=8)


async def test_the_news_is_said_once_the_change_is_done(site):
    async with site.connection.channel() as channel:
        heard = await channel.declare_queue("heard", exclusive=True)
        await heard.bind("events", "partitions.changed.v1")
        await site.begin(8)
        await site.everything_of(Generation())
        assert await heard.get(fail=False) is None
        await site.advance_while_possible()
        news = events.read((await heard.get(no_ack=True)).body)
        assert await heard.get(fail=False) is None
    assert (news.data.service, news.data.generation, news.data.count) == (SERVICE, 1, 8)
    assert (await site.layout()).outbox == ()


async def test_a_change_of_another_services_inbox_is_none_of_ours(site):
    await site.replica().on_change_requested(wish(24, service="notifier"))
    assert not await site.replica().advance()
    assert await site.layout() == Layout()


async def test_a_wish_during_a_change_is_brought_about_after_it(site):
    await site.begin(3)
    await site.begin(2)
    await site.everything_of(Generation())
    await site.advance_while_possible()
    await site.everything_of(Generation(generation=1, count=3))
    await site.advance_while_possible()
    assert (await site.layout()).current == Generation(generation=2, count=2)
    assert await generation_standing(site.connection, SERVICE) == Generation(generation=2, count=2)


DEATHS = [
    (Repartition, "_open", 1, False),  # the change is saved
    (module, "declare", 1, True),  # the next generation is declared
    (module, "declare", 2, True),  # and opened
    (Repartition, "_mark_end", 1, False),  # the current one is cut off
    (Repartition, "_mark_end", 9, True),  # half of its queues have their end
    (Layouts, "replace", 3, False),  # all have, and it is not saved
    (Layouts, "replace", 3, True),  # and it is
    (Repartition, "_all_gone", 2, True),  # all is handled
    (Layouts, "replace", 4, True),  # the next generation is current
    (EventPublisher, "publish", 1, True),  # it is told, and not saved
]


def die_at(monkeypatch, place, name, which, after):
    """The which-th call does not come to its end, or its caller does not hear of it."""
    real, calls = getattr(place, name), 0

    async def dying(*args, **kwargs):
        nonlocal calls
        calls += 1
        if calls == which and not after:
            raise Died
        result = await real(*args, **kwargs)
        if calls == which:
            raise Died
        return result

    monkeypatch.setattr(place, name, dying)


@pytest.mark.parametrize("death", DEATHS, ids=lambda death: f"{death[1]}-{death[2]}-{death[3]}")
async def test_whoever_dies_at_any_step_is_replaced_and_nothing_is_lost_or_disordered(
    site, monkeypatch, death
):
    """Each text lies in one generation or in both; handled by id, first the old then the new, in order."""
    deaths = 0

    async def advance_whatever_happens():
        nonlocal deaths
        try:
            await site.advance_while_possible()
        except Died:
            deaths += 1
            await site.say("while it is dead")
            await site.advance_while_possible()

    await site.say("before")
    await site.replica().on_change_requested(wish(5))
    with monkeypatch.context() as patched:
        if death[0] is not EventPublisher:
            die_at(patched, *death)
        await advance_whatever_happens()
        await site.say("cut off")
        old = await site.everything_of(Generation())
        if death[0] is EventPublisher:
            die_at(patched, *death)
        await advance_whatever_happens()
    await site.say("after")
    assert deaths == 1
    layout = await site.layout()
    assert (layout.current, layout.outbox) == (Generation(generation=1, count=5), ())
    new = await site.texts_in(layout.current)
    for conversation in {f"c{n}" for n in range(10)}:
        once = list(dict.fromkeys(old[conversation] + new[conversation]))
        assert once == [f"{n} {text}" for n, text in enumerate(site.said)]


async def test_two_replicas_that_do_the_same_step_at_the_same_moment_do_no_harm(site):
    await site.say("1")
    await site.replica().on_change_requested(wish(4))
    for _ in range(3):
        await asyncio.gather(*(site.replica().advance() for _ in range(3)))
    await site.say("2")
    layout = await site.layout()
    old = await site.everything_of(layout.current)
    await asyncio.gather(*(site.replica().advance() for _ in range(3)))
    assert all(texts[:1] == ["0 1"] for texts in old.values())
    assert (await site.layout()).current == Generation(generation=1, count=4)
    assert all(texts == ["1 2"] for texts in (await site.texts_in((await site.layout()).current)).values())


async def test_who_starts_in_the_middle_of_a_change_or_after_it_leaves_the_inbox_alone(site):
    await site.begin(4)
    await set_up(site.connection)
    assert not await exchange_stands(site.connection, "conversation.inbox")
    await site.everything_of(Generation())
    await site.advance_while_possible()
    await set_up(site.connection)
    assert await generation_standing(site.connection, SERVICE) == Generation(generation=1, count=4)
    assert await generation_standing(site.connection, "notifier") == Generation()


async def test_an_installation_from_before_is_taken_over_as_it_is(site):
    await site.say("1")
    async with site.connection.channel() as channel:
        await channel.exchange_delete(channels.inbox_stands(SERVICE))
        await channel.exchange_delete(channels.entrance(SERVICE))
    await set_up(site.connection)
    await site.say("2")
    assert all(texts == ["0 1", "1 2"] for texts in (await site.texts_in(Generation())).values())


async def test_a_broker_set_up_anew_is_right_about_the_layout(site):
    await site.layouts.replace(Layout(current=Generation(generation=3, count=40)), 0)
    await site.replica()._agree()
    assert (await site.layout()).current == Generation()


async def test_a_store_set_up_anew_learns_the_layout_from_the_broker(site):
    await site.begin(4)
    await site.everything_of(Generation())
    await site.advance_while_possible()
    _, version = await site.layouts.read()
    await site.layouts.replace(Layout(), version)
    await site.replica()._agree()
    assert (await site.layout()).current == Generation(generation=1, count=4)


async def test_agreeing_leaves_a_change_under_way_as_it_is(site):
    await site.begin(4)
    before = await site.layout()
    await site.replica()._agree()
    assert await site.layout() == before
