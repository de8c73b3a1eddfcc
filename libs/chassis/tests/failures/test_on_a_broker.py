"""The failure desk on a real broker: what fails lands there with its reason and goes back where it failed."""

import asyncio
import json
import logging
from contextlib import AsyncExitStack, asynccontextmanager
from uuid import uuid4

import pytest
import structlog
from redis.asyncio import Redis

from chassis.clock import utc_now
from chassis.errors import PermanentError
from chassis.failures.building import build_failure_desk
from chassis.failures.intake import DeadLetterIntake
from chassis.messaging.broker import connect
from chassis.messaging.consumers import build_consumers
from chassis.messaging.dead_letter_queues import DeadLetterQueues
from chassis.observability.logging import configure_logging
from chassis.storage import StoreUnavailable, open_store
from contracts.catalogue import consumed_by
from contracts.operations import FailureJobRequested, Selection

from ..messaging.conftest import cancel_wish, house, message, until
from .conftest import job as any_job

__all__ = ["house"]

pytestmark = pytest.mark.servers

QUEUE = "scheduler.booking-cancel.requested.v1"
EVERYTHING = Selection()


@pytest.fixture(autouse=True)
def _as_in_a_service(monkeypatch):
    """Log lines as a service writes them, which is put back; a bug is not tried for long."""
    monkeypatch.setattr("chassis.messaging.failing.BUG_PATIENCE", (0.01,))
    root, configured = logging.getLogger(), structlog.get_config()
    before = root.handlers[:], root.level
    configure_logging("test", "INFO")
    yield
    logging.captureWarnings(capture=False)
    root.handlers[:], root.level = before
    structlog.configure(**configured)


class Clinic:
    """One replica of a service with its desk; `handle` does what `cure` says."""

    def __init__(self, service):
        self.service, self.seen, self.ill = service, [], True
        self.error = PermanentError("no such calendar: blue")

    async def handle(self, event):
        if self.ill:
            raise self.error
        self.seen.append(event)

    @asynccontextmanager
    async def open(self, house):
        async with AsyncExitStack() as stack:
            store = open_store(f"sqlite://{house.folder}", self.service)
            await store.open()
            stack.push_async_callback(store.close)
            redis = Redis.from_url(house.redis_url)
            stack.push_async_callback(redis.aclose)
            broker, self.publisher = await house.publisher(stack, self.service)
            about = {"store": store, "clock": utc_now, "replica": uuid4().hex}
            self.desk, intake = build_failure_desk(
                self.service, queues=DeadLetterQueues(broker, self.service), publisher=self.publisher, **about
            )
            consumers = build_consumers(
                self.service, {row.model: self.handle for row in consumed_by(self.service)}, house.settings,
                broker=broker, publisher=self.publisher, redis=redis, own=self.desk.handlers, **about,
            )  # fmt: skip
            loops = [asyncio.create_task(loop()) for loop in self.desk.loops]
            for one in (*consumers, intake):
                await one.start()
            try:
                yield self
            finally:
                await asyncio.gather(*(one.stop() for one in (*consumers, intake)))
                for loop in loops:
                    loop.cancel()
                await asyncio.wait(loops)

    async def failures(self, most=100):
        return await self.desk.find(EVERYTHING, "", most)

    async def have(self, count):
        async def enough():
            return len(await self.failures()) == count

        await until(enough)
        return await self.failures()

    async def do(self, action="retry", **asked):
        wish = any_job(action, **asked)
        wish = wish.model_copy(update={"data": wish.data.model_copy(update={"service": self.service})})
        await self.desk.handlers[FailureJobRequested](wish)

        async def done():
            found = await self.desk.job(wish.id)
            return found and found.state == "done" and found

        await until(done)
        return await done()


async def test_what_breaks_its_contract_lands_in_the_desk_with_the_reason(house):
    wish = cancel_wish()
    broken = json.loads(wish.model_dump_json()) | {"data": {}}
    async with Clinic("scheduler").open(house) as clinic:
        await clinic.publisher.send(json.dumps(broken).encode(), queue=QUEUE)
        (failure,) = await clinic.have(1)
        assert await house.queue_length(f"{QUEUE}.dlq") == 0
    assert (failure.reason, failure.exception, failure.queue) == ("contract", "ContractViolation", QUEUE)
    assert (failure.event_type, failure.tenant) == ("booking-cancel.requested.v1", "lyo")
    assert (failure.event_id, failure.payload) == (wish.id, broken)
    assert "data.booking_id" in failure.error


async def test_what_can_never_work_is_retried_after_the_repair_by_its_own_queue_alone(house):
    async with Clinic("scheduler").open(house) as clinic, Clinic("ai-router").open(house) as other:
        wishes = [cancel_wish() for _ in range(5)]
        await clinic.publisher.publish(*wishes)
        failures = await clinic.have(5)
        assert {one.reason for one in failures} == {"permanent"}
        said = failures[0].lines[-1]
        assert said["level"] == "error"
        assert "no such calendar: blue" in said["exception"]
        clinic.ill = other.ill = False
        done = await clinic.do(event_type="booking-cancel.requested.v1")
        assert (done.total, done.done) == (5, 5)
        await until(lambda: len(clinic.seen) == 5)
        assert await clinic.failures() == []
    assert {one.id for one in clinic.seen} == {one.id for one in wishes}
    assert other.seen == []


async def test_dead_letters_of_a_conversation_are_retried_in_order(house):
    async with Clinic("conversation").open(house) as clinic:
        said = [message(conversation, str(n)) for n in range(8) for conversation in ("a", "b")]
        for one in said:
            await clinic.publisher.publish(one)
        await clinic.have(16)
        clinic.ill = False
        await clinic.do()
        await until(lambda: len(clinic.seen) == 16)
    for conversation in ("a", "b"):
        heard = [one.data.personal.text for one in clinic.seen if one.partitionkey == conversation]
        assert heard == [str(n) for n in range(8)]


async def test_what_rabbitmq_gives_up_itself_lands_in_the_desk(house):
    wish = cancel_wish()
    async with house.speaker() as publisher:
        await publisher.publish(wish)
    async with await connect(house.rabbitmq_url, "crash") as connection, connection.channel() as channel:
        queue = await channel.get_queue(QUEUE)

        async def dead():
            if found := await queue.get(fail=False):
                await found.nack(requeue=True)
            return await house.queue_length(f"{QUEUE}.dlq") if found is None else 0

        await until(dead, 30)
    async with Clinic("scheduler").open(house) as clinic:
        (failure,) = await clinic.have(1)
        assert (failure.reason, failure.event_id) == ("delivery-limit", wish.id)
        clinic.ill = False
        await clinic.do()
        await until(lambda: [one.id for one in clinic.seen] == [wish.id])


async def test_while_the_store_is_away_a_dead_letter_stays_in_its_queue(house, monkeypatch):
    monkeypatch.setattr("chassis.failures.intake._BREATH_SECONDS", 0.05)
    tries, saved, away = [], [], True

    async def take_in(failure):
        tries.append(failure.id)
        if away:
            raise StoreUnavailable("away")
        saved.append(failure.event_id)

    @asynccontextmanager
    async def taking():
        async with AsyncExitStack() as stack:
            broker, _ = await house.publisher(stack)
            intake = DeadLetterIntake(DeadLetterQueues(broker, "scheduler"), "scheduler", take_in, utc_now)
            await intake.start()
            yield
            await intake.stop()

    wish = cancel_wish()
    async with house.speaker() as publisher:
        await publisher.send(wish.model_dump_json().encode(), queue=f"{QUEUE}.dlq")
    async with taking():
        await until(lambda: len(tries) == 2)
    assert await house.queue_length(f"{QUEUE}.dlq") == 1
    away = False
    async with taking():
        await until(lambda: saved == [wish.id])
    assert await house.queue_length(f"{QUEUE}.dlq") == 0


async def test_a_parked_conversation_is_repaired_in_its_own_order(house):
    async with Clinic("conversation").open(house) as clinic:
        clinic.error = RuntimeError("a bug")
        said = [message("a", str(n)) for n in range(4)]
        for one in said:
            await clinic.publisher.publish(one)

        async def all_wait():
            found = await clinic.failures()
            return found and found[0].waiting == 3

        await until(all_wait)
        (failure,) = await clinic.failures()
        assert (failure.kind, failure.reason, failure.exception) == ("parked", "bug", "RuntimeError")
        of_its_way = {name: failure.payload[name] for name in ("traceparent", "recordedtime")}
        assert failure.payload == said[0].model_dump(mode="json") | of_its_way
        assert "a bug" in failure.lines[-1]["exception"]
        clinic.ill = False
        await clinic.do(kind="parked")
        await clinic.have(0)
        await until(lambda: len(clinic.seen) == 4)
        shown = await clinic.desk.show(failure.id)
        assert (shown.status, [deed.by for deed in shown.history]) == ("retried", ["ada@x.it"])
    assert [one.data.personal.text for one in clinic.seen] == ["0", "1", "2", "3"]


async def test_giving_up_the_event_that_fails_lets_the_others_go_on(house):
    async with Clinic("conversation").open(house) as clinic:
        clinic.error = RuntimeError("a bug")
        for n in range(3):
            await clinic.publisher.publish(message("a", str(n)))
        await clinic.have(1)
        clinic.ill = False
        await clinic.do("discard", reason="poison")
        await until(lambda: len(clinic.seen) == 2)
        await clinic.have(0)
    assert [one.data.personal.text for one in clinic.seen] == ["1", "2"]


async def test_an_edited_event_is_handled_in_the_place_of_the_one_that_failed(house):
    async with Clinic("conversation").open(house) as clinic:
        clinic.error = RuntimeError("a bug")
        for n in range(2):
            await clinic.publisher.publish(message("a", str(n)))
        (failure,) = await clinic.have(1)
        payload = failure.payload
        clinic.ill = False
        moved = await clinic.do(ids=(failure.id,), edited=payload | {"partitionkey": "b"})
        assert "keeps its partitionkey" in moved.mistakes[0]
        personal = payload["data"]["personal"] | {"text": "repaired"}
        edited = payload | {"data": payload["data"] | {"personal": personal}}
        await clinic.do(ids=(failure.id,), edited=edited)
        await until(lambda: len(clinic.seen) == 2)
    assert [one.data.personal.text for one in clinic.seen] == ["repaired", "1"]
