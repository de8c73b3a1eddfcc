"""Whatever dies or overtakes whatever: one diary entry per confirmed booking, none for any other.

Every operation on the store is a point where a process can die or be overtaken.
"""

import asyncio
import random
from collections import Counter
from uuid import UUID

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from scheduler.domain.booking import Booking
from scheduler.domain.diary import Diary
from scheduler.domain.timer import reminder_timer

FIRST, SECOND, THIRD = (UUID(int=number) for number in (1, 2, 3))


def bookings_in(store):
    return [
        Booking.model_validate(body["booking"])
        for (name, _, _), (_, body) in store.documents.items()
        if name == "bookings"
    ]


def entries_in(store):
    return [
        (resource, day, entry)
        for (name, _, key), (_, body) in store.documents.items()
        if name == "diaries"
        for resource, day in [key.split("/")]
        for entry in Diary.model_validate(body["diary"]).entries
    ]


def assert_nothing_overlaps(store):
    for resource, day, one in entries_in(store):
        for other_resource, other_day, other in entries_in(store):
            if (resource, day) == (other_resource, other_day) and one.booking_id != other.booking_id:
                assert one.end <= other.start or other.end <= one.start


def assert_confirmed_ones_are_held(store):
    held = {(resource, entry.booking_id, entry.claim) for resource, _, entry in entries_in(store)}
    for booking in bookings_in(store):
        if booking.status == "confirmed":
            claim = booking.agreed.claim
            assert (claim.place.resource_id, booking.id, claim.number) in held


def assert_settled(store):
    """When all is quiet there is no trace of anything that did not come about."""
    confirmed = [booking for booking in bookings_in(store) if booking.status == "confirmed"]
    entries = [(entry.booking_id, entry.claim) for _, _, entry in entries_in(store)]
    assert sorted(entries) == sorted((one.id, one.agreed.claim.number) for one in confirmed)
    timers = {key for (name, _, key) in store.documents if name == "timers"}
    assert timers >= {reminder_timer(one).key for one in confirmed}
    assert not any(booking.attempts for booking in bookings_in(store))


def assert_one_answer_each(heard, requests):
    answers = {}
    for event in heard.events:
        assert answers.setdefault(event.id, event.data) == event.data
    assert Counter(event.causationid for event in heard.events).keys() == {one.id for one in requests}


class Deliveries:
    """Each request is delivered `copies` times at once, each copy in a process of its own.

    A copy that dies is delivered again, but not once another copy has been acknowledged: then nobody
    ever comes to tidy up after it.
    """

    def __init__(self, new_scheduler, store, lanes, heard):
        self._new_scheduler = new_scheduler
        self._store = store
        self._lanes = lanes
        self._heard = heard
        self.running = {}
        self._acknowledged = set()
        self._number = 0

    def deliver(self, event):
        process = self._new_scheduler(self._store, heard=self._heard)
        task = self._lanes.start(self._handle(process, event))
        self._number += 1
        task.set_name(f"{self._number:04}")
        self.running[task] = event

    async def _handle(self, process, event):
        await process.desk.on_request(event)
        self._acknowledged.add(event.id)

    async def kill(self, task):
        event = self.running.pop(task)
        await self._lanes.kill(task)
        if event.id not in self._acknowledged:
            self.deliver(event)

    async def step(self):
        await self._lanes.step()
        for task in [task for task in self.running if task.done()]:
            del self.running[task]
            task.result()


async def play(world, requests, rng, *, copies, deaths):
    new_scheduler, memory, lanes, heard = world
    deliveries = Deliveries(new_scheduler, memory, lanes, heard)
    for event in requests:
        for _ in range(copies):
            deliveries.deliver(event)
    checked = 0
    for _ in range(20_000):
        if not deliveries.running:
            return
        if deaths and rng.random() < 0.05:
            deaths -= 1
            await deliveries.kill(rng.choice(list(deliveries.running)))
        else:
            await deliveries.step()
        if memory.writes > checked:
            checked = memory.writes
            assert_nothing_overlaps(memory)
            assert_confirmed_ones_are_held(memory)
    raise AssertionError("it never comes to rest")


@pytest.fixture
def new_world(new_scheduler, new_memory, interleaving, new_heard):
    def make(rng):
        memory = new_memory()
        return new_scheduler, memory, interleaving(memory, rng), new_heard()

    return make


@pytest.fixture
def requests_of(customers, rome):
    """Wishes of three customers for the same two times; letters as in the strategy below."""

    def make(wishes):
        at = {"x": rome(25, 15), "y": rome(25, 15, 15), "z": rome(26, 10)}
        made = []
        for booking, kind, place, resource in wishes:
            if kind == "book":
                made.append(customers.books(at[place], booking=booking, resource=resource))
            elif kind == "move":
                made.append(customers.moves(booking, at[place], resource=resource))
            else:
                made.append(customers.cancels(booking))
        return made

    return make


wishes = st.lists(
    st.tuples(
        st.sampled_from([FIRST, SECOND, THIRD]),
        st.sampled_from(["book", "book", "move", "cancel"]),
        st.sampled_from(["x", "x", "y", "z"]),
        st.sampled_from([None, "giulia", "marco"]),
    ),
    min_size=2,
    max_size=6,
)


# The fixtures only make things; every example makes its own.
@settings(max_examples=100, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    wishes=wishes, rng=st.randoms(use_true_random=False), deaths=st.integers(0, 6), copies=st.integers(1, 3)
)
def test_any_order_any_death(*, new_world, requests_of, wishes, rng, deaths, copies):
    async def scenario():
        world = new_world(rng)
        requests = requests_of(wishes)
        await play(world, requests, rng, copies=copies, deaths=deaths)
        assert_settled(world[1])
        assert_one_answer_each(world[3], requests)

    asyncio.run(scenario())


@pytest.mark.parametrize("survived", range(30))
def test_a_death_after_every_single_operation(new_world, requests_of, survived):
    """Book, move and cancel one after the other; each dies once after `survived` operations."""

    async def scenario():
        rng = random.Random(1)
        world = new_world(rng)
        deliveries = Deliveries(*world)
        for request in requests_of([
            (FIRST, "book", "x", None), (SECOND, "book", "x", None), (FIRST, "move", "y", None),
            (THIRD, "book", "x", None), (SECOND, "cancel", "x", None), (FIRST, "move", "z", "marco"),
        ]):  # fmt: skip
            deliveries.deliver(request)
            for _ in range(survived):
                await deliveries.step()
            for task in list(deliveries.running):
                await deliveries.kill(task)
            while deliveries.running:
                await deliveries.step()
                assert_confirmed_ones_are_held(world[1])
        assert_settled(world[1])
        state = {one.id: one.status for one in bookings_in(world[1])}
        assert state == {FIRST: "confirmed", SECOND: "cancelled", THIRD: "refused"}

    asyncio.run(scenario())
