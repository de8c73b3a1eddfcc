"""What comes out of the record again is handled at most once, however long ago the first time was."""

from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import UUID, uuid4

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pydantic import BaseModel

from chassis import handling
from chassis.handling import Decision, Handled, HandleOnce
from chassis.storage import CollectionSpec, open_store
from contracts import events
from contracts.bookings import BookingCancelRequested
from contracts.envelope import Event

NOON = datetime(2026, 3, 2, 12, 0, tzinfo=UTC)


class Tally(BaseModel):
    counted: int = 0


class Mouth:
    """Publishes into a list."""

    def __init__(self) -> None:
        self.said: list[Event[Any]] = []

    async def publish(self, *out: Event[Any]) -> None:
        self.said.extend(out)


def wish(number: int, minute: int) -> Event[Any]:
    return events.first(
        BookingCancelRequested(booking_id=uuid4()), event_id=UUID(int=number), source="test", tenant="lyo",
        partition="c", time=NOON + timedelta(minutes=minute),
    )  # fmt: skip


def redriven(event: Event[Any]) -> Event[Any]:
    return event.model_copy(update={"redrivenfrom": event.time})


@pytest.fixture
async def desk(tmp_path):
    store = open_store(f"sqlite://{tmp_path}", "test")
    await store.open()
    collection, mouth = store.collection(CollectionSpec("tallies")), Mouth()
    once = HandleOnce(collection, Tally, mouth, "test", lambda: NOON)

    async def handle(event: Event[Any]) -> int:
        """How much has been counted after this event."""
        await once(
            event, "doc", lambda state: Decision(Tally(counted=(state or Tally()).counted + 1), (event.data,))
        )
        found = await collection.get("lyo", "doc")
        return int(found.body["state"]["counted"])

    handle.said = mouth.said
    yield handle
    await store.close()


@pytest.fixture
def short_memory(monkeypatch):
    monkeypatch.setattr(handling, "_IDS_KEPT", 3)


async def test_one_whose_id_was_dropped_is_not_handled_again(desk, short_memory):
    for number in range(5):
        await desk(wish(number, minute=number))
    said = len(desk.said)

    assert await desk(redriven(wish(0, minute=0))) == 5
    assert await desk(redriven(wish(1, minute=1))) == 5
    assert len(desk.said) == said


async def test_one_that_is_remembered_says_the_same_again(desk, short_memory):
    for number in range(5):
        await desk(wish(number, minute=number))

    assert await desk(redriven(wish(4, minute=4))) == 5
    assert desk.said[-1].id == desk.said[-2].id


async def test_one_that_was_lost_since_is_handled(desk, short_memory):
    for number in (0, 1, 2, 4, 5):
        await desk(wish(number, minute=number))

    assert await desk(redriven(wish(3, minute=3))) == 6


async def test_of_a_document_that_dropped_nothing_the_oldest_is_handled_too(desk):
    await desk(wish(5, minute=5))

    assert await desk(redriven(wish(1, minute=-10_000))) == 2


async def test_an_ordinary_event_is_handled_however_old(desk, short_memory):
    for number in range(5):
        await desk(wish(number, minute=number))

    assert await desk(wish(9, minute=-10_000)) == 6


HISTORY = st.lists(st.tuples(st.integers(0, 12), st.booleans()), max_size=30)
MINUTES = st.lists(st.integers(0, 6), min_size=13, max_size=13)


@given(HISTORY, MINUTES)
def test_in_any_history_nothing_redriven_is_handled_twice(
    history: list[tuple[int, bool]], minutes: list[int]
) -> None:
    """Times in any order, as vendors' clocks are; whatever is not redriven comes once only."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(handling, "_IDS_KEPT", 3)
        memory, handled, came = Handled(), set[int](), set[int]()
        for number, again in history:
            if not again and number in came:
                continue
            came.add(number)
            event = wish(number, minutes[number])
            event = redriven(event) if again else event
            if Handled.of({"handled": memory.document()}).outbox_of(event) is None:
                assert number not in handled
                handled.add(number)
                memory = memory.with_event(event, ())
