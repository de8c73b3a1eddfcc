"""The handle-once rule: whatever dies wherever, the state and what is said are the same."""

import asyncio
from datetime import UTC, datetime
from uuid import uuid4

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pydantic import BaseModel

from chassis.handling import Decision, HandleOnce
from chassis.storage import CollectionSpec, Conflict, Versioned, open_store
from contracts import events
from contracts.bookings import BookingCancelRequested
from contracts.envelope import derived_id


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


class Shelf:
    """A collection in memory whose process dies before or after a call, as planned."""

    def __init__(self):
        self.kept, self.plan = {}, []

    async def get(self, tenant, key):
        return self.dies_around(lambda: self.kept.get((tenant, key)))

    async def save(self, tenant, key, body, *, expected):
        def put():
            found = self.kept.get((tenant, key))
            if (found.version if found else 0) != expected:
                raise Conflict("shelf", tenant, key, expected)
            self.kept[tenant, key] = Versioned(tenant, key, expected + 1, body)

        return self.dies_around(put)

    def dies_around(self, call):
        fate = self.plan.pop(0) if self.plan else "lives"
        if fate == "dies before":
            raise Killed
        result = call()
        if fate == "dies after":
            raise Killed
        return result


FATES = st.lists(st.sampled_from(["lives", "dies before", "dies after"]), max_size=4)


@given(st.lists(st.tuples(FATES, st.integers(0, 1)), max_size=8))
def test_any_deaths_give_the_same_state_and_the_same_words(lives):
    async def run():
        shelf, mouth, wishes, left = Shelf(), Mouth(), [wish() for _ in range(3)], list(lives)
        for event in wishes:
            while True:
                shelf.plan, mouth.dies = left.pop(0) if left else ([], 0)
                try:
                    await once(shelf, mouth)(event, "doc", count(event))
                    break
                except Killed:
                    continue
        assert shelf.kept["lyo", "doc"].body["state"]["counted"] == [str(one.id) for one in wishes]
        assert {one.id for one in mouth.said} == {derived_id(one.id, n) for one in wishes for n in (0, 1)}

    asyncio.run(run())
