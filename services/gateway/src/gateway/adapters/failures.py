"""The failure desks of all services as one: read from each of them, and told what to do by events."""

import asyncio
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Final
from uuid import UUID, uuid4

from chassis.clock import Clock
from chassis.errors import TransientError
from chassis.messaging.publisher import EventPublisher
from contracts import channels, events
from contracts.operations import FailureJobRequested
from gateway.adapters.ingress import SOURCE
from gateway.adapters.internal_reads import InternalReads

_REQUEST_SECONDS: Final = 1.5


@dataclass(frozen=True)
class Failures:
    """Each service by its name. Its desk does what it is asked when the event has come to it."""

    publisher: EventPublisher
    services: Mapping[str, InternalReads]
    clock: Clock

    async def groups(self) -> dict[str, Any]:
        """The groups of all services, the largest first, and which services could not be asked."""
        answers = await asyncio.gather(*(self._groups(service) for service in self.services))
        told = dict(zip(self.services, answers, strict=True))
        items = [one for answer in told.values() if not isinstance(answer, str) for one in answer]
        silent = [
            {"service": service, "problem": answer}
            for service, answer in told.items()
            if isinstance(answer, str)
        ]
        return {"items": sorted(items, key=_most_first), "unreachable": silent}

    async def read(self, service: str, what: str, query: list[tuple[str, str]]) -> Any:
        """Something of one desk. Raises TransientError with the service away, ReadRefused on its 4xx."""
        return await self.services[service].get(f"/internal/failures{what}", query)

    async def ask(self, job: FailureJobRequested) -> UUID:
        """The id of the job. Raises TransientError."""
        asked = events.first(
            job, event_id=uuid4(), source=SOURCE, tenant=channels.SYSTEM,
            partition=f"failures.{job.service}", time=self.clock(),
        )  # fmt: skip
        await self.publisher.publish(asked, within=_REQUEST_SECONDS)
        return asked.id

    async def _groups(self, service: str) -> list[dict[str, Any]] | str:
        try:
            answer = await self.read(service, "/groups", [])
        except TransientError as error:
            return str(error)
        found: list[dict[str, Any]] = answer["items"]
        return found


def _most_first(group: dict[str, Any]) -> tuple[int, str]:
    return -int(group["count"]), str(group["id"])
