from datetime import UTC, datetime
from uuid import uuid4

import pytest
from hypothesis import given
from hypothesis import strategies as st

from chassis.messaging.layout import Generation, Layout
from contracts import channels, events
from contracts.operations import Operator, PartitionsChangeRequested

NOW = datetime(2026, 3, 2, tzinfo=UTC)


def wish(count, service="conversation"):
    return events.first(
        PartitionsChangeRequested(service=service, count=count, personal=Operator(by="a@b.c")),
        event_id=uuid4(), source="gateway", tenant=channels.SYSTEM, partition="partitions", time=NOW,
    )  # fmt: skip


def brought_about(layout):
    return layout.begun().closed().finished("conversation", NOW).told()


def test_a_layout_is_what_channels_says_until_somebody_wishes_otherwise():
    assert Layout().current == Generation(generation=0, count=channels.PARTITIONS)
    assert Layout().begun() == Layout()


def test_a_wish_becomes_the_next_generation_and_then_the_current_one():
    begun = Layout().wished(wish(24)).begun()
    assert (begun.current, begun.next) == (Generation(), Generation(generation=1, count=24))
    done = begun.closed().finished("conversation", NOW)
    assert (done.current, done.next, done.closing) == (Generation(generation=1, count=24), None, False)


def test_the_news_is_caused_by_the_wish_and_has_the_same_id_however_often_it_is_made():
    asked = wish(24)
    closed = Layout().wished(asked).begun().closed()
    first, second = (closed.finished("conversation", NOW).outbox[0] for _ in range(2))
    assert first["id"] == second["id"]
    assert first["causationid"] == str(asked.id)
    assert first["data"] == {"service": "conversation", "generation": 1, "count": 24}


def test_as_many_partitions_as_there_are_is_nothing_to_do():
    layout = Layout().wished(wish(channels.PARTITIONS)).begun()
    assert (layout.next, layout.wish) == (None, None)


def test_a_wish_delivered_again_later_changes_nothing_back():
    first, second = wish(24), wish(8)
    layout = brought_about(brought_about(Layout().wished(first)).wished(second))
    assert layout.current.count == 8
    assert layout.wished(first) == layout


def test_during_a_change_the_last_wish_waits_for_its_end():
    layout = Layout().wished(wish(24)).begun().wished(wish(32)).wished(wish(8))
    assert layout.begun() == layout
    assert layout.next.count == 24
    after = brought_about(layout)
    assert after.current.count == 24
    assert after.begun().next == Generation(generation=2, count=8)


@pytest.mark.parametrize(
    "layout", [Layout(), Layout().wished(wish(24)).begun().closed(), Layout().wished(wish(3))]
)
def test_it_comes_back_from_the_store_as_it_went_in(layout):
    assert Layout.model_validate(layout.model_dump(mode="json")) == layout


STEPS = st.one_of(
    st.builds(lambda count: lambda layout: layout.wished(wish(count)), st.integers(1, 256)),
    st.sampled_from([Layout.begun, lambda layout: layout.closed() if layout.next else layout, Layout.told]),
    st.just(
        lambda layout: (
            layout.finished("conversation", NOW) if layout.closing and not layout.outbox else layout
        )
    ),
)


@given(st.lists(STEPS, max_size=40))
def test_generations_only_ever_grow_and_none_is_left_out(steps):
    layout = Layout()
    for step in steps:
        before, layout = layout, step(layout)
        assert layout.current.generation - before.current.generation in (0, 1)
        if layout.current != before.current:
            assert layout.current == before.next
        if layout.next:
            assert layout.next.generation == layout.current.generation + 1
        assert layout.closing <= (layout.next is not None)
