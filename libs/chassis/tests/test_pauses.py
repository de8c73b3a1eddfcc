"""What is paused, as a service knows it: from events in any order, told by the store."""

from datetime import UTC, datetime, timedelta
from uuid import uuid4

import pytest
from hypothesis import given
from hypothesis import strategies as st

from chassis.pauses import Pauses, after
from chassis.storage import open_store
from contracts.events import first
from contracts.operations import CapabilityPaused, CapabilityResumed, Operator

NOON = datetime(2026, 11, 20, 12, tzinfo=UTC)


def said(data, minute=0, tenant="lyo"):
    return first(
        data, event_id=uuid4(), source="gateway", tenant=tenant, partition=tenant,
        time=NOON + timedelta(minutes=minute),
    )  # fmt: skip


def pause(minute=0, capability="replies", by="ann", reason="", tenant="lyo"):
    data = CapabilityPaused(capability=capability, reason=reason, personal=Operator(by=by))
    return said(data, minute, tenant)


def resume(minute=0, capability="replies", tenant="lyo"):
    return said(CapabilityResumed(capability=capability, personal=Operator(by="bob")), minute, tenant)


@pytest.fixture
async def store(tmp_path):
    store = open_store(f"sqlite:///{tmp_path}", "conversation")
    await store.open()
    yield store
    await store.close()


@given(st.lists(st.booleans(), min_size=1, max_size=8), st.randoms())
def test_in_whatever_order_they_are_heard_the_last_word_counts(words, chance):
    history = [(pause if paused else resume)(minute) for minute, paused in enumerate(words)]
    heard = [*history, *chance.sample(history, k=len(history))]
    chance.shuffle(heard)
    state = None
    for event in heard:
        state = after(state, event)
    assert (state.paused, state.changed) == (words[-1], history[-1].time)


def test_who_paused_first_stays_known_and_the_last_reason_counts():
    state = None
    for event in (pause(0, by="ann", reason="prices"), pause(1, by="bob"), pause(2, reason="new")):
        state = after(state, event)
    assert (state.by, state.since, state.reason) == ("ann", NOON, "new")
    assert after(after(state, resume(3)), pause(4, by="eve")).by == "eve"


async def test_businesses_and_capabilities_are_paused_one_by_one(store):
    pauses = Pauses(store)
    for event in (pause(), pause(capability="sending"), pause(tenant="sdb"), resume(1)):
        assert await pauses.note(event)
    assert await pauses.paused("lyo") == {"sending"}
    assert await pauses.paused("sdb") == {"replies"}
    assert await pauses.paused("lily") == frozenset()


async def test_what_comes_late_changes_nothing_and_is_told_so(store):
    pauses = Pauses(store)
    again = pause(2)
    assert [await pauses.note(one) for one in (again, resume(1), again)] == [True, False, True]
    assert await pauses.paused("lyo") == {"replies"}


async def test_another_replica_knows_within_a_second_and_at_once_when_it_looks(store, monkeypatch):
    now = 1000.0
    monkeypatch.setattr("chassis.pauses.time.monotonic", lambda: now)
    here, there = Pauses(store), Pauses(store)
    assert await there.paused("lyo") == frozenset()
    await here.note(pause())
    assert await here.paused("lyo") == {"replies"}
    assert await there.paused("lyo") == frozenset()
    now += 1.0
    assert await there.paused("lyo") == {"replies"}
    await here.note(resume(1))
    assert await there.paused("lyo") == {"replies"}
    assert await there.paused("lyo", fresh=True) == frozenset()
    assert await there.paused("lyo") == frozenset()
