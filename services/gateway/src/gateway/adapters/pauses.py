"""What a business pauses: said as events, and read from the services that keep to it."""

import asyncio
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final
from uuid import UUID, uuid4

from pydantic import AwareDatetime, BaseModel, ConfigDict

from chassis.clock import Clock
from chassis.messaging.publisher import EventPublisher
from contracts import events
from contracts.operations import Capability, CapabilityPaused, CapabilityResumed, CapabilityStepped, Operator
from gateway.adapters.ingress import SOURCE
from gateway.adapters.internal_reads import InternalReads

_REQUEST_SECONDS: Final = 1.5


class Pause(BaseModel):
    """One capability of a business, by one service or by all: `events` of so many `conversations` wait."""

    model_config = ConfigDict(frozen=True)

    capability: Capability
    paused: bool
    since: AwareDatetime
    by: str
    reason: str = ""
    conversations: int = 0
    events: int = 0


@dataclass(frozen=True)
class Pauses:
    """All methods raise TransientError while RabbitMQ or a service is away."""

    publisher: EventPublisher
    services: Sequence[InternalReads]
    clock: Clock

    async def of(self, tenant: str) -> list[Pause]:
        """What is paused, or was and has not gone on everywhere yet (`paused` is false then)."""
        answers: list[Any] = await asyncio.gather(
            *(service.get(f"/internal/tenants/{tenant}/pauses") for service in self.services)
        )
        return together([Pause.model_validate(one) for answer in answers for one in answer["items"]])

    async def pause(self, tenant: str, capability: Capability, reason: str, by: str) -> UUID:
        """The id of the event."""
        told = CapabilityPaused(capability=capability, reason=reason, personal=Operator(by=by))
        return await self._say(tenant, told)

    async def resume(self, tenant: str, capability: Capability, by: str, *, discard: bool) -> UUID:
        """The id of the event."""
        told = CapabilityResumed(capability=capability, discard=discard, personal=Operator(by=by))
        return await self._say(tenant, told)

    async def step(self, tenant: str, capability: Capability, by: str) -> UUID:
        """The id of the event."""
        return await self._say(tenant, CapabilityStepped(capability=capability, personal=Operator(by=by)))

    async def _say(self, tenant: str, data: CapabilityPaused | CapabilityResumed | CapabilityStepped) -> UUID:
        # One partition for all that a business pauses and resumes: so it is done in the order it was said.
        said = events.first(
            data, event_id=uuid4(), source=SOURCE, tenant=tenant, partition=tenant, time=self.clock()
        )
        await self.publisher.publish(said, within=_REQUEST_SECONDS)
        return said.id


def together(told: Sequence[Pause]) -> list[Pause]:
    """What several services tell, as one: the newest word counts, what waits is added up."""
    merged: dict[str, Pause] = {}
    for one in sorted(told, key=_since):
        before = merged.get(one.capability)
        merged[one.capability] = one.model_copy(
            update={
                "conversations": one.conversations + (before.conversations if before else 0),
                "events": one.events + (before.events if before else 0),
            }
        )
    return list(merged.values())


def _since(pause: Pause) -> datetime:
    return pause.since
