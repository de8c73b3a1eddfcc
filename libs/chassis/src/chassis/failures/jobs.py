"""The list of jobs in the store: what is asked lies there until it is done, whoever dies meanwhile."""

import asyncio
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import timedelta
from typing import Any, Final, cast
from uuid import UUID

from chassis.clock import Clock
from chassis.failures.job import Job
from chassis.storage import AlreadyExists, CollectionSpec, Conflict, Document, Store, Versioned, instant
from contracts import channels
from contracts.envelope import Event
from contracts.operations import FailureJobRequested, FailureKind

_JOBS: Final = CollectionSpec("failure_jobs", indexes=(("open", "asked_at"),))
_LEASE: Final = timedelta(seconds=15)


class Taken(Exception):
    """Another replica works at this job."""


@dataclass(frozen=True)
class Leased:
    """A job that is ours until the lease ends; each save makes it longer."""

    job: Job
    version: int


class Jobs:
    """One job after the other: two at a time could turn the order of a conversation around."""

    def __init__(
        self, service: str, store: Store, clock: Clock, replica: str, kinds: Sequence[FailureKind]
    ) -> None:
        self._service = service
        self._jobs = store.collection(_JOBS)
        self._clock = clock
        self._replica = replica
        self._kinds = kinds
        self.asked = asyncio.Event()
        """Set when a job has come to this replica."""

    async def on_requested(self, event: Event[FailureJobRequested]) -> None:
        """Note the job on the failure desk's list; its failures are retried or given up one by one."""
        if event.data.service != self._service:
            return
        job = Job.of(event, self._kinds)
        try:
            await self._jobs.insert(channels.SYSTEM, str(event.id), self._body(job))
        except AlreadyExists:
            return
        self.asked.set()

    async def get(self, job: UUID) -> Job | None:
        """One job, if it has come here."""
        found = await self._jobs.get(channels.SYSTEM, str(job))
        return _job(found) if found else None

    async def lease(self) -> Leased | None:
        """The oldest job that is not done, if nobody else works at it."""
        where: dict[str, Any] = {"open": True}
        for found in await self._jobs.find(channels.SYSTEM, where, sort="asked_at", limit=1):
            mine = found.body["owner"] == self._replica
            if not mine and str(found.body["leased_until"]) > instant(self._clock()):
                return None
            try:
                return await self.save(Leased(_job(found), found.version))
            except Taken:
                return None
        return None

    async def save(self, leased: Leased) -> Leased:
        """Writes how far a job has come. Raises Taken."""
        key, body = str(leased.job.asked.id), self._body(leased.job, leased_until=self._clock() + _LEASE)
        try:
            saved = await self._jobs.save(channels.SYSTEM, key, body, expected=leased.version)
        except Conflict as error:
            raise Taken(key) from error
        return Leased(leased.job, saved.version)

    def _body(self, job: Job, **lease: Any) -> Document:
        return {
            "open": job.state != "done",
            "asked_at": instant(job.asked.time),
            "owner": self._replica if lease else "",
            "leased_until": instant(lease["leased_until"]) if lease else "",
            "job": job.model_dump_json(),
        }


def _job(found: Versioned) -> Job:
    return Job.model_validate_json(cast("str", found.body["job"]))
