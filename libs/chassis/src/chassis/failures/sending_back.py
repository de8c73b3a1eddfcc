"""Handing a message to the queue it failed in again, and to no other."""

import asyncio
from typing import Any, Final

from chassis.failures.dead_letter import body_of
from chassis.failures.failure import Failure
from chassis.failures.source import CannotBeRetried
from chassis.messaging.publisher import BrokerUnavailable, EventPublisher
from chassis.messaging.topology import PARTITION_HEADER, TENANT_HEADER
from contracts import channels

_PATIENCE_SECONDS: Final = 30.0
_NAMED_BY_THE_EVENT: Final = (PARTITION_HEADER, TENANT_HEADER)


class SendingBack:
    """Publishes past the exchange of all events: no other consumer gets the message a second time."""

    def __init__(self, publisher: EventPublisher, service: str) -> None:
        self._publisher = publisher
        self._service = service

    async def __call__(self, failure: Failure, payload: dict[str, Any]) -> None:
        """Returns when RabbitMQ has confirmed. Raises CannotBeRetried or BrokerUnavailable."""
        headers = headers_for(failure.headers, payload)
        message: dict[str, Any] = {"headers": headers, "message_id": str(payload.get("id") or failure.id)}
        try:
            async with asyncio.timeout(_PATIENCE_SECONDS):
                if failure.queue != channels.inbox(self._service):
                    await self._publisher.send(body_of(payload), queue=failure.queue, **message)
                elif headers.get(PARTITION_HEADER):
                    await self._publisher.enter(self._service, body_of(payload), **message)
                else:
                    raise CannotBeRetried("it names no conversation (partitionkey): edit it, or discard it")
        except TimeoutError as error:
            raise BrokerUnavailable(f"{failure.queue} has not taken it") from error


def headers_for(kept: dict[str, Any], payload: dict[str, Any]) -> dict[str, Any]:
    """The headers of a message sent back: those it came with, in agreement with what it says now."""
    said = {name: payload[name] for name in _NAMED_BY_THE_EVENT if isinstance(payload.get(name), str)}
    return {**kept, **said}
