"""Idempotent ingress: what came in is published once, and accepted only when the broker confirmed."""

import asyncio
from collections.abc import Sequence
from typing import Any, Final
from uuid import UUID

from prometheus_client import Counter

from chassis.messaging.publisher import BrokerUnavailable, EventPublisher
from chassis.observability.context import about, handling
from chassis.observability.logging import get_logger
from contracts import events
from contracts.envelope import Event
from gateway.adapters.ingress_memory import IngressMemory
from gateway.channels.translation import Translated

SOURCE: Final = "gateway"
TAKEN_IN = Counter("bellhop_ingress_total", "Inbound items by what became of them", ["type", "outcome"])

# All within 2 s, since vendors give up after about 3 s and then repeat (Meta names no figure).
_WHOLE_SECONDS: Final = 1.8
_WAIT_FOR_OTHERS_SECONDS: Final = 1.0
_SHORTEST_PUBLISH_SECONDS: Final = 0.2
_AT_ONCE: Final = 200  # a huge payload makes progress batch by batch, also when it is repeated


log = get_logger(__name__)


class Ingress:
    """The only way in."""

    def __init__(self, publisher: EventPublisher, memory: IngressMemory) -> None:
        self._publisher = publisher
        self._memory = memory

    async def accept(self, tenant: str, translated: Sequence[Translated]) -> None:
        """Returns when everything is confirmed or was before. Raises BrokerUnavailable within 2 s."""
        end = asyncio.get_running_loop().time() + _WHOLE_SECONDS
        arrived = {one.event_id: _event(tenant, one) for one in translated}
        about(tenant, list(arrived.values()))
        mine, others = await self._memory.claim(arrived)
        await self._publish([arrived[one] for one in arrived if one in mine], end)
        left = await self._memory.unsettled(others, _WAIT_FOR_OTHERS_SECONDS) if others else others
        await self._publish([arrived[one] for one in arrived if one in left], end)
        for one, event in arrived.items():
            outcome = "published" if one in mine | left else "repeated"
            TAKEN_IN.labels(event.type, outcome).inc()
            with handling(event):
                log.info("taken in", outcome=outcome)

    async def _publish(self, claimed: list[Event[Any]], end: float) -> None:
        waiting: list[UUID] = [event.id for event in claimed]
        try:
            for batch in _batches(claimed):
                remaining = end - asyncio.get_running_loop().time()
                await self._publisher.publish(*batch, within=max(remaining, _SHORTEST_PUBLISH_SECONDS))
                await self._memory.mark([event.id for event in batch])
                del waiting[: len(batch)]
        except BrokerUnavailable:
            await self._memory.release(waiting)
            raise


def _batches(claimed: list[Event[Any]]) -> list[list[Event[Any]]]:
    return [claimed[n : n + _AT_ONCE] for n in range(0, len(claimed), _AT_ONCE)]


def _event(tenant: str, one: Translated) -> Event[Any]:
    return events.first(
        one.data,
        event_id=one.event_id,
        source=SOURCE,
        tenant=tenant,
        partition=one.partition,
        time=one.time,
    )
