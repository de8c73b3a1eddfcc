"""Publishing events: persistent, mandatory, and done only when the broker has confirmed."""

import asyncio
from collections import defaultdict
from typing import Any

from aio_pika import DeliveryMode, Message
from aio_pika.abc import AbstractExchange
from aio_pika.exceptions import DeliveryError
from faststream.rabbit import ExchangeType, RabbitBroker, RabbitExchange
from opentelemetry.trace import SpanKind
from prometheus_client import Counter

from chassis.clock import utc_now
from chassis.errors import Unconfirmed
from chassis.messaging.broker import CONNECTION_ERRORS, given_up_is_an_error, ping_of
from chassis.messaging.topology import LANE_HEADER, PARTITION_HEADER, TENANT_HEADER
from chassis.observability.context import attributes_of, redriven_from, taken_at
from chassis.observability.tracing import span, traceparent
from contracts import channels
from contracts.envelope import Event
from contracts.lanes import lane_of

PUBLISHED = Counter("bellhop_events_published_total", "Events the broker has confirmed", ["type"])

_PATIENCE_SECONDS = 10.0
_SHORTEST_PAUSE_SECONDS = 0.05
_LONGEST_PAUSE_SECONDS = 1.0
_EVENTS = RabbitExchange(channels.EVENTS, declare=False)
_QUEUES = RabbitExchange()  # the default one: by it every queue is reached under its own name


class BrokerUnavailable(Unconfirmed):
    """The broker has not confirmed in time. The events may or may not have arrived: publish them again."""


class EventPublisher:
    """Publishes events under their type. Nobody who publishes names a destination."""

    def __init__(self, broker: RabbitBroker) -> None:
        self._broker = broker
        self._exchanges: dict[str, AbstractExchange] = {}

    async def publish(self, *events: Event[Any], within: float = _PATIENCE_SECONDS) -> None:
        """Returns when all are confirmed, those of one conversation one after the other.

        Raises BrokerUnavailable after `within` seconds.
        """
        lines: defaultdict[str, list[Event[Any]]] = defaultdict(list)
        for event in events:
            lines[event.partitionkey].append(event)
        try:
            async with asyncio.timeout(within):
                if len(lines) == 1:
                    await self._publish_in_order(list(events))  # as usual, without a task of its own
                else:
                    await asyncio.gather(*map(self._publish_in_order, lines.values()))
        except TimeoutError as error:
            raise BrokerUnavailable(f"RabbitMQ did not confirm within {within:.1f} s") from error

    async def _publish_in_order(self, line: list[Event[Any]]) -> None:
        # Sent together, a later one would go first where the connection fails under an earlier one.
        for event in line:
            await self._publish(event)

    async def _publish(self, event: Event[Any]) -> None:
        attributes = attributes_of(event) | {"messaging.destination.name": channels.EVENTS}
        with span(f"publish {event.type}", SpanKind.PRODUCER, event.traceparent, attributes):
            now, redriven = utc_now(), redriven_from()
            sent = event.published(traceparent(), taken=taken_at(), now=now, redriven=redriven)
            message = _message(sent.model_dump_json().encode(), **properties_of(sent))
            await self._confirmed(message, _EVENTS, event.type)
        PUBLISHED.labels(event.type).inc()

    async def ping(self) -> None:
        """Returns when RabbitMQ confirms a message that goes nowhere. Raises as a lost connection does."""
        await ping_of(self._broker)()

    async def enter(self, service: str, body: bytes, **properties: Any) -> None:
        """As `send`, into the inbox of one keyed service alone, however it is divided now."""
        door = RabbitExchange(channels.entrance(service), type=ExchangeType.FANOUT, declare=False)
        await self.send(body, exchange=door, **properties)

    async def send(
        self,
        body: bytes,
        *,
        queue: str = "",
        exchange: RabbitExchange = _QUEUES,
        routing_key: str = "",
        **properties: Any,
    ) -> None:
        """Publishes raw bytes, again and again until the broker confirms; the caller limits the time."""
        await self._confirmed(_message(body, **properties), exchange, queue or routing_key)

    async def _confirmed(self, message: Message, exchange: RabbitExchange, routing_key: str) -> None:
        # NOTE: aio-pika's channel is unusable for a moment after a reconnect, hence the short waits.
        pause = _SHORTEST_PAUSE_SECONDS
        while True:
            try:
                with given_up_is_an_error():
                    # FastStream's own publish costs as much again as what it stands on.
                    open_exchange = await self._exchange(exchange)
                    await open_exchange.publish(message, routing_key, mandatory=True)
                    return
            except (*CONNECTION_ERRORS, DeliveryError):
                await asyncio.sleep(pause)
                pause = min(2 * pause, _LONGEST_PAUSE_SECONDS)

    async def _exchange(self, exchange: RabbitExchange) -> AbstractExchange:
        if exchange.name not in self._exchanges:
            self._exchanges[exchange.name] = await self._broker.declare_exchange(exchange)
        return self._exchanges[exchange.name]


def _message(body: bytes, **properties: Any) -> Message:
    return Message(body, content_type="application/json", delivery_mode=DeliveryMode.PERSISTENT, **properties)


def properties_of(event: Event[Any]) -> dict[str, Any]:
    """What stands on the message that carries an event."""
    return {
        "message_id": str(event.id),
        "correlation_id": str(event.correlationid),
        "type": event.type,
        "headers": {
            PARTITION_HEADER: event.partitionkey,
            TENANT_HEADER: event.tenantid,
            LANE_HEADER: lane_of(event.data),
            "traceparent": event.traceparent,
            # RabbitMQ 3.13 and later skip chunks of the record by it; older ones ignore it.
            "x-stream-filter-value": event.partitionkey,
        },
    }
