"""One partition of a keyed inbox, from taking it to giving it away."""

import asyncio
import contextlib

from aio_pika.abc import AbstractChannel, AbstractConnection, AbstractIncomingMessage

from chassis.messaging.broker import CONNECTION_ERRORS, given_up_is_an_error
from chassis.messaging.topology import PARTITION_HEADER
from chassis.messaging.turns import Turns
from chassis.observability.logging import get_logger
from contracts import channels

log = get_logger(__name__)


class Partition:
    """Consumes one partition queue on a channel of its own."""

    def __init__(self, service: str, number: int, turns: Turns, prefetch: int) -> None:
        self._queue = channels.partition(service, number)
        self._turns = turns
        self._prefetch = prefetch
        self._channel: AbstractChannel | None = None
        self._in_hand: set[asyncio.Task[None]] = set()
        self._closing = asyncio.Event()

    @property
    def closed(self) -> bool:
        """Whether RabbitMQ has closed the channel under us; then the partition is taken again."""
        return self._channel is None or self._channel.is_closed

    async def take(self, connection: AbstractConnection) -> None:
        """Begins to consume; active at once or when the owner before us has let go."""
        self._channel = await connection.channel()
        await self._channel.set_qos(prefetch_count=self._prefetch)
        queue = await self._channel.get_queue(self._queue, ensure=False)
        await queue.consume(self._received)

    async def give_away(self) -> None:
        """Starts nothing new, finishes and acks what is in hand, then closes the channel.

        A bare cancel would make the next owner active at once, and it would run ahead of what is
        still unacked here. Closing the channel returns the rest in order.
        """
        self._closing.set()
        if self._in_hand:
            await asyncio.wait(self._in_hand)
        await self._close()

    def abandon(self) -> None:
        """Gives up what is in hand; unacked, it goes back to the queue."""
        for task in self._in_hand:
            task.cancel()

    async def _received(self, message: AbstractIncomingMessage) -> None:
        # aio-pika runs this as a task per message, started in the order of arrival.
        task = asyncio.create_task(self._take_turn(message))
        self._in_hand.add(task)
        task.add_done_callback(self._in_hand.discard)

    async def _take_turn(self, message: AbstractIncomingMessage) -> None:
        async with self._turns.of(str(message.headers.get(PARTITION_HEADER, ""))):
            if self._closing.is_set():
                return
            try:
                with given_up_is_an_error():
                    if await self._turns.handle(message.body, dict(message.headers), self._closing):
                        await message.ack()
            except Exception as error:
                # Left unacked on an open channel it would be overtaken by what follows. A closed one
                # brings all of it again, in order; what was handled already is recognised by its id.
                log.warning("could not settle a message", queue=self._queue, exc_info=error)
                self._closing.set()
                await self._close()

    async def _close(self) -> None:
        if self._channel and not self._channel.is_closed:
            with contextlib.suppress(*CONNECTION_ERRORS), given_up_is_an_error():
                await self._channel.close()
