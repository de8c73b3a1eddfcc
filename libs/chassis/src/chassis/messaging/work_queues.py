"""Work queues: all replicas of a service take from one queue per event type, in no order."""

import asyncio
import contextlib
from typing import Any

from faststream import AckPolicy
from faststream.rabbit import Channel, RabbitBroker, RabbitMessage, RabbitQueue
from faststream.rabbit.subscriber import RabbitSubscriber

from chassis.errors import ContractViolation, PermanentError
from chassis.messaging.broker import CONNECTION_ERRORS
from chassis.messaging.dead_letters import put_aside
from chassis.messaging.dispatch import RETRIES, Dispatcher, outcome_of, read_event
from chassis.messaging.publisher import EventPublisher
from chassis.messaging.topology import RETRY_DELAYS
from chassis.observability.context import handling
from chassis.observability.logging import get_logger
from contracts import channels
from contracts.envelope import Event

ATTEMPT_HEADER = "x-bellhop-attempt"
_PATIENCE_SECONDS = 30.0
_BREATH_SECONDS = 1.0

log = get_logger(__name__)


class WorkQueue:
    """One queue, handled by FastStream's subscriber on a channel of its own."""

    def __init__(
        self,
        broker: RabbitBroker,
        publisher: EventPublisher,
        dispatcher: Dispatcher,
        name: str,
        prefetch: int,
    ) -> None:
        self.name = name
        self._publisher = publisher
        self._dispatcher = dispatcher
        self._subscriber: RabbitSubscriber = broker.subscriber(
            RabbitQueue(name, declare=False),
            channel=Channel(prefetch_count=prefetch),
            ack_policy=AckPolicy.MANUAL,
            decoder=_as_it_came,
        )
        self._subscriber(self._take)

    async def start(self) -> None:
        """Begins to take."""
        await self._subscriber.start()

    async def stop(self) -> None:
        """Takes nothing new, finishes what is in hand, gives the rest back in order."""
        await let_go(self._subscriber)

    @property
    def consuming(self) -> bool:
        """Whether this replica takes from the queue."""
        queue = self._subscriber._queue_obj
        return queue is not None and not queue.channel.is_closed

    async def _take(self, message: Any) -> None:
        # Any: to hand in a message that is asked for as a RabbitMessage, FastStream goes through a thread.
        try:
            await self._settle(message)
        except Exception as error:
            # Neither handled nor put anywhere: back into the queue, rather than in hand for ever.
            log.warning("could not settle a message", queue=self.name, exc_info=error)
            await asyncio.sleep(_BREATH_SECONDS)
            with contextlib.suppress(*CONNECTION_ERRORS):
                await message.nack(requeue=True)

    async def _settle(self, message: RabbitMessage) -> None:
        try:
            event = read_event(message.body)
            with handling(event):
                await self._handle_or_retry(message, event)
        except ContractViolation as error:
            await put_aside(self._publisher, self.name, message.body, _headers(message), error)
        await message.ack()

    async def _handle_or_retry(self, message: RabbitMessage, event: Event[Any]) -> None:
        try:
            await self._dispatcher(event)
        except (PermanentError, ContractViolation) as error:
            await put_aside(self._publisher, self.name, message.body, _headers(message), error)
        except Exception as error:
            await self._again_later(message, event.type, error)

    async def _again_later(self, message: RabbitMessage, event_type: str, error: Exception) -> None:
        headers = _headers(message)
        tries = int(headers.get(ATTEMPT_HEADER, 1))
        if tries > len(RETRY_DELAYS):
            await put_aside(self._publisher, self.name, message.body, headers, error)
            return
        delay = RETRY_DELAYS[tries - 1]
        reason = outcome_of(error)
        log.warning("will try again", seconds=delay, tries=tries, reason=reason, exc_info=error)
        # Published to the waiting queue and only then acked: a death in between doubles, never loses.
        async with asyncio.timeout(_PATIENCE_SECONDS):
            await self._publisher.send(
                message.body,
                queue=channels.retry_queue(self.name, delay),
                headers=headers | {ATTEMPT_HEADER: tries + 1},
                message_id=message.message_id,
            )
        RETRIES.labels(event_type, reason).inc()


async def let_go(subscriber: RabbitSubscriber) -> None:
    """Stops a subscriber with a channel of its own.

    FastStream's own stop finishes first and cancels then, taking more and more meanwhile; so the
    consumer is cancelled here before it.
    """
    queue, tag = subscriber._queue_obj, subscriber._consumer_tag
    if queue and tag and not queue.channel.is_closed:
        await queue.cancel(tag)
        subscriber._consumer_tag = None
    await subscriber.stop()
    if queue and not queue.channel.is_closed:
        await queue.channel.close()


async def _as_it_came(message: RabbitMessage) -> RabbitMessage:
    return message


def _headers(message: RabbitMessage) -> dict[str, Any]:
    """The headers to keep. RabbitMQ's own (x-death, x-delivery-count) belong to one delivery."""
    own = ("x-death", "x-first-death", "x-last-death", "x-delivery-count", "x-acquired-count")
    return {name: value for name, value in message.headers.items() if not name.startswith(own)}
