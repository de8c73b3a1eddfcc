"""One partition of a keyed inbox, from taking it to giving it away."""

import asyncio
import contextlib

from aio_pika.abc import AbstractChannel, AbstractConnection, AbstractIncomingMessage

from chassis.messaging.broker import CONNECTION_ERRORS, given_up_is_an_error
from chassis.messaging.turns import Delivery, Turns


class Partition:
    """Consumes one partition queue on a channel of its own, `window` messages ahead at most."""

    def __init__(self, queue: str, turns: Turns, window: int) -> None:
        self.queue = queue
        self._turns = turns
        self._window = window
        self._channel: AbstractChannel | None = None
        self._in_hand: set[asyncio.Task[None]] = set()
        self._closing = False

    @property
    def closed(self) -> bool:
        """Whether RabbitMQ has closed the channel under us; then the partition is taken again."""
        return self._channel is None or self._channel.is_closed

    @property
    def closing(self) -> bool:
        """See turns.Source."""
        return self._closing

    async def take(self, connection: AbstractConnection) -> None:
        """Begins to consume; active at once or when the owner before us has let go."""
        self._channel = await connection.channel()
        await self._channel.set_qos(prefetch_count=self._window)
        queue = await self._channel.get_queue(self.queue, ensure=False)
        await queue.consume(self._received)

    async def give_away(self) -> None:
        """Starts nothing new, finishes and acks what is in hand, then closes the channel.

        A bare cancel would make the next owner active at once, and it would run ahead of what is
        still unacked here. Closing the channel returns the rest in order.
        """
        self._closing = True
        self._turns.forget(self)
        if self._in_hand:
            await asyncio.wait(self._in_hand)
        await self._close()

    def abandon(self) -> None:
        """Gives up what is in hand; unacked, it goes back to the queue."""
        for task in self._in_hand:
            task.cancel()

    def begun(self, task: asyncio.Task[None]) -> None:
        """See turns.Source."""
        self._in_hand.add(task)
        task.add_done_callback(self._in_hand.discard)

    def settled(self, delivery: Delivery) -> None:
        """See turns.Source."""

    async def _received(self, message: AbstractIncomingMessage) -> None:
        # aio-pika runs this as a task per message, started in the order of arrival; so nothing is awaited.
        if not self._closing:
            self._turns.add(Delivery(self, message.body, message.headers, message.ack))

    async def _close(self) -> None:
        if self._channel and not self._channel.is_closed:
            with contextlib.suppress(*CONNECTION_ERRORS), given_up_is_an_error():
                await self._channel.close()
