"""Whose turn it is: looks that come together go together, in one round trip."""

import asyncio

from ai_router.domain.standings.entries import Entry
from chassis.resilience.shared_entries import SharedEntries


class Turns:
    """Gives every call its turn, counted through all replicas; by ourselves while Redis is away."""

    def __init__(self, shared: SharedEntries[Entry]) -> None:
        self._shared = shared
        self._one_looks = asyncio.Lock()
        self._asked = 0
        self._served = 0
        self._last = 0

    async def next(self) -> int:
        """A turn. The entries are then as they were after this was called, or newer."""
        self._asked += 1
        ticket = self._asked
        async with self._one_looks:
            if ticket > self._served:
                await self._look_for_all()
            return self._last - (self._served - ticket)

    async def _look_for_all(self) -> None:
        asked = self._asked
        turns = asked - self._served
        last = await self._shared.look(turns)
        self._last = self._last + turns if last is None else last
        self._served = asked
