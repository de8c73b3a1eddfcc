"""The whole way on a real broker: from the record to the sums, without a trace there."""

import asyncio
from contextlib import AsyncExitStack, asynccontextmanager
from datetime import UTC, datetime
from typing import Self

import aio_pika
import pytest

from chassis.messaging.broker import connect
from chassis.record import open_record
from contracts import channels
from contracts.model import Data
from ops.shadow.agreement import Agreement, Judged
from ops.shadow.command import Wish, child_of
from ops.shadow.judging import Judging
from ops.shadow.past import Lately
from ops.shadow.watching import Watching

pytestmark = pytest.mark.servers


class Quiet:
    """A board that shows nothing, and knows when the first turn was judged."""

    def __init__(self) -> None:
        self.begun = asyncio.Event()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *error: object) -> None: ...
    def judged(self, turn: Judged) -> None:
        self.begun.set()

    def now_and_then(self) -> None: ...


class NotOurs(Data):
    """What no contract knows."""

    channel: str = "pigeon"


class Beginnings:
    """Nothing was before what is recorded."""

    def __init__(self, lyo) -> None:
        self._lyo = lyo

    async def events(self, conversation: str) -> tuple[str, ...]:
        return ()

    async def configs(self, tenant: str):
        return {1: self._lyo}


@pytest.fixture
async def recorded(rabbitmq_url):
    """Writes events into the record, as the publisher of events does."""
    connection = await connect(rabbitmq_url, "writer")
    channel = await connection.channel()
    await channel.declare_queue(channels.EVENT_LOG, durable=True, arguments={"x-queue-type": "stream"})

    async def write(*events) -> None:
        for event in events:
            message = aio_pika.Message(
                event.model_dump_json(warnings=False).encode(), type=event.type, message_id=str(event.id),
                headers={"tenantid": event.tenantid, "partitionkey": event.partitionkey},
            )  # fmt: skip
            await channel.default_exchange.publish(message, channels.EVENT_LOG)

    yield write
    await connection.close()


@pytest.fixture
def board() -> Quiet:
    return Quiet()


@pytest.fixture
def watching(rabbitmq_url, lyo, board):
    @asynccontextmanager
    async def start(patience: float = 60, handed_over: int = 1000, **candidate):
        async with AsyncExitStack() as stack:
            record = await stack.enter_async_context(open_record(rabbitmq_url, "shadow"))
            child = child_of(Wish(niceness=0, **candidate))
            stack.push_async_callback(child.close)
            judging = Judging(child, Beginnings(lyo), patience)
            agreement, lately = Agreement(), Lately(datetime.now(UTC))
            yield Watching(record, lately, judging, agreement, board, handed_over=handed_over), agreement

    return start


async def test_what_is_recorded_is_compared_and_nothing_is_added(
    rabbitmq_url, recorded, watching, board, talk
):
    before = talk("ciao", "vorrei un taglio donna", "domani alle 15")
    after = talk("che orari fate?", address="+393339999999")
    await recorded(*before.events)
    async with watching() as (run, agreement), asyncio.timeout(60):
        going = asyncio.create_task(run.run("first", turns=5, seconds=None))
        await board.begun.wait()
        await recorded(*after.events)
        await going
    assert agreement.total == {"alike": 5}
    async with open_record(rabbitmq_url, "test") as record:
        assert await record.bounds() == (0, len(before.events) + len(after.events))


async def test_what_can_not_be_read_is_counted_and_passed_over(recorded, watching, talk):
    heard, *rest = talk("ciao").events
    broken = heard.model_copy(update={"data": NotOurs()})
    await recorded(broken, heard, *rest)
    async with watching() as (run, agreement), asyncio.timeout(60):
        await run.run("first", turns=1, seconds=None)
        assert (run.unread, agreement.total) == (1, {"alike": 1})


async def test_a_slow_candidate_holds_up_no_more_than_it_may_and_the_rest_is_skipped(
    recorded, watching, talk, checkout
):
    slow = checkout("import time\n\n\ndef decide(*given):\n    time.sleep(0.3)\n    return _before(*given)\n")
    talks = [talk("ciao", address=f"+3933300000{n:02}") for n in range(10, 30)]
    await recorded(*(event for one in talks for event in one.events))
    async with watching(patience=0.5, handed_over=4, code=slow) as (run, agreement), asyncio.timeout(60):
        going = asyncio.create_task(run.run("first", turns=20, seconds=None))
        while not going.done():
            assert run.waiting <= 4
            await asyncio.sleep(0.05)
    assert set(agreement.total) == {"alike", "skipped"}


async def test_it_ends_when_its_time_is_over(recorded, watching):
    async with watching() as (run, agreement), asyncio.timeout(30):
        await run.run("next", turns=None, seconds=0.2)
    assert agreement.turns == 0
