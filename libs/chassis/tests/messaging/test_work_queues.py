import asyncio

import pytest
from prometheus_client import REGISTRY

from chassis.errors import PermanentError, TransientError

from .conftest import cancel_wish, until

pytestmark = pytest.mark.servers

QUEUE = "scheduler.booking-cancel.requested.v1"


async def test_every_event_is_handled_and_nothing_stays(house):
    seen = []

    async def handle(event):
        seen.append(event.id)

    wishes = [cancel_wish() for _ in range(50)]
    async with house.speaker() as publisher, house.replica("scheduler", handle):
        await publisher.publish(*wishes)
        await until(lambda: len(seen) == 50)
    assert sorted(seen) == sorted(one.id for one in wishes)
    assert await house.queue_length(QUEUE) == 0


async def test_a_retry_comes_back_to_its_own_queue_alone(house):
    tries, others = [], []

    async def flaky(event):
        tries.append(event.id)
        if len(tries) == 1:
            raise TransientError("away")

    async def other(event):
        others.append(event.id)

    wish = cancel_wish()
    async with (
        house.speaker() as publisher,
        house.replica("scheduler", flaky),
        house.replica("ai-router", other),
        house.replica("conversation", other),
    ):
        await publisher.publish(wish)
        await until(lambda: len(tries) == 2)
    assert tries == [wish.id, wish.id]
    labels = {"type": "booking-cancel.requested.v1", "reason": "transient"}
    assert REGISTRY.get_sample_value("bellhop_event_retries_total", labels)
    assert others == []


async def test_when_tries_run_out_it_lies_among_the_dead_letters(house, monkeypatch):
    monkeypatch.setattr("chassis.messaging.work_queues.RETRY_DELAYS", (1,))

    async def always(_):
        raise TransientError("still away")

    async with house.speaker() as publisher, house.replica("scheduler", always):
        await publisher.publish(cancel_wish())
        await until(lambda: dead(house))
    letter = await house.first_of(f"{QUEUE}.dlq")
    assert letter.headers["x-bellhop-reason"] == "transient"
    assert letter.headers["x-bellhop-attempt"] == 2
    labels = {"queue": QUEUE, "reason": "transient"}
    assert REGISTRY.get_sample_value("bellhop_dead_letters_total", labels)


async def dead(house):
    return await house.queue_length(f"{QUEUE}.dlq") == 1


async def test_what_never_works_is_not_tried_again(house):
    tries = []

    async def refuse(event):
        tries.append(event)
        raise PermanentError("never")

    async with house.speaker() as publisher, house.replica("scheduler", refuse):
        await publisher.publish(cancel_wish())
        await until(lambda: dead(house))
    assert len(tries) == 1


async def test_stopping_takes_nothing_new_and_finishes_what_is_in_hand(house):
    started, finished = [], []

    async def slow(event):
        started.append(event.id)
        await asyncio.sleep(0.3)
        finished.append(event.id)

    wishes = [cancel_wish() for _ in range(40)]
    async with house.speaker() as publisher:
        await publisher.publish(*wishes)
        async with house.replica("scheduler", slow):
            await until(lambda: len(started) >= 1)
        assert started == finished
        assert len(finished) <= 2 * house.settings.prefetch
        assert await house.queue_length(QUEUE) == 40 - len(finished)


async def test_stopping_breaks_off_what_takes_too_long_and_gives_it_back(house):
    house.settings = house.settings.model_copy(update={"graceful_timeout": 0.3})
    ended, again = [], []

    async def endless(event):
        try:
            ended.append("begun")
            await asyncio.sleep(60)
        except asyncio.CancelledError:
            ended.append("broken off")
            raise

    async def quick(event):
        again.append(event.id)

    wish = cancel_wish()
    async with house.speaker() as publisher:
        async with house.replica("scheduler", endless):
            await publisher.publish(wish)
            await until(lambda: ended)
        assert ended == ["begun", "broken off"]
        async with house.replica("scheduler", quick):
            await until(lambda: again)
    assert again == [wish.id]
    assert await house.queue_length(QUEUE) == 0


async def test_what_can_neither_be_handled_nor_put_aside_comes_again(house, monkeypatch):
    monkeypatch.setattr("chassis.messaging.work_queues._BREATH_SECONDS", 0.05)
    tries = []

    async def refuse_once(event):
        tries.append(event.id)
        if len(tries) == 1:
            raise PermanentError("never")

    async def nowhere(*_):
        raise TransientError("RabbitMQ does not confirm")

    monkeypatch.setattr("chassis.messaging.work_queues.put_aside", nowhere)
    wish = cancel_wish()
    async with house.speaker() as publisher, house.replica("scheduler", refuse_once):
        await publisher.publish(wish)
        await until(lambda: len(tries) == 2)
    assert await house.queue_length(QUEUE) == 0
