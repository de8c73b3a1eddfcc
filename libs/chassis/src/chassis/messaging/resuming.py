"""Pausing, resuming and going on step by step: what operators say, and what waits is told of it.

What waits lies in many conversations, and only in its own turn may a conversation touch it. So nothing is
handled here: each of them is told, and does it when its turn comes.
"""

from collections.abc import Mapping
from typing import Any, Final
from uuid import uuid5

from chassis.clock import Clock
from chassis.handling import Publisher
from chassis.messaging.dispatch import Handler
from chassis.messaging.holding import Held, Holding
from chassis.observability.logging import get_logger
from chassis.pauses import Pauses
from contracts.envelope import Event
from contracts.events import caused
from contracts.model import Data
from contracts.operations import (
    Capability,
    CapabilityPaused,
    CapabilityResumed,
    CapabilityStepped,
    ConversationReleaseRequested,
)

_PAGE: Final = 500
_AT_ONCE: Final = 200  # confirmed publishes under way together

log = get_logger(__name__)


class Resuming:
    """Handles what operators say about capabilities. A redelivery says the same again, and does no harm."""

    def __init__(
        self, service: str, pauses: Pauses, holding: Holding, publisher: Publisher, clock: Clock
    ) -> None:
        self._service = service
        self._pauses = pauses
        self._holding = holding
        self._publisher = publisher
        self._clock = clock

    @property
    def handlers(self) -> Mapping[type[Data], Handler]:
        """Who handles which event."""
        return {
            CapabilityPaused: self.on_paused,
            CapabilityResumed: self.on_resumed,
            CapabilityStepped: self.on_stepped,
        }

    async def on_paused(self, event: Event[CapabilityPaused]) -> None:
        """From now on, what belongs to this capability of this business waits."""
        noted = await self._pauses.note(event)
        log.info("paused" if noted else "has been resumed meanwhile", capability=event.data.capability)

    async def on_resumed(self, event: Event[CapabilityResumed]) -> None:
        """Let go on what waits, in order, or give it up."""
        capability = event.data.capability
        if event.data.discard and capability in await self._pauses.paused(event.tenantid, fresh=True):
            # While it is paused still: what arrives after this is not given up but waits, and goes on below.
            await self._tell(event, await self._held(event.tenantid, capability), discard=True)
        if not await self._pauses.note(event):
            log.info("has been paused again meanwhile", capability=capability)
            return
        told = set[str]()
        # Who goes on vanishes from the pages under our hands, so that a page may skip another one. Nobody
        # new begins to wait any more, so this ends.
        while new := [one for one in await self._held(event.tenantid, capability) if one not in told]:
            await self._tell(event, new)
            told.update(new)
        log.info("resumed", capability=capability, conversations=len(told))

    async def on_stepped(self, event: Event[CapabilityStepped]) -> None:
        """Let the oldest waiting event of each conversation through, and no more."""
        await self._tell(event, await self._held(event.tenantid, event.data.capability), most=1)

    async def _held(self, tenant: str, capability: Capability) -> list[str]:
        """The conversations that wait for this capability, longest first."""
        found: list[Held] = []
        while page := await self._holding.conversations(
            tenant=tenant, capability=capability, limit=_PAGE, skip=len(found)
        ):
            found += page
        return list(dict.fromkeys(one.conversation for one in found))

    async def _tell(
        self,
        cause: Event[CapabilityResumed] | Event[CapabilityStepped],
        conversations: list[str],
        *,
        most: int | None = None,
        discard: bool = False,
    ) -> None:
        wish = ConversationReleaseRequested(
            service=self._service, capability=cause.data.capability, most=most, discard=discard
        )
        for start in range(0, len(conversations), _AT_ONCE):
            some = conversations[start : start + _AT_ONCE]
            await self._publisher.publish(*(self._release(cause, one, wish) for one in some))

    def _release(
        self, cause: Event[Any], conversation: str, wish: ConversationReleaseRequested
    ) -> Event[Any]:
        # A step is for what waits when it is asked for, also when it comes again later.
        when = cause.time if wish.most else self._clock()
        told = caused(cause, 0, wish, source=self._service, time=when, partition=conversation)
        # Every conversation's own, the same on a redelivery in whatever order they are found then.
        name = f"{self._service}/{conversation}/{'discard' if wish.discard else 'release'}"
        return told.model_copy(update={"id": uuid5(cause.id, name)})
