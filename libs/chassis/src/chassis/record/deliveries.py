"""What RabbitMQ hands out of the stream, on a channel of its own.

This stands on aiormq, below aio-pika, which would wrap each message once more.
"""

import asyncio
from collections import deque
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import datetime
from typing import Literal

from aio_pika.abc import AbstractConnection
from aiormq.abc import AbstractChannel, DeliveredMessage
from pamqp.commands import Basic

from contracts import channels

Position = Literal["first", "last", "next"] | int | datetime
"""Where RabbitMQ shall begin: `x-stream-offset`. By a moment it finds the chunk that holds it."""


class Deliveries:
    """The messages one channel gets, in order; several consumers may add theirs."""

    def __init__(self, channel: AbstractChannel) -> None:
        self._channel = channel
        self._arrived: deque[DeliveredMessage] = deque()
        self._news = asyncio.Event()
        self._lost = False
        self._unacked = 0
        self._prefetch = 0
        self._consumers: list[str] = []
        channel.closing.add_done_callback(self._lose)
        channel.on_consumer_cancel_callbacks.add(self._lose)

    async def consume(self, position: Position, prefetch: int) -> str:
        """Begins at a position; no more than `prefetch` come before they are taken. The consumer's tag."""
        if prefetch != self._prefetch:
            self._prefetch = prefetch
            await self._channel.basic_qos(prefetch_count=prefetch)
        start = position.replace(microsecond=0) if isinstance(position, datetime) else position
        begun = await self._channel.basic_consume(
            channels.EVENT_LOG, self._keep, arguments={"x-stream-offset": start}
        )
        tag = begun.consumer_tag or ""
        self._consumers.append(tag)
        return tag

    async def stop(self) -> None:
        """Ends what was begun and forgets what arrived of it: the channel is ready for another place.

        RabbitMQ answers in order, so behind its answer nothing of that comes any more.
        """
        for tag in self._consumers:
            await self._channel.basic_cancel(tag)
        self._consumers.clear()
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
