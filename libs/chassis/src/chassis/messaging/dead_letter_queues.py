"""Consuming the dead letters of a service."""

import asyncio
import contextlib
from collections.abc import Awaitable, Callable
from typing import Any, Final

from faststream import AckPolicy
from faststream.rabbit import Channel, RabbitBroker, RabbitMessage, RabbitQueue
from faststream.rabbit.subscriber import RabbitSubscriber

from chassis.messaging.broker import CONNECTION_ERRORS
from chassis.messaging.work_queues import let_go
from contracts import channels
from contracts.catalogue import KEYED_SERVICES, consumed_by

_AT_ONCE: Final = 8

Take = Callable[[str, bytes, dict[str, Any]], Awaitable[bool]]
"""Takes a dead letter of a queue, with its headers. False: it was not, and stays unacked in hand."""


class DeadLetterQueues:
    """The dead letters of all queues of one service."""

    def __init__(self, broker: RabbitBroker, service: str) -> None:
        self._broker = broker
        self._service = service
        self._subscribers: list[RabbitSubscriber] = []

    async def start(self, take: Take) -> None:
        """Begins to hand out what lies there."""
        for queue in queues_of(self._service):
            self._subscribers.append(self._subscriber(queue, take))
            await self._subscribers[-1].start()

    async def stop(self) -> None:
        """Takes nothing new; what is unacked goes back to its queue."""
        await asyncio.gather(*map(let_go, self._subscribers))

    @property
    def consuming(self) -> bool:
        """Whether it takes from all of its queues."""
        queues = [one._queue_obj for one in self._subscribers]
        return all(queue is not None and not queue.channel.is_closed for queue in queues)

    def _subscriber(self, queue: str, take: Take) -> RabbitSubscriber:
        subscriber: RabbitSubscriber = self._broker.subscriber(
            RabbitQueue(channels.dead_letters(queue), declare=False),
            channel=Channel(prefetch_count=_AT_ONCE),
            ack_policy=AckPolicy.MANUAL,
            decoder=_undecoded,
        )

        async def settle(message: RabbitMessage) -> None:
            if await take(queue, message.body, dict(message.raw_message.headers)):
                with contextlib.suppress(*CONNECTION_ERRORS):
                    await message.ack()

        subscriber(settle)
        return subscriber


def queues_of(service: str) -> list[str]:
    """The queues of a service that have dead letters."""
    if service in KEYED_SERVICES:
        return [channels.inbox(service)]
    return [channels.work_queue(service, row.type) for row in consumed_by(service)]


async def _undecoded(message: RabbitMessage) -> bytes:
    return message.body
