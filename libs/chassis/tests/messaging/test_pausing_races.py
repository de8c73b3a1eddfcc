"""Pausing, resuming and releasing in every order that replicas, crashes and old views allow.

One conversation is handled by one replica at a time (that is the keyed inbox's promise, tested elsewhere);
all else happens side by side, interrupted at every access to the store or the broker.
"""

import asyncio
from collections import defaultdict
from random import Random
from unittest.mock import patch
from uuid import NAMESPACE_URL, uuid4, uuid5

from hypothesis import given, settings
from hypothesis import strategies as st

from chassis.clock import utc_now
from chassis.messaging.holding import Holding
from chassis.messaging.release import Release
from chassis.messaging.resuming import Resuming
from chassis.messaging.waiting_room import WaitingRoom, WaitingRules
from chassis.pauses import Pauses
from chassis.storage import AlreadyExists, Conflict, Range, Versioned
from contracts import events
from contracts.bookings import Appointment, ReminderDue
from contracts.messages import Channel, Inbound, MessageReceived
from contracts.operations import (
    CapabilityPaused,
    CapabilityResumed,
    CapabilityStepped,
    ConversationReleaseRequested,
    Operator,
    WaitingDiscarded,
)

REPLICAS = 2
APPOINTMENT = Appointment(
    booking_id=uuid4(), service_id="cut", resource_id="ann", start=utc_now(), end=utc_now()
)


class Crash(BaseException):
    """The replica is gone; what it had in hand is delivered again."""


class World:
    """The store, the broker and the chance that rules them."""

    def __init__(self, chance, crashes):
        self.chance, self.crashes = chance, crashes
        self.now = 1000.0
        self.documents = defaultdict(dict)
        self.queues = defaultdict(asyncio.Queue)
        self.published = []

    async def point(self):
        """Somebody else may go on here, or a replica dies."""
        for _ in range(self.chance.randrange(4)):
            await asyncio.sleep(0)
        if self.crashes and self.chance.random() < 0.02:
            self.crashes -= 1
            raise Crash

    def collection(self, spec):
        return Documents(self, self.documents[spec.name])

    async def publish(self, *published):
        for event in published:
            await self.point()
            self.published.append(event)
            self.queues[event.partitionkey].put_nowait(event)


class Documents:
    """A Collection in memory."""

    def __init__(self, world, kept):
        self.world, self.kept = world, kept

    async def get(self, tenant, key):
        await self.world.point()
        return self.kept.get(key)

    async def insert(self, tenant, key, body):
        await self.world.point()
        if key in self.kept:
            raise AlreadyExists("", tenant, key)
        self.kept[key] = Versioned(tenant, key, 1, body)

    async def save(self, tenant, key, body, *, expected):
        await self.world.point()
        if (self.kept[key].version if key in self.kept else 0) != expected:
            raise Conflict("", tenant, key, expected)
        self.kept[key] = Versioned(tenant, key, expected + 1, body)

    async def find(self, tenant, where, *, sort=None, limit=100, skip=0):
        await self.world.point()
        found = [one for one in self.kept.values() if all(_fits(one.body[f], v) for f, v in where.items())]
        return sorted(found, key=lambda one: (one.body[sort] if sort else "", one.key))[skip : skip + limit]

    async def delete(self, tenant, key):
        await self.world.point()
        return self.kept.pop(key, None) is not None


def _fits(value, wanted):
    return value > wanted.gt if isinstance(wanted, Range) else value == wanted


class Replica:
    """What one process of the service does with a delivery."""

    def __init__(self, world, handle):
        rules = WaitingRules(capabilities_of)
        pauses, holding = Pauses(world), Holding(world, utc_now)
        parts = {"pauses": pauses, "rules": rules, "publisher": world, "clock": utc_now}
        self.room = WaitingRoom("conversation", holding, **parts)
        release = Release("conversation", holding, **parts)
        release.by(handle, handle)
        resuming = Resuming("conversation", pauses, holding, world, utc_now)
        self.handlers = {**resuming.handlers, ConversationReleaseRequested: release.on_requested}
        self.handle = handle

    async def take(self, event):
        if await self.room.admits(event):
            await self.handlers.get(type(event.data), self.handle)(event)


def capabilities_of(event):
    if isinstance(event.data, MessageReceived):
        return ("replies",)
    return ("reminders", "sending") if isinstance(event.data, ReminderDue) else ()


class Service:
    """Replicas that share the conversations, and what they have handled, each once by its id."""

    def __init__(self, world):
        self.world = world
        self.handled = defaultdict(list)
        self.replicas = [Replica(world, self.handle) for _ in range(REPLICAS)]
        self.workers = {}

    async def handle(self, event):
        await self.world.point()
        done = self.handled[event.partitionkey, type(event.data)]
        if event.id not in done:
            done.append(event.id)
        await self.world.point()

    async def work(self, queue):
        while True:
            event = await queue.get()
            while True:
                try:
                    await self.world.chance.choice(self.replicas).take(event)
                    break
                except (Crash, Conflict):
                    continue
            queue.task_done()

    async def finish(self):
        """Until nothing is in any queue."""
        while any(queue._unfinished_tasks for queue in self.world.queues.values()):
            for key in [one for one in self.world.queues if one not in self.workers]:
                self.workers[key] = asyncio.create_task(self.work(self.world.queues[key]))
            await asyncio.sleep(0)


CAPABILITIES = st.sampled_from(("replies", "reminders", "sending"))
ACTIONS = st.one_of(
    st.tuples(st.just("message"), st.sampled_from("abc")),
    st.tuples(st.just("message"), st.sampled_from("abc")),
    st.tuples(st.just("reminder"), st.sampled_from("abc")),
    st.tuples(st.just("pause"), CAPABILITIES),
    st.tuples(st.just("resume"), CAPABILITIES),
    st.tuples(st.just("discard"), CAPABILITIES),
    st.tuples(st.just("step"), CAPABILITIES),
    st.tuples(st.just("later"), st.sampled_from((0.3, 0.7, 1.1))),
)


def event_of(action, about, number):
    by = Operator(by="ann")
    data = {
        "message": lambda: MessageReceived(
            channel=Channel.WHATSAPP, account="1", kind="text", vendor_message_id=str(number),
            personal=Inbound(address="39333", text=str(number)),
        ),
        "reminder": lambda: ReminderDue(appointment=APPOINTMENT),
        "pause": lambda: CapabilityPaused(capability=about, personal=by),
        "resume": lambda: CapabilityResumed(capability=about, personal=by),
        "discard": lambda: CapabilityResumed(capability=about, discard=True, personal=by),
        "step": lambda: CapabilityStepped(capability=about, personal=by),
    }[action]()  # fmt: skip
    partition = about if action in ("message", "reminder") else "lyo"
    return events.first(
        data, event_id=uuid5(NAMESPACE_URL, f"event {number}"), source="gateway", tenant="lyo",
        partition=partition, time=utc_now(),
    )  # fmt: skip


async def play(actions, seed, crashes):
    world = World(Random(seed), 0)
    service = Service(world)
    sent = defaultdict(list)
    with patch("chassis.pauses.time.monotonic", lambda: world.now):
        end = [("resume", one) for one in ("replies", "reminders", "sending")]
        playing = asyncio.create_task(service.finish())
        for number, (action, about) in enumerate([*actions, *end]):
            if action == "later":
                world.now += about
                continue
            event = event_of(action, about, number)
            world.queues[event.partitionkey].put_nowait(event)
            if action in ("message", "reminder"):
                sent[about, type(event.data)].append(event.id)
            world.crashes = crashes
            for _ in range(world.chance.randrange(30)):
                await asyncio.sleep(0)
            if playing.done():
                playing.result()
                playing = asyncio.create_task(service.finish())
        await playing
        await service.finish()
    for worker in service.workers.values():
        worker.cancel()
    return world, service, sent


@settings(max_examples=150, deadline=None)
@given(st.lists(ACTIONS, min_size=2, max_size=14), st.integers(0, 2**32), st.integers(0, 2))
def test_all_is_handled_once_in_order_or_given_up_with_a_record(actions, seed, crashes):
    world, service, sent = asyncio.run(play(actions, seed, crashes))
    given_up = [event.data for event in world.published if isinstance(event.data, WaitingDiscarded)]
    dropped = {one for record in given_up for one in record.event_ids}
    for line, ids in sent.items():
        assert service.handled[line] == [one for one in ids if one not in dropped]
    assert dropped == set() or any(action == "discard" for action, _ in actions)
    assert not world.documents["held_conversations"]
