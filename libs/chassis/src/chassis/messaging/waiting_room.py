"""Whether an event may be handled now, or waits: behind what is parked, or while its capability is paused."""

from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from typing import Any, Final, Protocol

from chassis.clock import Clock
from chassis.handling import Publisher
from chassis.messaging.holding import Holding, Reason
from chassis.observability.logging import get_logger
from contracts import events
from contracts.envelope import Event
from contracts.operations import (
    Capability,
    CapabilityPaused,
    CapabilityResumed,
    CapabilityStepped,
    ConversationReleaseRequested,
    FailureJobRequested,
    PartitionsChangeRequested,
)

FROM_OPERATORS: Final = (
    CapabilityPaused, CapabilityResumed, CapabilityStepped, ConversationReleaseRequested,
    FailureJobRequested, PartitionsChangeRequested,
)  # fmt: skip
"""What people ask of the system never waits behind what they want to mend by it."""

log = get_logger(__name__)


class Pauses(Protocol):
    """What is paused, business by business."""

    async def paused(self, tenant: str, *, fresh: bool = False) -> frozenset[Capability]:
        """At most a second old; `fresh`: as it is in the store now."""


def _no_capability(_: Event[Any]) -> tuple[Capability, ...]:
    return ()


async def _never(_: Event[Any]) -> bool:
    return False


async def _nothing(_: Event[Any]) -> None:
    """Nothing is to be done when an event has to wait."""


@dataclass(frozen=True)
class WaitingRules:
    """What a service says about waiting.

    `capabilities` an event belongs to: it waits while one of them is paused. `urgent`: waits for nothing;
    asked only of what would have to wait. `on_held`: what shall happen all the same when an event waits;
    it may be called twice.
    """

    capabilities: Callable[[Event[Any]], tuple[Capability, ...]] = _no_capability
    urgent: Callable[[Event[Any]], Awaitable[bool]] = _never
    on_held: Callable[[Event[Any]], Awaitable[None]] = _nothing


class WaitingRoom:
    """Every event of a keyed inbox comes through here."""

    def __init__(
        self,
        service: str,
        holding: Holding,
        *,
        pauses: Pauses,
        rules: WaitingRules,
        publisher: Publisher,
        clock: Clock,
    ) -> None:
        self._service = service
        self._holding = holding
        self._pauses = pauses
        self._rules = rules
        self._publisher = publisher
        self._clock = clock

    async def admits(self, event: Event[Any]) -> bool:
        """True: handle it now. False: it waits, in order, and need not be kept in a queue."""
        if isinstance(event.data, FROM_OPERATORS):
            return True
        held = await self._holding.held(event)
        capability = held.capability if held else await self._paused(event)
        if (held is None and capability is None) or await self._rules.urgent(event):
            return True
        await self._wait(event, capability)
        return False

    async def _paused(self, event: Event[Any]) -> Capability | None:
        concerned = self._rules.capabilities(event)
        if not concerned or not await self._pauses.paused(event.tenantid):
            return None
        paused = await self._pauses.paused(event.tenantid, fresh=True)
        return next((one for one in concerned if one in paused), None)

    async def _wait(self, event: Event[Any], capability: Capability | None) -> None:
        reason: Reason = "paused" if capability else "parked"
        await self._holding.hold(event, reason=reason, capability=capability)
        await self._rules.on_held(event)
        log.info("waits", reason=reason, capability=capability)
        # Whoever resumes writes that first and looks for the waiting then; we do it the other way round.
        # So if they have not seen us, we see here that it goes on, and let ourselves go.
        if capability and capability not in await self._pauses.paused(event.tenantid, fresh=True):
            await self._publisher.publish(self._release(event, capability))

    def _release(self, event: Event[Any], capability: Capability) -> Event[ConversationReleaseRequested]:
        # The numbers from 0 on belong to what will be said when the event is handled.
        asked = ConversationReleaseRequested(service=self._service, capability=capability)
        return events.caused(event, -1, asked, source=self._service, time=self._clock())
