"""`bellhop events`: pages the record, or follows it."""

import asyncio
import os
import sys
from collections.abc import Callable, Coroutine
from dataclasses import dataclass
from typing import Any, Final

from chassis.errors import Unavailable
from chassis.record import Record, open_record
from ops.record.choice import Choice
from ops.record.place import NoRecord, rabbitmq_url
from ops.record.reading import everything, newest, what_comes
from ops.record.terminal import Printer, Waiting, say

FINE, IMPOSSIBLE = 0, 2

_PAGE: Final = 50
_BEFORE_FOLLOWING: Final = 10


@dataclass(frozen=True)
class Showing:
    """How it is shown: at most the newest `limit` before an offset; then what comes, when followed."""

    limit: int | None = None
    before: int | None = None
    follow: bool = False
    raw: bool = False

    def newest(self, choice: Choice) -> int | None:
        """How many of the newest are shown; None for all."""
        if self.limit is not None:
            return self.limit
        if self.follow:
            return None if choice.since else 0 if self.raw else _BEFORE_FOLLOWING
        return None if self.raw else _PAGE


def show_events(choice: Choice, showing: Showing) -> int:
    """Shows what is asked for. Returns the exit code."""
    return with_record(lambda record: _show(record, choice, showing))


def with_record(work: Callable[[Record], Coroutine[Any, Any, int]]) -> int:
    """Works with the record of the running stack; says what is in the way. Returns the exit code."""

    async def opened() -> int:
        async with open_record(rabbitmq_url(), "bellhop events") as record:
            return await work(record)

    try:
        return asyncio.run(opened())
    except (NoRecord, Unavailable) as problem:
        say(str(problem), "red")
        return IMPOSSIBLE
    except KeyboardInterrupt:
        return FINE
    except BrokenPipeError:
        # Whoever read has enough. Python would complain once more when it closes stdout.
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return FINE


async def _show(record: Record, choice: Choice, showing: Showing) -> int:
    printer = Printer(raw=showing.raw)
    first, end = await record.bounds()
    upper = end if showing.before is None else min(showing.before, end)
    count = showing.newest(choice)
    with Waiting("Reading the record") as waiting:
        if count is None:
            async for one in everything(record, choice, upper, waiting):
                printer.print(one)
        else:
            for one in await newest(record, choice, count, (first, upper), waiting):
                printer.print(one)
    printer.flush()
    if showing.follow:
        await _follow(record, choice, end, printer)
    elif not printer.printed:
        say("Nothing of that is in the record.")
    elif not showing.raw and count and printer.printed == count:
        say(f"Older ones: --before {printer.oldest}")
    return FINE


async def _follow(record: Record, choice: Choice, start: int, printer: Printer) -> None:
    async for one in what_comes(record, choice, start):
        printer.print(one)
        printer.flush()
