"""Working off the jobs of the failure desk, at the pace that was asked, in the order of each conversation."""

import asyncio
import contextlib
from collections.abc import AsyncIterator, Iterable, Mapping
from dataclasses import replace
from typing import Final

from chassis.clock import Clock
from chassis.errors import TransientError
from chassis.failures.failure import UNSETTLED, Failure, fits, page
from chassis.failures.job import Job
from chassis.failures.jobs import Jobs, Leased, Taken
from chassis.failures.repair import Repair
from chassis.failures.source import CannotBeRetried, FailureSource
from chassis.observability.logging import get_logger
from contracts.operations import FailureKind, Selection

_PAGE: Final = 200
_LOOK_SECONDS: Final = 2.0  # how soon a job is noticed that came to another replica, which has died
_SAVE_SECONDS: Final = 1.0  # well within a lease

log = get_logger(__name__)


class Worker:
    """A background loop; each replica of a service has one, and one of them works."""

    def __init__(self, jobs: Jobs, sources: Iterable[FailureSource], repair: Repair, clock: Clock) -> None:
        self._jobs = jobs
        self._sources: Mapping[FailureKind, FailureSource] = {one.kind: one for one in sources}
        self._repair = repair
        self._clock = clock

    async def run(self) -> None:
        """Works off what is asked, for ever. Raises TransientError when it cannot go on for now."""
        while True:
            self._jobs.asked.clear()
            leased = await self._jobs.lease()
            if leased is None:
                with contextlib.suppress(TimeoutError):
                    await asyncio.wait_for(self._jobs.asked.wait(), _LOOK_SECONDS)
                continue
            try:
                await self._work(leased)
            except Taken:
                log.info("another replica goes on with this job", job=str(leased.job.asked.id))

    async def _work(self, leased: Leased) -> None:
        job = leased.job
        if job.state == "waiting":
            job = job.begun(await self._count(job), self._clock())
            leased = await self._jobs.save(replace(leased, job=job))
        if job.in_hand:
            job = job.past(await self._one(job, job.in_hand))
        pace = _Pace(job.asked.data.per_second)
        while job.kinds:
            async for failure in self._meant(job):
                job = job.taking(failure)
                leased = await self._jobs.save(replace(await self._wait(pace, leased), job=job))
                job = job.past(await self._one(job, failure))
            job = job.next_kind()
        job = job.finished(self._clock())
        await self._jobs.save(replace(leased, job=job))
        log.info("job done", job=str(job.asked.id), done=job.done, failed=job.failed)

    async def _wait(self, pace: "_Pace", leased: Leased) -> Leased:
        """Until the next step may be done; each save on the way renews the lease."""
        while (left := pace.left()) > 0:
            await asyncio.sleep(min(left, _SAVE_SECONDS))
            if left > _SAVE_SECONDS:
                leased = await self._jobs.save(leased)
        return leased

    async def _count(self, job: Job) -> int:
        total = 0
        while job.kinds:
            total += len([one async for one in self._meant(job)])
            job = job.next_kind()
        return total

    async def _meant(self, job: Job) -> AsyncIterator[Failure]:
        """The failures of the first kind that are still to be gone through."""
        source, selection, after = self._sources[job.kinds[0]], job.asked.data.selection, job.after
        while found := await _behind(source, selection, after):
            for failure in found:
                after = failure.place
                if fits(failure, selection):
                    yield failure

    async def _one(self, job: Job, failure: Failure) -> str:
        """Does what is asked about one failure; the reason if that makes no sense. Raises TransientError."""
        try:
            await self._repair(job.asked, failure)
        except CannotBeRetried as error:
            return str(error)
        except TransientError:
            raise
        except Exception as error:
            log.error("could not do this about a failure", failure=str(failure.id), exc_info=error)
            return f"{type(error).__name__}: {error}"
        return ""


async def _behind(source: FailureSource, selection: Selection, after: str) -> list[Failure]:
    if not selection.ids:
        return await source.find(after=after, limit=_PAGE)
    named = [await source.get(one) for one in selection.ids]
    return page((one for one in named if one and one.status in UNSETTLED), after, _PAGE)


class _Pace:
    """So many steps a second. What was late is not made up for by a rush."""

    def __init__(self, per_second: float) -> None:
        self._gap = 1 / per_second
        self._next = asyncio.get_running_loop().time()

    def left(self) -> float:
        """Seconds until the next step; when it is time for it, the one after that is a gap later."""
        now = asyncio.get_running_loop().time()
        left = self._next - now
        if left <= 0:
            self._next = now + self._gap
        return left
