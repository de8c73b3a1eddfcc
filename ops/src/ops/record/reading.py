"""What is asked for, out of the record: the newest of it, or all of it in order."""

from collections.abc import AsyncIterator, Callable
from contextlib import aclosing
from typing import Final

from chassis.record import Record, Recorded
from ops.record.choice import Choice

Progress = Callable[[int, int], None]
"""Told how many events have been looked at, of how many at most."""

_FIRST_WINDOW: Final = 1000


async def newest(
    record: Record, choice: Choice, count: int, bounds: tuple[int, int], progress: Progress
) -> list[Recorded]:
    """The newest `count` between two offsets, oldest first.

    A stream is only read forwards: so it is read in windows, each twice as long and before the last one.
    """
    first, end = bounds
    found: list[Recorded] = []
    length, upper = _FIRST_WINDOW, end
    begun = False
    while upper > first and len(found) < count and not begun:
        lower = max(first, upper - length)
        window = [one async for one in record.read(lower, until=upper)]
        progress(end - lower, end - first)
        found = [one for one in window if choice.takes(one)] + found
        begun = any(choice.all_earlier(one) for one in window[:1])
        length, upper = 2 * length, lower
    return found[-count:]


async def everything(
    record: Record, choice: Choice, until: int | None, progress: Progress
) -> AsyncIterator[Recorded]:
    """All of it in recorded order, up to an offset or what is the end now."""
    _, end = await record.bounds()
    end = end if until is None else min(until, end)
    start: int | None = None
    async with aclosing(record.read(choice.since or "first", until=end)) as events:
        async for one in events:
            start = one.offset if start is None else start
            progress(one.offset - start, end - start)
            if choice.takes(one):
                yield one
            elif choice.all_later(one):
                return


async def what_comes(record: Record, choice: Choice, start: int) -> AsyncIterator[Recorded]:
    """What is recorded from an offset on, for ever, or until all that comes is too new."""
    async with aclosing(record.follow(start)) as events:
        async for one in events:
            if choice.takes(one):
                yield one
            elif choice.all_later(one):
                return
