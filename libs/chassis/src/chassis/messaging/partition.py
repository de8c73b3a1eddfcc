"""One partition of a keyed inbox, from taking it to giving it away."""

import asyncio
import contextlib
from collections.abc import Awaitable, Callable
from functools import partial

from aio_pika.abc import AbstractChannel, AbstractConnection, AbstractIncomingMessage

from chassis.messaging.broker import CONNECTION_ERRORS, given_up_is_an_error
from chassis.messaging.topology import END_HEADER
from chassis.messaging.turns import Delivery, Turns


class Partition:
    """Consumes one partition queue on a channel of its own, `window` messages ahead at most."""

    def __init__(self, queue: str, turns: Turns, window: int) -> None:
        self.queue = queue
        self._turns = turns
        self._window = window
        self._channel: AbstractChannel | None = None
        self._cancel: Callable[[], Awaitable[object]] | None = None
        self._in_hand: set[asyncio.Task[None]] = set()
        self._closing = False
        self._unsettled = 0
        self._end: AbstractIncomingMessage | None = None

    @property
    def closed(self) -> bool:
        """Whether RabbitMQ has closed the channel under us; then the partition is taken again."""
        return self._channel is None or self._channel.is_closed

    @property
    def closing(self) -> bool:
        """See turns.Source."""
        return self._closing

    @property
    def ended(self) -> bool:
        """Whether the end marker has come and everything before it is done; then the queue is deleted."""
        return self._end is not None and not self._unsettled

    async def take(self, connection: AbstractConnection) -> None:
        """Begins to consume; active at once or when the owner before us has let go."""
        self._channel = await connection.channel()
        await self._channel.set_qos(prefetch_count=self._window)
        queue = await self._channel.get_queue(self.queue, ensure=False)
        self._cancel = partial(queue.cancel, await queue.consume(self._received))

    async def cancel(self) -> None:
        """Takes no more from a queue that has ended, as long as the marker in hand keeps others from it."""
        if self._cancel:
            await self._cancel()

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

    def settled(self, delivery: Delivery) -> None:  # noqa: ARG002 - all count alike
        """See turns.Source."""
        self._unsettled -= 1

    async def _received(self, message: AbstractIncomingMessage) -> None:
        # aio-pika runs this as a task per message, started in the order of arrival; so nothing is awaited.
        if END_HEADER in message.headers:
            await self._reached_end(message)
        elif not self._closing:
            self._unsettled += 1
            self._turns.add(Delivery(self, message.body, message.headers, message.ack))

    async def _reached_end(self, marker: AbstractIncomingMessage) -> None:
        # The last marker is never acked: should we die before the queue is deleted, the next owner gets it.
        earlier, self._end = self._end, marker
        if earlier:
            await earlier.ack()

    async def _close(self) -> None:
        if self._channel and not self._channel.is_closed:
            with contextlib.suppress(*CONNECTION_ERRORS), given_up_is_an_error():
                await self._channel.close()
