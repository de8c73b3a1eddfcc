"""Publishing events: persistent, mandatory, and done only when the broker has confirmed."""

import asyncio
from collections import defaultdict
from typing import Any

from aio_pika.exceptions import DeliveryError
from faststream.rabbit import ExchangeType, RabbitBroker, RabbitExchange
from opentelemetry.trace import SpanKind
from prometheus_client import Counter
from tenacity import AsyncRetrying, retry_if_exception_type, wait_exponential

from chassis.errors import Unavailable
from chassis.messaging.broker import CONNECTION_ERRORS, given_up_is_an_error, ping_of
from chassis.messaging.topology import LANE_HEADER, PARTITION_HEADER, TENANT_HEADER
from chassis.observability.context import attributes_of
from chassis.observability.tracing import span, traceparent
from contracts import channels
from contracts.envelope import Event
from contracts.lanes import lane_of

PUBLISHED = Counter("bellhop_events_published_total", "Events the broker has confirmed", ["type"])

_PATIENCE_SECONDS = 10.0
_EVENTS = RabbitExchange(channels.EVENTS, declare=False)


class BrokerUnavailable(Unavailable):
    """The broker has not confirmed in time. The events may or may not have arrived: publish them again."""


class EventPublisher:
    """Publishes events under their type. Nobody who publishes names a destination."""

    def __init__(self, broker: RabbitBroker) -> None:
        self._broker = broker

    async def publish(self, *events: Event[Any], within: float = _PATIENCE_SECONDS) -> None:
        """Returns when all are confirmed, those of one conversation one after the other.

        Raises BrokerUnavailable after `within` seconds.
        """
        lines: defaultdict[str, list[Event[Any]]] = defaultdict(list)
        for event in events:
            lines[event.partitionkey].append(event)
        try:
            async with asyncio.timeout(within):
                await asyncio.gather(*(self._publish_in_order(line) for line in lines.values()))
        except TimeoutError as error:
            raise BrokerUnavailable(f"RabbitMQ did not confirm within {within:.1f} s") from error

    async def _publish_in_order(self, line: list[Event[Any]]) -> None:
        # Sent together, a later one would go first where the connection fails under an earlier one.
        for event in line:
            await self._publish(event)

    async def _publish(self, event: Event[Any]) -> None:
        attributes = attributes_of(event) | {"messaging.destination.name": channels.EVENTS}
        with span(f"publish {event.type}", SpanKind.PRODUCER, event.traceparent, attributes):
            sent = event.traced(traceparent())
            await self.send(sent.model_dump_json().encode(), exchange=_EVENTS, **_properties(sent))
        PUBLISHED.labels(event.type).inc()

    async def ping(self) -> None:
        """Returns when RabbitMQ confirms a message that goes nowhere. Raises as a lost connection does."""
        await ping_of(self._broker)()

    async def enter(self, service: str, body: bytes, **properties: Any) -> None:
        """As `send`, into the inbox of one keyed service alone, however it is divided now."""
        door = RabbitExchange(channels.entrance(service), type=ExchangeType.FANOUT, declare=False)
        await self.send(body, exchange=door, **properties)

    async def send(self, body: bytes, **properties: Any) -> None:
        """Publishes raw bytes, again and again until the broker confirms; the caller limits the time."""
        # NOTE: aio-pika's channel is unusable for a moment after a reconnect, hence the short waits.
        async for attempt in AsyncRetrying(
            retry=retry_if_exception_type((*CONNECTION_ERRORS, DeliveryError)),
            wait=wait_exponential(multiplier=0.05, max=1.0),
        ):
            with attempt, given_up_is_an_error():
                await self._broker.publish(
                    body, persist=True, mandatory=True, content_type="application/json", **properties
                )


def _properties(event: Event[Any]) -> dict[str, Any]:
    return {
        "routing_key": event.type,
        "message_id": str(event.id),
        "correlation_id": str(event.correlationid),
        "message_type": event.type,
        "headers": {
            PARTITION_HEADER: event.partitionkey,
            TENANT_HEADER: event.tenantid,
            LANE_HEADER: lane_of(event.data),
            "traceparent": event.traceparent,
            # RabbitMQ 3.13 and later skip chunks of the record by it; older ones ignore it.
            "x-stream-filter-value": event.partitionkey,
        },
    }
