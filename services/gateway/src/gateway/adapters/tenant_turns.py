"""Turns of the tenants: each has a few requests in work, its others queue behind those alone.

So whoever floods waits behind itself, and its neighbours never behind it.
"""

import asyncio
from collections import deque
from dataclasses import dataclass, field


class Crowded(Exception):
    """This tenant has too many requests waiting, or this one waited too long."""


@dataclass(slots=True)
class _Line:
    working: int = 0
    waiting: deque[asyncio.Future[None]] = field(default_factory=deque)


class TenantTurns:
    """`at_once` requests of one tenant work, `waiting` more wait for up to `seconds`."""

    def __init__(self, at_once: int, waiting: int, seconds: float) -> None:
        self._at_once = at_once
        self._waiting = waiting
        self._seconds = seconds
        self._lines: dict[str, _Line] = {}

    async def wait(self, tenant: str) -> None:
        """Returns when it is this request's turn, first come, first served. Raises Crowded."""
        line = self._lines.setdefault(tenant, _Line())
        if line.working < self._at_once:
            line.working += 1
        elif len(line.waiting) < self._waiting:
            await self._in_line(line)
        else:
            raise Crowded

    def pass_on(self, tenant: str) -> None:
        """Ends a turn that `wait` gave; the next in line takes its place."""
        line = self._lines[tenant]
        _hand_over(line)
        if not line.working:
            del self._lines[tenant]

    async def _in_line(self, line: _Line) -> None:
        loop = asyncio.get_running_loop()
        turn = loop.create_future()
        line.waiting.append(turn)
        late = loop.call_later(self._seconds, _give_up, turn)
        try:
            await turn
        except asyncio.CancelledError:
            if not turn.cancelled() and not turn.exception():
                _hand_over(line)  # it had become our turn in the very moment we were cancelled
            raise
        finally:
            late.cancel()


def _give_up(turn: asyncio.Future[None]) -> None:
    if not turn.done():
        turn.set_exception(Crowded())


def _hand_over(line: _Line) -> None:
    """The place goes to the next in line who still waits."""
    while line.waiting:
        turn = line.waiting.popleft()
        if not turn.done():
            turn.set_result(None)
            return
    line.working -= 1
