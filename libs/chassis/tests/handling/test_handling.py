"""The handle-once rule: whatever dies wherever, the state and what is said are the same."""

import asyncio
from datetime import UTC, datetime
from uuid import uuid4

import pytest
from pydantic import BaseModel

from chassis.handling import Decision, HandleOnce
from chassis.storage import CollectionSpec, open_store
from contracts import events
from contracts.bookings import BookingCancelRequested


class Tally(BaseModel):
    """The state of these tests: which wishes were counted."""

    counted: tuple[str, ...] = ()


def wish(tenant="lyo"):
    return events.first(
        BookingCancelRequested(booking_id=uuid4()),
        event_id=uuid4(), source="/test", tenant=tenant, partition="c", time=datetime.now(UTC),
    )  # fmt: skip


def count(event):
    def decide(state):
        said = (event.data, event.data)
        return Decision(Tally(counted=(*(state or Tally()).counted, str(event.id))), said)

    return decide


class Killed(Exception):
    """The process died here."""


class Mouth:
    """Publishes into a list; dies when it is told to."""

    def __init__(self):
        self.said = []
        self.dies = 0

    async def publish(self, *out):
        if self.dies:
            self.dies -= 1
            raise Killed
        self.said.extend(out)


@pytest.fixture
async def tallies(tmp_path):
    store = open_store(f"sqlite://{tmp_path}", "test")
    await store.open()
    yield store.collection(CollectionSpec("tallies"))
    await store.close()


def once(collection, mouth):
    return HandleOnce(collection, Tally, mouth, "/test", lambda: datetime.now(UTC))


async def test_a_redelivery_says_the_same_again_and_changes_nothing(tallies):
    mouth, event = Mouth(), wish()
    for _ in range(3):
        await once(tallies, mouth)(event, "doc", count(event))
    found = await tallies.get("lyo", "doc")
    assert found.body["state"]["counted"] == [str(event.id)]
    assert len(mouth.said) == 6
    assert len({one.id for one in mouth.said}) == 2
    assert {one.causationid for one in mouth.said} == {event.id}


async def test_who_dies_before_publishing_publishes_on_redelivery(tallies):
    mouth, event = Mouth(), wish()
    mouth.dies = 1
    with pytest.raises(Killed):
        await once(tallies, mouth)(event, "doc", count(event))
    await once(tallies, mouth)(event, "doc", count(event))
    assert [one.data for one in mouth.said] == [event.data, event.data]


async def test_a_hundred_at_once_on_one_document_lose_nothing(tallies):
    mouth, wishes = Mouth(), [wish() for _ in range(100)]
    await asyncio.gather(*(once(tallies, mouth)(one, "doc", count(one)) for one in wishes))
    found = await tallies.get("lyo", "doc")
    assert sorted(found.body["state"]["counted"]) == sorted(str(one.id) for one in wishes)
    assert len({one.id for one in mouth.said}) == 200


async def test_another_tenant_has_another_document(tallies):
    mouth, ours, theirs = Mouth(), wish(), wish("sdb")
    for one in (ours, theirs):
        await once(tallies, mouth)(one, "doc", count(one))
    assert (await tallies.get("sdb", "doc")).body["state"]["counted"] == [str(theirs.id)]
