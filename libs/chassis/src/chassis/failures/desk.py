"""The failure desk of one service: looking at its failures, and what the chassis has to run for it."""

import asyncio
from collections.abc import AsyncIterator, Callable, Coroutine, Mapping, Sequence
from typing import Any, Final
from uuid import UUID

from prometheus_client import Gauge

from chassis.clock import Clock
from chassis.failures.dead_letters import DeadLetters
from chassis.failures.failure import Failure, fits, page
from chassis.failures.groups import Group, grouped
from chassis.failures.history import History
from chassis.failures.job import Job
from chassis.failures.jobs import Jobs
from chassis.failures.repair import Repair
from chassis.failures.settled import SettledFailures
from chassis.failures.source import FailureSource
from chassis.failures.worker import Worker
from chassis.handling import Publisher
from chassis.messaging.dispatch import Handler
from chassis.storage import Store
from contracts.model import Data
from contracts.operations import FailureJobRequested, Selection

OPEN = Gauge(
    "bellhop_failures_open",
    "Failures nobody has repaired or given up, up to 1000; all replicas of a service tell the same",
    ["kind"],
)
_MOST_COUNTED: Final = 1000
_COUNT_SECONDS: Final = 15.0
_PAGE: Final = 500

Loop = Callable[[], Coroutine[Any, Any, None]]


class FailureDesk:
    """Give it the sources; run its `handlers` and `loops`."""

    def __init__(
        self,
        service: str,
        dead_letters: DeadLetters,
        others: Sequence[FailureSource],
        *,
        store: Store,
        publisher: Publisher,
        clock: Clock,
        replica: str,
    ) -> None:
        self._dead_letters = dead_letters
        self._sources: tuple[FailureSource, ...] = (dead_letters, *others)
        self._history = History(store)
        self._jobs = Jobs(service, store, clock, replica, [one.kind for one in self._sources])
        self._clock = clock
        self._settled = SettledFailures(store, clock)
        noted = {one.kind for one in others}
        repair = Repair(self._sources, self._history, self._settled, noted, publisher=publisher, clock=clock)
        worker = Worker(self._jobs, self._sources, repair, clock)
        self.handlers: Mapping[type[Data], Handler] = {FailureJobRequested: self._jobs.on_requested}
        self.loops: Sequence[Loop] = (worker.run, self._watch)

    async def groups(self) -> list[Group]:
        """All open failures, those of the same make taken together."""
        return grouped([one for source in self._sources async for one in _open(source)])

    async def find(self, selection: Selection, after: str, limit: int) -> list[Failure]:
        """Open failures that fit, by their place, behind the place `after`."""
        found: list[Failure] = []
        for source in self._sources:
            found += await _first(limit, (one async for one in _open(source, after) if fits(one, selection)))
        return page(found, after, limit)

    async def show(self, failure: UUID) -> Failure | None:
        """One failure, whatever became of it, with its history."""
        found = await self._find(failure)
        return found and found.model_copy(update={"history": await self._history.of(failure)})

    async def _find(self, failure: UUID) -> Failure | None:
        for source in self._sources:
            if found := await source.get(failure):
                return found
        return await self._settled.get(failure)

    async def job(self, job: UUID) -> Job | None:
        """How far a job has come."""
        return await self._jobs.get(job)

    async def _watch(self) -> None:
        for source in self._sources:
            OPEN.labels(source.kind).set(len(await source.find(limit=_MOST_COUNTED)))
        await self._dead_letters.forget(self._clock())
        await self._settled.forget(self._clock())
        await asyncio.sleep(_COUNT_SECONDS)


async def _open(source: FailureSource, after: str = "") -> AsyncIterator[Failure]:
    while found := await source.find(after=after, limit=_PAGE):
        for one in found:
            yield one
        after = found[-1].place


async def _first(most: int, failures: AsyncIterator[Failure]) -> list[Failure]:
    found: list[Failure] = []
    async for one in failures:
        found.append(one)
        if len(found) == most:
            break
    return found
