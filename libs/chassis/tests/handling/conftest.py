"""A model of the broker, the store and the processes.

Whoever runs stands still at every effect, and hypothesis says who goes on, who dies, who is taken for dead,
and what the store and the broker answer. At the end the state must be that of an undisturbed run, and so must
be what was said, in its order.
"""

from collections.abc import Coroutine, Generator
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from functools import partial
from typing import Any
from uuid import UUID, uuid5

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pydantic import BaseModel

from chassis.errors import TransientError
from chassis.handling import Decision, HandleOnce, answers
from chassis.storage import Conflict, StoreUnavailable, Versioned
from contracts import events
from contracts.bookings import BookingCancelRequested
from contracts.envelope import NAMESPACE, Event

NOON = datetime(2026, 3, 2, 12, 0, tzinfo=UTC)
Fates = tuple[str, ...]

STORE_FATES: Fates = ("lost", "kept, unknown", "conflict", "kept, conflict")
PUBLISH_FATES: Fates = ("unconfirmed, lost", "unconfirmed, published")
KINDS = (STORE_FATES, PUBLISH_FATES)

Out = Event[BookingCancelRequested]
Process = Coroutine[Any, Any, None]


class Story(BaseModel):
    """The state: whoever handles an event twice, leaves one out or swaps two gets another one."""

    chain: UUID = NAMESPACE
    handled: tuple[UUID, ...] = ()


def decide(event: Event[Any], story: Story | None) -> Decision[Story]:
    story = story or Story()
    chain = uuid5(story.chain, str(event.id))
    said = tuple(BookingCancelRequested(booking_id=uuid5(chain, str(n))) for n in range(event.id.int % 3))
    return Decision(Story(chain=chain, handled=(*story.handled, event.id)), said)


class Pause:
    """A process stands still here until it may go on."""

    def __await__(self) -> Generator[None, None, None]:
        yield


def wish(queue: int, n: int) -> Event[Any]:
    return events.first(
        BookingCancelRequested(booking_id=UUID(int=n)), event_id=UUID(int=1000 * queue + n + 1),
        source="test", tenant="lyo", partition=str(queue), time=NOON,
    )  # fmt: skip


@dataclass
class Queue:
    """One conversation's events in order, some of them twice; what is not acked comes again."""

    events: list[Event[Any]]
    acked: int = 0
    owner: Process | None = None
    taken_for_dead: list[Process] = field(default_factory=list)


class World:
    """What outlives processes. Is the store and the broker's other side as well."""

    def __init__(self, rule: type[HandleOnce[Story]], queues: list[list[int]], fates: list[str]) -> None:
        self.queues = [Queue([wish(q, n) for n in numbers]) for q, numbers in enumerate(queues)]
        self.fates = {kind: [one for one in fates if one in (*kind, "fine")] for kind in KINDS}
        self.stored: Versioned | None = None
        self.said: list[Out] = []
        self.now = NOON
        self.rule = rule
        self.running: Process | None = None

    def clock(self) -> datetime:
        self.now += timedelta(seconds=1)
        return self.now

    def fate(self, possible: Fates) -> str:
        left = self.fates[possible]
        return left.pop(0) if left else "fine"

    async def get(self, tenant: str, key: str) -> Versioned | None:
        await Pause()
        found = self.stored
        await Pause()
        return found

    async def save(self, tenant: str, key: str, body: Any, *, expected: int) -> Versioned:
        await Pause()
        version = self.stored.version if self.stored else 0
        fate = self.fate(STORE_FATES)
        if fate == "lost":
            raise StoreUnavailable("away")
        if version != expected or fate == "conflict":
            raise Conflict("stories", tenant, key, expected)
        self.stored = saved = Versioned(tenant, key, version + 1, body)
        await Pause()
        if fate == "kept, unknown":
            raise StoreUnavailable("no confirmation")
        if fate == "kept, conflict":
            raise Conflict("stories", tenant, key, expected)
        return saved

    async def publish(self, *out: Out) -> None:
        for one in out:
            await Pause()
            fate = self.fate(PUBLISH_FATES)
            if fate == "unconfirmed, lost":
                raise TransientError("not confirmed")
            self.said.append(one)
            if fate == "unconfirmed, published":
                raise TransientError("not confirmed")
        await Pause()

    async def replica(self, queue: Queue) -> None:
        """A process from its start: takes what is not acked, in order, and tries again what fails."""
        world: Any = self
        once = self.rule(world, Story, world, "test", self.clock)
        for n in range(queue.acked, len(queue.events)):
            event = queue.events[n]
            while True:
                try:
                    await once(event, "doc", partial(decide, event))
                    break
                except TransientError:
                    continue
            await Pause()
            if self.running is queue.owner:  # nobody hears the ack of one taken for dead
                queue.acked = n + 1

    def goes_on(self, process: Process) -> bool:
        """One step of a process. False: it has handled all."""
        self.running = process
        try:
            process.send(None)
        except StopIteration:
            return False
        return True

    def do(self, action: str, number: int) -> None:
        queue = self.queues[number % len(self.queues)]
        queue.owner = queue.owner or self.replica(queue)
        match action:
            case "step":
                if not self.goes_on(queue.owner):
                    queue.owner = None
            case "dies":
                queue.owner.close()
                queue.owner = None
            case "seems dead":
                queue.taken_for_dead.append(queue.owner)
                queue.owner = None
            case "the dead goes on" if queue.taken_for_dead:
                process = queue.taken_for_dead[number % len(queue.taken_for_dead)]
                if not self.goes_on(process):
                    queue.taken_for_dead.remove(process)

    def calms_down(self) -> None:
        """Nobody dies any more: everybody goes on, the dead as well, until all is handled."""
        for queue in self.queues:
            for process in queue.taken_for_dead:
                while self.goes_on(process):
                    pass
        for queue in self.queues:
            queue.owner = queue.owner or self.replica(queue)
            while self.goes_on(queue.owner):
                pass
            queue.owner = self.replica(queue)  # whatever its predecessors left unacked
            while self.goes_on(queue.owner):
                pass

    def judged(self) -> None:
        """The state and the words are those of one undisturbed run over the events in the order handled."""
        assert self.stored is not None
        story = Story.model_validate(self.stored.body["state"])
        for queue in self.queues:
            mine = {event.id for event in queue.events}
            in_order = list(dict.fromkeys(event.id for event in queue.events))
            assert [one for one in story.handled if one in mine] == in_order
        undisturbed, said = told(story.handled, self.queues)
        assert story == undisturbed
        first_said: dict[UUID, Out] = {}
        for one in self.said:
            assert first_said.setdefault(one.id, one) == one, "the same id said two things"
        for queue in self.queues:
            heard = [(one.id, one.data) for one in first_said.values() if one.partitionkey == of(queue)]
            assert heard == [
                one for event in dict.fromkeys(e.id for e in queue.events) for one in said[event]
            ]


def of(queue: Queue) -> str:
    return queue.events[0].partitionkey


Said = dict[UUID, list[tuple[UUID, Any]]]


def told(order: tuple[UUID, ...], queues: list[Queue]) -> tuple[Story, Said]:
    """What a run without trouble ends with, and what it says to each event."""
    by_id = {event.id: event for queue in queues for event in queue.events}
    story, said = Story(), {}
    for event_id in order:
        decision = decide(by_id[event_id], story)
        out = answers(by_id[event_id], decision.out, source="test", clock=lambda: NOON)
        story, said[event_id] = decision.state, [(one.id, one.data) for one in out]
    return story, said


NUMBERS = st.lists(st.integers(0, 3), min_size=1, max_size=5)  # what stands there twice comes twice
ACTIONS = st.lists(
    st.tuples(
        st.sampled_from(["step"] * 6 + ["the dead goes on"] * 3 + ["dies", "seems dead"]), st.integers(0, 3)
    ),
    max_size=150,
)
FATES = st.lists(st.sampled_from([*STORE_FATES, *PUBLISH_FATES, *["fine"] * 6]), max_size=40)


def interleaved(rule: type[HandleOnce[Story]]) -> Any:
    @given(st.lists(NUMBERS, min_size=1, max_size=2), ACTIONS, FATES)
    def holds(queues: list[list[int]], actions: list[tuple[str, int]], fates: list[str]) -> None:
        world = World(rule, queues, fates)
        for action, number in actions:
            world.do(action, number)
        world.calms_down()
        world.judged()

    return holds


@pytest.fixture
def any_interleaving() -> Any:
    """The property, for one way of handling: any interleaving ends as a run without trouble."""
    return interleaved
