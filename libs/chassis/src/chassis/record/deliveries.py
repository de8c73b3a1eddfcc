"""What RabbitMQ hands out of the stream, on a channel of its own.

This stands on aiormq, below aio-pika, which would wrap each message once more.
"""

import asyncio
from collections import deque
from collections.abc import AsyncGenerator, AsyncIterator
from contextlib import asynccontextmanager
from datetime import datetime
from typing import Final, Literal
from uuid import uuid4

from aio_pika.abc import AbstractConnection
from aiormq.abc import AbstractChannel, DeliveredMessage
from pamqp.commands import Basic

from chassis.record.recorded import Recorded
from contracts import channels

Position = Literal["first", "last", "next"] | int | datetime
"""Where RabbitMQ shall begin: `x-stream-offset`. By a moment it finds the chunk that holds it."""

_PREFETCH: Final = 1000


class Deliveries:
    """The messages one channel gets, in order; several consumers may add theirs."""

    def __init__(self, channel: AbstractChannel) -> None:
        self._channel = channel
        self._arrived: deque[DeliveredMessage] = deque()
        self._news = asyncio.Event()
        self._lost = False
        self._unacked = 0
        self._prefetch = 0
        self._consumers: set[str] = set()
        channel.closing.add_done_callback(self._lose)
        channel.on_consumer_cancel_callbacks.add(self._lose)

    async def consume(self, position: Position, prefetch: int) -> str:
        """Begins at a position; no more than `prefetch` come before they are taken. The consumer's tag."""
        if prefetch != self._prefetch:
            self._prefetch = prefetch
            await self._channel.basic_qos(prefetch_count=prefetch)
        start = position.replace(microsecond=0) if isinstance(position, datetime) else position
        tag = uuid4().hex
        self._consumers.add(tag)
        await self._channel.basic_consume(
            channels.EVENT_LOG, self._keep, arguments={"x-stream-offset": start}, consumer_tag=tag
        )
        return tag

    async def stop(self) -> None:
        """Ends what was begun: the channel is ready for another place. What arrives late is not kept."""
        while self._consumers:
            await self._channel.basic_cancel(self._consumers.pop(), nowait=True)
        self._arrived.clear()
        self._unacked = 0

    async def take(self) -> list[DeliveredMessage]:
        """Waits for messages and makes room for as many more. Raises ConnectionError when none can come."""
        await self.any()
        taken = list(self._arrived)
        self._arrived.clear()
        self._unacked += len(taken)
        if 2 * self._unacked >= self._prefetch:  # an ack is a write to the socket: far dearer than a message
            await self._channel.basic_ack(taken[-1].delivery_tag or 0, multiple=True, wait=False)
            self._unacked = 0
        return taken

    async def stretch(self, start: int, end: int | None) -> AsyncGenerator[Recorded, None]:
        """From one offset up to another, exclusive, or for ever. Raises as `take` does."""
        await self.consume(start, _PREFETCH if end is None else min(_PREFETCH, end - start))
        while True:
            for message in await self.take():
                one = Recorded.of(message)
                if end is not None and one.offset >= end:
                    return
                if one.offset >= start:
                    yield one
                if end is not None and one.offset == end - 1:
                    return

    async def settled(self, most: int) -> list[DeliveredMessage]:
        """All that is there by now, but not many more than `most`: asks RabbitMQ until nothing new comes.

        It answers on a channel in order, so behind an answer is nothing that it had delivered before.
        """
        known = -1
        while known < len(self._arrived) < most:
            known = len(self._arrived)
            await self._channel.basic_qos(prefetch_count=1)
        return list(self._arrived)

    async def any(self) -> None:
        """Waits until something has arrived; takes nothing. Raises as `take` does."""
        while not self._arrived:
            if self._lost:
                raise ConnectionError("RabbitMQ ended the reading of the record")
            self._news.clear()
            await self._news.wait()

    async def _keep(self, message: DeliveredMessage) -> None:
        if tag_of(message) in self._consumers:
            self._arrived.append(message)
            self._news.set()

    def _lose(self, _: object) -> None:
        self._lost = True
        self._news.set()


def tag_of(message: DeliveredMessage) -> str | None:
    """Which consumer of the channel a message is for."""
    return message.delivery.consumer_tag if isinstance(message.delivery, Basic.Deliver) else None


@asynccontextmanager
async def deliveries(connection: AbstractConnection) -> AsyncIterator[Deliveries]:
    """A channel to read the stream on, nothing asked for yet."""
    async with connection.channel(publisher_confirms=False) as channel:
        yield Deliveries(await channel.get_underlay_channel())
