"""The watch tells a broker that is away, one that hangs, and that either is back."""

import asyncio

import pytest

from gateway.adapters import broker_watch
from gateway.adapters.broker_watch import BrokerWatch


class Line:
    """A broker that confirms, hangs or fails, as the test says."""

    def __init__(self) -> None:
        self.open = asyncio.Event()
        self.open.set()
        self.error: Exception | None = None
        self.trials = 0

    async def check(self) -> None:
        self.trials += 1
        if self.error:
            raise self.error
        await self.open.wait()


@pytest.fixture
async def watched(monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr(broker_watch, "_EVERY_SECONDS", 0.01)
    monkeypatch.setattr(broker_watch, "_ROUND_SECONDS", 0.001)
    line = Line()
    watch = BrokerWatch(line.check)
    task = asyncio.create_task(watch.run())
    yield line, watch
    task.cancel()


async def becomes(watch: BrokerWatch, confirms: bool) -> None:
    async with asyncio.timeout(5):
        while watch.confirms is not confirms:  # noqa: ASYNC110  the watch is a task of its own
            await asyncio.sleep(0.005)


async def test_a_lost_connection_and_its_return(watched) -> None:
    line, watch = watched
    line.error = ConnectionError("gone")
    await becomes(watch, False)
    line.error = None
    await becomes(watch, True)


async def test_a_confirm_that_hangs_is_waited_for_and_is_the_first_to_tell_the_return(watched) -> None:
    line, watch = watched
    line.open.clear()
    await becomes(watch, False)
    trials = line.trials
    await asyncio.sleep(0.05)
    assert line.trials == trials
    line.open.set()
    await becomes(watch, True)


async def test_what_hangs_for_ever_is_given_up_and_tried_anew(watched, monkeypatch) -> None:
    monkeypatch.setattr(broker_watch, "_GIVEN_UP_SECONDS", 0.03)
    line, watch = watched
    line.open.clear()
    await becomes(watch, False)
    line.open = asyncio.Event()
    line.open.set()
    await becomes(watch, True)
