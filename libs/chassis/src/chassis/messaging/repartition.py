"""Changing the number of partitions while everything runs, without breaking the order of a conversation.

The layout in the store says how far a change is. Every replica looks at it and does the next step, which
may be done twice; so whoever dies in the middle is replaced by any other, or by itself after its restart.

Why order holds: from one binding on, everything comes into both generations. The current one is handled
to its end before the next one is touched, so what lies in both is recognised there by its id.
"""

import asyncio
from collections.abc import Mapping
from typing import Any, Final

from aio_pika import Message
from aio_pika.abc import AbstractConnection
from aio_pika.exceptions import PublishError

from chassis.clock import Clock
from chassis.errors import TransientError
from chassis.handling import Publisher
from chassis.messaging.broker import CONNECTION_ERRORS, connect, declare, given_up_is_an_error
from chassis.messaging.dispatch import Handler
from chassis.messaging.layout import Generation, Layout
from chassis.messaging.layouts import Layouts
from chassis.messaging.standing import Onlooker, exchange_stands, generation_standing
from chassis.messaging.topology import END_HEADER, inbox_topology, opened
from chassis.observability.context import taken_up
from chassis.observability.logging import get_logger
from contracts import channels, events
from contracts.envelope import Event
from contracts.model import Data
from contracts.operations import PartitionsChangeRequested

_LOOK_EVERY_SECONDS: Final = 1.0

# In a cluster another node may go by the old bindings for a moment. What it still brings into the current
# generation alone must come before the end marker.
_SETTLING_SECONDS: Final = 1.0

log = get_logger(__name__)


class Repartition:
    """Takes wishes for another number of partitions, and brings them about step by step."""

    def __init__(self, url: str, service: str, layouts: Layouts, publisher: Publisher, clock: Clock) -> None:
        self._url = url
        self._service = service
        self._layouts = layouts
        self._publisher = publisher
        self._clock = clock

        self.name = f"{service} partitions"
        self._task: asyncio.Task[None] | None = None

    async def start(self) -> None:
        """Begins to look after the layout in the background. Raises StoreUnavailable."""
        await self._agree()
        self._task = asyncio.create_task(self._run(), name=self.name)

    async def stop(self) -> None:
        """Leaves a change where it stands; others go on with it."""
        if self._task:
            self._task.cancel()
            await asyncio.wait([self._task])

    @property
    def consuming(self) -> bool:
        """Whether it looks after the layout."""
        return self._task is not None and not self._task.done()

    @property
    def handlers(self) -> Mapping[type[Data], Handler]:
        """What the inbox hands to us."""
        return {PartitionsChangeRequested: self.on_change_requested}

    async def on_change_requested(self, event: Event[PartitionsChangeRequested]) -> None:
        """Note how many partitions the inbox shall have; during a change the last wish waits for its end."""
        while event.data.service == self._service:
            layout, version = await self._layouts.read()
            wished = layout.wished(event)
            if wished == layout or await self._layouts.replace(wished, version):
                return

    async def _agree(self) -> None:
        """At start: where RabbitMQ knows nothing of our layout, one of both was set up anew; it is right."""
        async with await connect(self._url, f"{self._service} layout") as connection:
            while not await self._stands(connection, *(await self._layouts.read())):
                log.debug("changed meanwhile")

    async def _stands(self, connection: AbstractConnection, layout: Layout, version: int) -> bool:
        for one in filter(None, (layout.current, layout.next)):
            if await exchange_stands(connection, channels.inbox(self._service, one.generation)):
                return True
        standing = await generation_standing(connection, self._service)
        log.error("RabbitMQ does not have the partitions we know of", known=layout.summary, has=standing)
        return not standing or await self._layouts.replace(Layout(current=standing), version)

    async def _run(self) -> None:
        while True:
            try:
                with given_up_is_an_error(), taken_up():
                    moved = await self.advance()
            except (*CONNECTION_ERRORS, TransientError) as error:
                log.warning("a change of partitions waits", error=str(error))
                moved = False
            except Exception as error:
                log.error("a change of partitions failed and waits", exc_info=error)
                moved = False
            if not moved:
                await asyncio.sleep(_LOOK_EVERY_SECONDS)

    async def advance(self) -> bool:
        """Does the next step of a change. False when there is none to do now."""
        layout, version = await self._layouts.read()
        after = await self._step(layout)
        if after == layout:
            return False
        if await self._layouts.replace(after, version):
            log.info("inbox layout", now=after.summary)
        return True

    async def _step(self, layout: Layout) -> Layout:
        if layout.outbox:
            await self._publisher.publish(*(_read(body) for body in layout.outbox))
            return layout.told()
        if layout.next is None:
            return layout.begun()
        async with await connect(self._url, f"{self._service} partitions") as connection:
            if not layout.closing:
                await self._open(connection, layout.next)
                await asyncio.sleep(_SETTLING_SECONDS)
                await self._close(connection, layout.current)
                return layout.closed()
            if await self._all_gone(connection, layout.current):
                return layout.finished(self._service, self._clock())
        return layout

    async def _open(self, connection: AbstractConnection, following: Generation) -> None:
        await declare(connection, inbox_topology(self._service, following.generation, following.count))
        await declare(connection, opened(self._service, following.generation))

    async def _close(self, connection: AbstractConnection, current: Generation) -> None:
        async with connection.channel(on_return_raises=True) as channel:
            # The older ones are gone, unless somebody slow has declared one again.
            for generation in range(current.generation + 1):
                await channel.exchange_delete(channels.inbox(self._service, generation))
            for number in range(current.count):
                await self._mark_end(channel, channels.partition(self._service, number, current.generation))

    async def _mark_end(self, channel: Any, queue: str) -> None:
        marker = Message(b"", headers={END_HEADER: "true"}, delivery_mode=2)
        try:
            await channel.default_exchange.publish(marker, routing_key=queue, mandatory=True)
        except PublishError:
            log.debug("has ended already", queue=queue)

    async def _all_gone(self, connection: AbstractConnection, current: Generation) -> bool:
        look = Onlooker(connection)
        for number in range(current.count):
            if await look.state_of(channels.partition(self._service, number, current.generation)):
                return False
        return True


def _read(body: Mapping[str, Any]) -> Event[Any]:
    return events.EVENT_MODELS[body["type"]].model_validate(body)
