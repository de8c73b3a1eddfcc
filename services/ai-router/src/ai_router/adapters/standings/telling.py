"""Telling what this replica has changed for all."""

import asyncio
from collections import deque
from collections.abc import Awaitable, Callable

from ai_router.domain.standings.told import Said

Changed = Callable[[Said], Awaitable[None]]
"""Hears of every change of a circuit, a key or an account: one replica's hears it, and once."""


class Telling:
    """What waits to be told, in order. A call does not wait for it to be told."""

    def __init__(self, changed: Changed) -> None:
        self._changed = changed
        self._waiting: deque[Said] = deque()
        self._some = asyncio.Event()

    def add(self, said: Said) -> None:
        """This has to be told."""
        self._waiting.append(said)
        self._some.set()

    async def some(self, seconds: float) -> None:
        """Returns when something waits, or after so many seconds."""
        try:
            async with asyncio.timeout(seconds):
                await self._some.wait()
        except TimeoutError:
            return

    async def tell(self) -> None:
        """Tells all that waits."""
        self._some.clear()
        while self._waiting:
            await self._changed(self._waiting[0])
            self._waiting.popleft()
