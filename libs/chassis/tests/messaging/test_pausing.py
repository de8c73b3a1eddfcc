"""Pausing on a real broker: what belongs to a paused capability waits in order, and goes on when resumed."""

import asyncio
from collections import defaultdict
from uuid import uuid4

import pytest

from chassis.clock import utc_now
from chassis.messaging.waiting_room import WaitingRules
from chassis.pauses import Pauses
from chassis.storage import open_store
from contracts import events
from contracts.messages import MessageReceived
from contracts.operations import CapabilityPaused, CapabilityResumed, CapabilityStepped, Operator

from .conftest import message, until

pytestmark = pytest.mark.servers


def asked(kind, tenant="lyo", **more):
    return events.first(
        kind(capability="replies", personal=Operator(by="ann"), **more),
        event_id=uuid4(), source="gateway", tenant=tenant, partition=tenant, time=utc_now(),
    )  # fmt: skip


class Desk:
    """Answers messages: `seen` by conversation, in order; `held` are those that had to wait."""

    def __init__(self):
        self.seen = defaultdict(list)
        self.held = set()
        self.rules = WaitingRules(self.capabilities, self.urgent, self.on_held)

    def capabilities(self, event):
        return ("replies",) if isinstance(event.data, MessageReceived) else ()

    async def urgent(self, event):
        return event.data.personal.text == "STOP"

    async def on_held(self, event):
        self.held.add(event.data.personal.text)

    async def __call__(self, event):
        self.seen[event.partitionkey].append(event.data.personal.text)

    def total(self):
        return sum(map(len, self.seen.values()))


async def paused_in(house):
    store = open_store(f"sqlite://{house.folder}", "conversation")
    await store.open()
    found = await Pauses(store).paused("lyo")
    await store.close()
    return found


@pytest.fixture
def desk():
    return Desk()


@pytest.fixture
async def paused(house, desk):
    """A publisher, with the replies of lyo paused and three messages of each of c1 and c2 waiting."""
    async with house.speaker() as publisher, house.replica("conversation", desk, rules=desk.rules):
        await publisher.publish(asked(CapabilityPaused))
        await until(lambda: paused_in(house))
        for n in range(3):
            await publisher.publish(message("c1", f"c1 {n}"), message("c2", f"c2 {n}"))
        await until(lambda: len(desk.held) == 6)
        yield publisher


async def test_one_business_waits_and_goes_on_in_order(paused, desk):
    await paused.publish(message("other", "hello", tenant="sdb"), message("c1", "STOP"))
    await until(lambda: desk.total() == 2)
    assert desk.seen == {"other": ["hello"], "c1": ["STOP"]}
    await paused.publish(asked(CapabilityResumed))
    await until(lambda: desk.total() == 8)
    await paused.publish(message("c1", "c1 3"))
    await until(lambda: desk.total() == 9)
    assert desk.seen["c1"] == ["STOP", "c1 0", "c1 1", "c1 2", "c1 3"]
    assert desk.seen["c2"] == ["c2 0", "c2 1", "c2 2"]
    assert "c1 3" not in desk.held


async def test_step_by_step_the_oldest_of_each_goes_on(paused, desk):
    for n in range(2):
        await paused.publish(asked(CapabilityStepped))
        await until(lambda n=n: desk.total() == 2 * (n + 1))
    assert desk.seen == {"c1": ["c1 0", "c1 1"], "c2": ["c2 0", "c2 1"]}
    await paused.publish(asked(CapabilityResumed))
    await until(lambda: desk.total() == 6)
    assert desk.seen["c2"] == ["c2 0", "c2 1", "c2 2"]


async def test_what_waits_can_be_given_up(house, paused, desk):
    await paused.publish(asked(CapabilityResumed, discard=True))
    await until(lambda: nothing_waits(house))
    await paused.publish(message("c1", "after"))
    await until(lambda: desk.total() == 1)
    assert desk.seen == {"c1": ["after"]}


async def test_nothing_is_lost_or_out_of_order_while_it_is_paused_and_resumed_again_and_again(house, desk):
    """Two replicas, whose views differ for up to a second, and messages that never cease."""
    async with (
        house.speaker() as publisher,
        house.replica("conversation", desk, "a", rules=desk.rules),
        house.replica("conversation", desk, "b", rules=desk.rules),
    ):

        async def customers():
            for n in range(60):
                await publisher.publish(*(message(f"c{one}", f"{n}") for one in range(5)))
                await asyncio.sleep(0.02)

        async def operator():
            for _ in range(4):
                await publisher.publish(asked(CapabilityPaused))
                await asyncio.sleep(0.2)
                await publisher.publish(asked(CapabilityResumed))
                await asyncio.sleep(0.1)

        await asyncio.gather(customers(), operator())
        await until(lambda: desk.total() >= 300, 30)
        await until(lambda: nothing_waits(house))
    assert all(seen == [str(n) for n in range(60)] for seen in desk.seen.values())
    assert desk.held


async def nothing_waits(house):
    return not await house.holding("conversation", lambda holding: holding.conversations(reason="paused"))
