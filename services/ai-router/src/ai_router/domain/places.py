"""How many questions are asked at the same time: a number for all businesses and one for each."""

import asyncio
from collections import Counter, deque
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from itertools import count
from typing import NamedTuple


class Load(NamedTuple):
    """Questions that have a place, and those that wait for one."""

    running: int
    waiting: int


@dataclass(frozen=True, slots=True, eq=False)
class _Waiting:
    turn: asyncio.Future[None]
    limit: int
    number: int


class Places:
    """`overall` places, shared by whoever waits.

    A free place goes to the business that has the fewest, and of several to the one that waits longest; so
    one that floods us gets no place that another waits for. Inside a business it goes in order.
    """

    def __init__(self, overall: int) -> None:
        self._overall = overall
        self._taken: Counter[str] = Counter()
        self._queues: dict[str, deque[_Waiting]] = {}
        self._numbers = count()

    def load(self) -> Load:
        """How many there are of both."""
        return Load(self._taken.total(), sum(map(len, self._queues.values())))

    @asynccontextmanager
    async def of(self, tenant: str, limit: int) -> AsyncIterator[None]:
        """A place for as long as one is inside; `limit`: how many this business may have."""
        await self._take(tenant, limit)
        try:
            yield
        finally:
            self._give_back(tenant)

    async def _take(self, tenant: str, limit: int) -> None:
        turn = asyncio.get_running_loop().create_future()
        mine = _Waiting(turn, limit, next(self._numbers))
        self._queues.setdefault(tenant, deque()).append(mine)
        self._admit()
        try:
            await turn
        except asyncio.CancelledError:
            if turn.cancelled():
                self._leave(tenant, mine)
            else:
                self._give_back(tenant)  # the place and the cancellation came at the same moment
            raise

    def _give_back(self, tenant: str) -> None:
        self._taken[tenant] -= 1
        if not self._taken[tenant]:
            del self._taken[tenant]
        self._admit()

    def _leave(self, tenant: str, waiting: _Waiting) -> None:
        queue = self._queues[tenant]
        queue.remove(waiting)
        if not queue:
            del self._queues[tenant]
        self._admit()

    def _admit(self) -> None:
        while self._taken.total() < self._overall and (tenant := self._next()) is not None:
            queue = self._queues[tenant]
            queue.popleft().turn.set_result(None)
            if not queue:
                del self._queues[tenant]
            self._taken[tenant] += 1

    def _next(self) -> str | None:
        # Whoever has been cancelled and could not leave yet keeps its own queue waiting for that moment.
        fit = [
            (self._taken[tenant], queue[0].number, tenant)
            for tenant, queue in self._queues.items()
            if self._taken[tenant] < queue[0].limit and not queue[0].turn.done()
        ]
        return min(fit)[2] if fit else None
