"""Supervision with tiny services: real processes, real signals."""

import asyncio
import os
import signal
import subprocess
import sys
import time
from collections.abc import AsyncIterator, Callable, Sequence
from contextlib import asynccontextmanager

import psutil
import pytest

from ops.up.process import KeptAlive

SERVES = """
import signal, sys, time
signal.signal(signal.SIGTERM, lambda *_: sys.exit(0))
print('up', flush=True)
time.sleep(60)
"""
IGNORES_TERM = """
import signal, time
signal.signal(signal.SIGTERM, signal.SIG_IGN)
print('up', flush=True)
time.sleep(60)
"""
FAILS = "print('no such setting', flush=True); raise SystemExit(3)"


class Seen:
    """Remembers all that happened to the processes."""

    def __init__(self) -> None:
        self.lines: list[str] = []
        self.pids: list[int] = []
        self.deaths: list[int] = []
        self.given_up: list[tuple[str, ...]] = []

    def said(self, name: str, line: str) -> None:
        self.lines.append(line)

    def started(self, name: str, pid: int) -> None:
        self.pids.append(pid)

    def died(self, name: str, code: int, delay: float) -> None:
        self.deaths.append(code)

    def hopeless(self, name: str, last_lines: Sequence[str]) -> None:
        self.given_up.append(tuple(last_lines))


async def until(condition: Callable[[], object], seconds: float = 10) -> None:
    async with asyncio.timeout(seconds):
        while not condition():  # noqa: ASYNC110 - it is another process
            await asyncio.sleep(0.01)


@asynccontextmanager
async def kept_alive(code: str, seen: Seen) -> AsyncIterator[KeptAlive]:
    one = KeptAlive("tiny", [sys.executable, "-c", code], dict(os.environ), seen)
    task = asyncio.create_task(one.run())
    try:
        yield one
    finally:
        await one.stop(grace=0)
        await asyncio.wait([task], timeout=1)  # its end is seen and its output read to the end
        task.cancel()
        await asyncio.gather(task, return_exceptions=True)


async def test_a_killed_service_is_back_within_two_seconds() -> None:
    seen = Seen()
    async with kept_alive(SERVES, seen):
        await until(lambda: seen.lines == ["up"])
        os.kill(seen.pids[0], signal.SIGKILL)
        await until(lambda: seen.lines == ["up", "up"], seconds=2)
    assert seen.deaths == [-signal.SIGKILL]
    assert len(set(seen.pids)) == 2


async def test_a_service_that_keeps_dying_is_said_with_its_last_lines() -> None:
    seen = Seen()
    async with kept_alive(FAILS, seen):
        await until(lambda: seen.given_up)
    assert seen.given_up[0][-1] == "no such setting"
    assert seen.deaths == [3] * 5


async def test_a_service_killed_again_and_again_comes_back_at_once_as_long_as_it_lives_well(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr("ops.up.process.LIVED_WELL", 0.0)
    seen = Seen()

    async def up(times: int) -> None:
        await until(lambda: seen.lines == ["up"] * times)

    async with kept_alive(SERVES, seen):
        for times in range(1, 7):
            await up(times)
            os.kill(seen.pids[-1], signal.SIGKILL)
        await up(7)
    assert seen.given_up == []


async def test_a_stop_is_gentle() -> None:
    seen = Seen()
    async with kept_alive(SERVES, seen) as one:
        await until(lambda: seen.lines)
        assert await one.stop(grace=5)
    assert not psutil.pid_exists(seen.pids[0])
    assert seen.deaths == []


async def test_what_ignores_a_stop_is_killed_after_its_grace() -> None:
    seen = Seen()
    async with kept_alive(IGNORES_TERM, seen) as one:
        await until(lambda: seen.lines)
        assert not await one.stop(grace=0.2)
        await until(lambda: not psutil.pid_exists(seen.pids[0]))


async def test_a_very_long_line_is_no_obstacle() -> None:
    seen = Seen()
    async with kept_alive(
        "print('x' * 3_000_000); print('after', flush=True); import time; time.sleep(60)", seen
    ):
        await until(lambda: "after" in seen.lines)


PARENT = """
import asyncio, os, sys
sys.path.insert(0, {here!r})
from test_supervision import Seen, SERVES
from ops.up.process import KeptAlive
class Told(Seen):
    def started(self, name, pid): print(pid, flush=True)
asyncio.run(KeptAlive("tiny", [sys.executable, "-c", SERVES], dict(os.environ), Told()).run())
"""


@pytest.mark.skipif(sys.platform != "linux", reason="only Linux ties children to their parent")
def test_a_supervisor_killed_hard_leaves_no_service() -> None:
    code = PARENT.format(here=os.path.dirname(__file__))
    with subprocess.Popen([sys.executable, "-c", code], stdout=subprocess.PIPE, text=True) as parent:
        assert parent.stdout
        child = psutil.Process(int(parent.stdout.readline()))
        parent.kill()
    deadline = time.monotonic() + 5
    while child.is_running() and child.status() != psutil.STATUS_ZOMBIE and time.monotonic() < deadline:
        time.sleep(0.02)
    assert not child.is_running() or child.status() == psutil.STATUS_ZOMBIE
