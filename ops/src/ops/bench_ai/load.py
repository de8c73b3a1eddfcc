"""`python -m ops.bench_ai.load WAY [URL]` asks, in a process of its own, as often as it is told to.

A line on its standard input orders a load ({"at_once": 20, "seconds": 4}), a line on its standard output says
how long each question took. It ends with its input.
"""

import asyncio
import gc
import json
import sys
import time
from collections.abc import Awaitable, Callable
from dataclasses import asdict, dataclass

Ask = Callable[[], Awaitable[None]]
"""Asks once and returns with the answer. Raises when there is none."""

LONGEST_LINE = 2**24


@dataclass(frozen=True)
class Order:
    """So many questions at the same time, new ones for so long.

    The first ones are asked one after the other within `spread` seconds: asked together they would come
    together again and again, after every answer of a vendor that takes always the same time.
    """

    at_once: int
    seconds: float
    spread: float = 0.0


@dataclass(frozen=True)
class Times:
    """Seconds that each question took, and that all of them took together."""

    each: list[float]
    total: float

    @property
    def per_second(self) -> float:
        """Questions answered per second."""
        return len(self.each) / self.total


async def drive(ask: Ask, order: Order) -> Times:
    """Everybody who is there asks again as soon as the answer has come."""
    each: list[float] = []
    begun = time.perf_counter()

    async def somebody(number: int) -> None:
        await asyncio.sleep(order.spread * number / order.at_once)
        while (asked := time.perf_counter()) < begun + order.seconds:
            await ask()
            each.append(round(time.perf_counter() - asked, 6))

    async with asyncio.TaskGroup() as people:
        for number in range(order.at_once):
            people.create_task(somebody(number))
    return Times(each, time.perf_counter() - begun)


async def obey(ask: Ask) -> None:
    """Order after order, until there are no more."""
    gc.collect()
    gc.freeze()  # as every service of ours does once it has started
    orders = asyncio.StreamReader()
    await asyncio.get_running_loop().connect_read_pipe(
        lambda: asyncio.StreamReaderProtocol(orders), sys.stdin.buffer
    )
    while line := await orders.readline():
        times = await drive(ask, Order(**json.loads(line)))
        print(json.dumps(asdict(times)), flush=True)


async def main(way: str, *where: str) -> None:
    """Opens the way and obeys."""
    from ops.bench_ai.ways import WAYS  # noqa: PLC0415 - whoever orders loads needs none of them

    async with WAYS[way](*where) as ask:
        await obey(ask)


if __name__ == "__main__":
    import uvloop

    uvloop.run(main(*sys.argv[1:]))
