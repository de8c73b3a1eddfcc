"""Requests out of the record again: nobody gets a message twice, even where deliveries have been lost."""

from datetime import timedelta
from typing import Any

import pytest

from notifier.domain.delivery import Delivery
from notifier.ports import Record


def redriven(event: Any) -> Any:
    return event.model_copy(update={"redrivenfrom": event.time})


@pytest.fixture
def world(new_world, request_for):
    """Has sent something an hour before the requests of these tests."""
    one = new_world()
    other = request_for(name="an earlier one")
    before = Delivery(
        id=other.id, conversation_id=other.partitionkey, correlation_id=other.id, channel=other.data.channel,
        purpose="reply", created_at=one.now - timedelta(hours=1), sent_at=one.now,
    )  # fmt: skip
    one.records[other.id] = Record("lyo", before, 1)
    return one


async def test_what_was_sent_is_told_again_and_not_sent(world, request_for):
    request = request_for()
    await world.process().on_requested(request)
    await world.process().on_requested(redriven(request))
    assert world.calls == 1
    assert len({event.id for event in world.published}) == 1


async def test_what_was_lost_is_sent(world, request_for):
    await world.process().on_requested(redriven(request_for()))
    assert world.calls == 1


async def test_what_is_older_than_all_that_is_known_is_not_sent(new_world, request_for):
    world = new_world()
    await world.process().on_requested(redriven(request_for()))
    assert (world.calls, world.records) == (0, {})

    world.now += timedelta(hours=1)
    await world.process().on_requested(request_for(name="the first after a loss"))
    await world.process().on_requested(redriven(request_for()))
    assert world.calls == 1
