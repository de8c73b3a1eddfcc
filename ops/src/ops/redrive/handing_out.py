"""Handing events to one service, one after the other, at a set speed."""

import asyncio
import time
from collections.abc import AsyncIterator, Awaitable, Callable
from dataclasses import dataclass
from typing import Any, Final

from chassis.clock import utc_now
from chassis.messaging.publisher import BrokerUnavailable, EventPublisher, properties_of
from contracts import channels
from contracts.catalogue import KEYED_SERVICES
from contracts.envelope import Event
from ops.redrive.reading import Found

_PATIENCE_SECONDS: Final = 30.0

Hand = Callable[[Event[Any]], Awaitable[None]]
Change = Callable[[Event[Any]], Event[Any]]


def entrance(service: str, event_type: str) -> str:
    """The exchange of a keyed service, the queue of any other: past `events`, so that nobody else gets it."""
    if service in KEYED_SERVICES:
        return channels.entrance(service)
    return channels.work_queue(service, event_type)


@dataclass(frozen=True)
class Door:
    """The way into one service alone. `on_record`: the record gets it too, for it is an event of its own."""

    publisher: EventPublisher
    service: str
    on_record: bool = False

    async def __call__(self, event: Event[Any]) -> None:
        """Returns when RabbitMQ has confirmed. Raises BrokerUnavailable."""
        if self.on_record:
            event = event.published(None, taken=None, now=utc_now())
        body, properties = event.model_dump_json().encode(), properties_of(event)
        try:
            async with asyncio.timeout(_PATIENCE_SECONDS):
                if self.on_record:
                    await self.publisher.send(body, queue=channels.EVENT_LOG, **properties)
                if self.service in KEYED_SERVICES:
                    await self.publisher.enter(self.service, body, **properties)
                else:
                    queue = channels.work_queue(self.service, event.type)
                    await self.publisher.send(body, queue=queue, **properties)
        except TimeoutError as error:
            raise BrokerUnavailable(f"{entrance(self.service, event.type)} has not taken it") from error


class Pace:
    """So many steps a second at most. What was late is not made up for by a rush."""

    def __init__(
        self,
        per_second: float,
        clock: Callable[[], float] = time.monotonic,
        sleep: Callable[[float], Awaitable[None]] = asyncio.sleep,
    ) -> None:
        self._gap = 1 / per_second
        self._clock = clock
        self._sleep = sleep
        self._next = clock()

    async def step(self) -> None:
        """Returns when the next step may be done."""
        if (left := self._next - self._clock()) > 0:
            await self._sleep(left)
        self._next = max(self._next, self._clock()) + self._gap


@dataclass
class HandingOut:
    """Hands out what is found; `next_offset` is the place in the record to go on from after a break."""

    change: Change
    pace: Pace
    next_offset: int
    handed: int = 0

    async def run(self, hand: Hand, found: AsyncIterator[Found], note: Callable[[], None]) -> None:
        """One after the other, each confirmed before the next, so that conversations keep their order."""
        async for one in found:
            if one.event is None:
                continue
            await self.pace.step()
            await hand(self.change(one.event))
            self.handed += 1
            self.next_offset = one.offset + 1
            note()
