"""A step lets one event of each conversation through, however often the request for it is delivered."""

from dataclasses import dataclass, field
from typing import Any
from uuid import uuid4

import pytest

from chassis.clock import utc_now
from chassis.messaging.holding import Holding
from chassis.messaging.release import Release
from chassis.messaging.resuming import Resuming
from chassis.messaging.waiting_room import WaitingRules
from chassis.pauses import Pauses
from chassis.storage import open_store
from contracts import events
from contracts.envelope import Event
from contracts.operations import CapabilityPaused, CapabilityStepped, ConversationReleased, Operator

from .conftest import message


class Died(BaseException):
    """The replica is gone; what it had in hand is delivered again."""


def asked(kind):
    return events.first(
        kind(capability="replies", personal=Operator(by="ann")),
        event_id=uuid4(), source="gateway", tenant="lyo", partition="lyo", time=utc_now(),
    )  # fmt: skip


@dataclass
class Desk:
    """Replies are paused; `seen` are the texts that were let through."""

    holding: Holding
    resuming: Resuming = field(init=False)
    release: Release = field(init=False)
    published: list[Event[Any]] = field(default_factory=list)
    seen: list[str] = field(default_factory=list)

    async def publish(self, *said):
        self.published += said

    async def handle(self, event, *_):
        if event.data.personal.text not in self.seen:  # handlers know an event again by its id
            self.seen.append(event.data.personal.text)

    async def waits(self, *texts):
        for text in texts:
            await self.holding.hold(message(text[0], text), reason="paused", capability="replies")

    async def take(self, step):
        """Once from the queue of what operators say, and what that leads to in the conversations' turns."""
        self.published.clear()
        await self.resuming.on_stepped(step)
        for one in self.published[:]:
            await self.release.on_requested(one)


@pytest.fixture
async def desk(tmp_path):
    store = open_store(f"sqlite://{tmp_path}", "conversation")
    await store.open()
    pauses = Pauses(store)
    await pauses.note(asked(CapabilityPaused))
    desk = Desk(Holding(store, utc_now))
    rules = WaitingRules(lambda _: ("replies",))
    desk.resuming = Resuming("conversation", pauses, desk.holding, desk, utc_now)
    desk.release = Release(
        "conversation", desk.holding, pauses=pauses, rules=rules, publisher=desk, clock=utc_now
    )
    desk.release.by(desk.handle, desk.handle)
    await desk.waits("a 1", "a 2", "a 3", "b 1", "b 2", "b 3")
    yield desk
    await store.close()


async def test_the_same_step_again_lets_nothing_more_through(desk):
    step = asked(CapabilityStepped)
    for _ in range(3):
        await desk.take(step)
        assert desk.seen == ["a 1", "b 1"]
    released = [one.data for one in desk.published if isinstance(one.data, ConversationReleased)]
    assert [(one.handled, one.left) for one in released] == [(0, 2), (0, 2)]


async def test_neither_does_an_earlier_one(desk):
    steps = [asked(CapabilityStepped) for _ in range(2)]
    for step in (*steps, *steps):
        await desk.take(step)
    assert desk.seen == ["a 1", "b 1", "a 2", "b 2"]


async def test_who_dies_in_the_middle_of_a_step_is_followed_by_the_same_step(desk, monkeypatch):
    handled = Holding.handled

    async def dies(self, held, number):
        await handled(self, held, number)
        monkeypatch.undo()
        raise Died

    monkeypatch.setattr(Holding, "handled", dies)
    step = asked(CapabilityStepped)
    with pytest.raises(Died):
        await desk.take(step)
    await desk.take(step)
    assert desk.seen == ["a 1", "b 1"]


async def test_what_begins_to_wait_after_a_step_is_not_meant_by_it(desk):
    steps = [asked(CapabilityStepped) for _ in range(3)]
    for step in steps:
        await desk.take(step)
    assert len(desk.seen) == 6
    await desk.waits("a 4")
    await desk.take(steps[0])
    assert len(desk.seen) == 6
    await desk.take(asked(CapabilityStepped))
    assert desk.seen[6:] == ["a 4"]
