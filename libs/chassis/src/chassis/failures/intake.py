"""Taking the dead letters of a service from their queues into its store, where they can be looked at."""

import asyncio
import contextlib
from collections.abc import Awaitable, Callable
from typing import Any, Final

from faststream import AckPolicy
from faststream.rabbit import Channel, RabbitBroker, RabbitMessage, RabbitQueue
from faststream.rabbit.subscriber import RabbitSubscriber

from chassis.clock import Clock
from chassis.failures.dead_letter import read_letter
from chassis.failures.failure import Failure
from chassis.messaging.broker import CONNECTION_ERRORS
from chassis.messaging.work_queues import let_go
from chassis.observability.logging import get_logger
from contracts import channels
from contracts.catalogue import KEYED_SERVICES, consumed_by

_AT_ONCE: Final = 8
_BREATH_SECONDS: Final = 1.0
_LONGEST_BREATH_SECONDS: Final = 30.0

log = get_logger(__name__)


class DeadLetterIntake:
    """Acks a dead letter when it is saved. What cannot be saved stays unacked in hand and is tried again."""

    def __init__(
        self, broker: RabbitBroker, service: str, take_in: Callable[[Failure], Awaitable[None]], clock: Clock
    ) -> None:
        self.name = f"{service} dead letters"
        self._service = service
        self._take_in = take_in
        self._clock = clock
        self._closing = asyncio.Event()
        self._subscribers = [self._subscriber(broker, queue) for queue in queues_of(service)]

    async def start(self) -> None:
        """Begins to take."""
        for subscriber in self._subscribers:
            await subscriber.start()

    async def stop(self) -> None:
        """Takes nothing new; what is not saved yet goes back to its queue."""
        self._closing.set()
        await asyncio.gather(*map(let_go, self._subscribers))

    @property
    def consuming(self) -> bool:
        """Whether it takes from all of its queues."""
        queues = [one._queue_obj for one in self._subscribers]
        return all(queue is not None and not queue.channel.is_closed for queue in queues)

    def _subscriber(self, broker: RabbitBroker, queue: str) -> RabbitSubscriber:
        subscriber: RabbitSubscriber = broker.subscriber(
            RabbitQueue(channels.dead_letters(queue), declare=False),
            channel=Channel(prefetch_count=_AT_ONCE),
            ack_policy=AckPolicy.MANUAL,
            decoder=_undecoded,
        )

        async def take(message: RabbitMessage) -> None:
            letter = read_letter(self._service, queue, message.body, _headers(message), self._clock())
            if await self._saved(letter):
                with contextlib.suppress(*CONNECTION_ERRORS):
                    await message.ack()

        subscriber(take)
        return subscriber

    async def _saved(self, letter: Failure) -> bool:
        """False: it is time to stop. Giving it back to wait there would spend its deliveries."""
        breath = _BREATH_SECONDS
        while True:
            try:
                await self._take_in(letter)
                return True
            except Exception as error:
                log.error("a dead letter cannot be saved yet", queue=letter.queue, exc_info=error)
            with contextlib.suppress(TimeoutError):
                await asyncio.wait_for(self._closing.wait(), breath)
                return False
            breath = min(2 * breath, _LONGEST_BREATH_SECONDS)


def queues_of(service: str) -> list[str]:
    """The queues of a service that have dead letters."""
    if service in KEYED_SERVICES:
        return [channels.inbox(service)]
    return [channels.work_queue(service, row.type) for row in consumed_by(service)]


async def _undecoded(message: RabbitMessage) -> bytes:
    return message.body


def _headers(message: RabbitMessage) -> dict[str, Any]:
    return dict(message.raw_message.headers)
