"""Who is measured: a process that asks, and the one that answers it."""

import asyncio
import json
import sys
from collections.abc import AsyncIterator, Iterable, Mapping
from contextlib import asynccontextmanager, suppress
from dataclasses import asdict, dataclass
from typing import Final, cast

import psutil

from ops.bench_ai.figures import Measured, Name, Scene
from ops.bench_ai.load import LONGEST_LINE, Order, Times
from ops.servers.process import ServerFailed

_ENDS_WITHIN: Final = 10.0


@dataclass(frozen=True)
class Contestant:
    """`orders` and `answers` are of the process that asks; `pid` is what is measured."""

    name: Name
    orders: asyncio.StreamWriter
    answers: asyncio.StreamReader
    pid: int

    async def load(self, order: Order) -> Times:
        """One load. Raises ServerFailed when a question is not answered."""
        self.orders.write(json.dumps(asdict(order)).encode() + b"\n")
        line = await self.answers.readline()
        if not line:
            raise ServerFailed(f"asking {self.name} failed; what it said stands above")
        return Times(**json.loads(line))

    async def measure(self, scene: Scene, round_: int, seconds: float) -> Measured:
        """One load, and what it cost."""
        before, before_all = _spent(self.pid), _spent()
        times = await self.load(Order(scene.at_once, seconds, spread=scene.delay / 1000))
        spent, spent_by_all = _spent(self.pid) - before, _spent() - before_all
        return Measured(self.name, scene, round_, times, spent, spent_by_all, _memory(self.pid))


@asynccontextmanager
async def asking(
    name: Name, way: str, where: Iterable[str], environment: Mapping[str, str], pid: int | None = None
) -> AsyncIterator[Contestant]:
    """A contestant whose loads come from a process of their own, measured itself where no `pid` is given."""
    child = await asyncio.create_subprocess_exec(
        sys.executable, "-m", "ops.bench_ai.load", way, *where,
        stdin=asyncio.subprocess.PIPE, stdout=asyncio.subprocess.PIPE, limit=LONGEST_LINE,
        env=environment, start_new_session=True,
    )  # fmt: skip
    orders, answers = cast(asyncio.StreamWriter, child.stdin), cast(asyncio.StreamReader, child.stdout)
    try:
        yield Contestant(name, orders, answers, pid or child.pid)
    finally:
        orders.close()
        with suppress(TimeoutError):
            await asyncio.wait_for(child.wait(), _ENDS_WITHIN)
        if child.returncode is None:
            child.kill()
            await child.wait()


def _family(pid: int | None) -> list[psutil.Process]:
    """A process and all below it; without a pid everything that we have started, and ourselves."""
    root = psutil.Process(pid)
    return [root, *root.children(recursive=True)]


def _spent(pid: int | None = None) -> float:
    total = 0.0
    for process in _family(pid):
        with suppress(psutil.Error):  # it has just ended
            times = process.cpu_times()
            total += times.user + times.system
    return total


def _memory(pid: int) -> int:
    total = 0
    for process in _family(pid):
        with suppress(psutil.Error):
            total += int(process.memory_info().rss)
    return total
