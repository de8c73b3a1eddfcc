"""The partitions of all keyed services: read from each of them, and changed by events."""

import asyncio
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Final
from uuid import UUID, uuid4

from chassis.clock import Clock
from chassis.errors import TransientError
from chassis.messaging.publisher import EventPublisher
from contracts import channels, events
from contracts.operations import Operator, PartitionsChangeRequested
from gateway.adapters.ingress import SOURCE
from gateway.adapters.internal_reads import InternalReads

_REQUEST_SECONDS: Final = 1.5


@dataclass(frozen=True)
class Partitions:
    """Each keyed service by its name. It changes its own partitions when the event has come to it."""

    publisher: EventPublisher
    services: Mapping[str, InternalReads]
    clock: Clock

    async def now(self) -> dict[str, Any]:
        """How each inbox is, and which services could not be asked."""
        answers = await asyncio.gather(*(self._of(service) for service in self.services))
        told = dict(zip(self.services, answers, strict=True))
        return {
            "items": [one for one in told.values() if not isinstance(one, str)],
            "unreachable": [
                {"service": name, "problem": one} for name, one in told.items() if isinstance(one, str)
            ],
        }

    async def ask(self, service: str, count: int, by: str) -> UUID:
        """The id of the wish. Raises TransientError."""
        wish = PartitionsChangeRequested(service=service, count=count, personal=Operator(by=by))
        asked = events.first(
            wish, event_id=uuid4(), source=SOURCE, tenant=channels.SYSTEM,
            partition=f"partitions.{service}", time=self.clock(),
        )  # fmt: skip
        await self.publisher.publish(asked, within=_REQUEST_SECONDS)
        return asked.id

    async def _of(self, service: str) -> dict[str, Any] | str:
        try:
            found: dict[str, Any] = await self.services[service].get("/internal/partitions")
        except TransientError as error:
            return str(error)
        return found
