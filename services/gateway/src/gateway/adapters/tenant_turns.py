"""Turns of the tenants: each has a few requests in work, its others queue behind those alone.

So whoever floods waits behind itself, and its neighbours never behind it.
"""

import asyncio
import time
from collections import deque
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field

from chassis.pace import Pace


class Crowded(Exception):
    """This tenant has too many requests waiting, or this one waited too long."""


@dataclass(slots=True)
class _Line:
    working: int = 0
    held: bool = False
    waiting: deque[asyncio.Future[None]] = field(default_factory=deque)


class TenantTurns:
    """`at_once` requests of one tenant work, `waiting` more wait for up to `seconds`.

    While several tenants have requests, those of one begin no faster than
    `chassis.pace` allows for `part` of the processor.
    """

    def __init__(self, at_once: int, waiting: int, seconds: float, part: float) -> None:
        self._at_once = at_once
        self._waiting = waiting
        self._seconds = seconds
        self._lines: dict[str, _Line] = {}
        self._pace = Pace(part)

    @asynccontextmanager
    async def turn(self, tenant: str) -> AsyncIterator[None]:
        """One request's turn, first come, first served. Raises Crowded."""
        await self._wait(tenant)
        began = time.monotonic()
        try:
            yield
        finally:
            now = time.monotonic()
            self._pace.ended(now - began, now, time.process_time())
            self._pass_on(tenant)

    async def _wait(self, tenant: str) -> None:
        self._pace.came(tenant, time.monotonic())
        line = self._lines.setdefault(tenant, _Line())
        if self._free(line):
            self._begin(tenant, line)
        elif len(line.waiting) < self._waiting:
            await self._in_line(tenant, line)
        else:
            raise Crowded

    def _free(self, line: _Line) -> bool:
        return line.working < self._at_once and not line.held

    def _begin(self, tenant: str, line: _Line) -> None:
        line.working += 1
        if gap := self._pace.begun(tenant, time.monotonic()):
            line.held = True
            asyncio.get_running_loop().call_later(gap, self._let_go, tenant, line)

    def _let_go(self, tenant: str, line: _Line) -> None:
        line.held = False
        self._next(tenant, line)

    def _pass_on(self, tenant: str) -> None:
        line = self._lines[tenant]
        line.working -= 1
        self._next(tenant, line)

    def _next(self, tenant: str, line: _Line) -> None:
        while line.waiting and self._free(line):
            turn = line.waiting.popleft()
            if not turn.done():
                turn.set_result(None)
                self._begin(tenant, line)
        if not (line.working or line.held or line.waiting):
            self._lines.pop(tenant, None)

    async def _in_line(self, tenant: str, line: _Line) -> None:
        loop = asyncio.get_running_loop()
        turn = loop.create_future()
        line.waiting.append(turn)
        late = loop.call_later(self._seconds, _give_up, turn)
        try:
            await turn
        except asyncio.CancelledError:
            if not turn.cancelled() and not turn.exception():
                self._pass_on(tenant)  # it had become our turn in the very moment we were cancelled
            raise
        finally:
            late.cancel()


def _give_up(turn: asyncio.Future[None]) -> None:
    if not turn.done():
        turn.set_exception(Crowded())
