"""One message of the record."""

from dataclasses import dataclass
from typing import Any, Final, Self

from aiormq.abc import DeliveredMessage

from chassis.messaging.topology import PARTITION_HEADER, TENANT_HEADER
from contracts import events
from contracts.envelope import Event

OFFSET_HEADER: Final = "x-stream-offset"


@dataclass(frozen=True, slots=True)
class Recorded:
    """An event as it lies in the record. All but the body comes from the message's properties.

    The record is at-least-once: it can hold an event twice, at two offsets, with the same `event_id`.
    """

    offset: int
    body: bytes
    type: str
    tenant: str
    conversation: str
    event_id: str
    correlation: str

    @classmethod
    def of(cls, message: DeliveredMessage) -> Self:
        """What RabbitMQ delivered."""
        properties = message.header.properties
        headers: dict[str, Any] = properties.headers or {}
        return cls(
            offset=headers[OFFSET_HEADER],
            body=message.body,
            type=properties.message_type or "",
            tenant=headers.get(TENANT_HEADER) or "",
            conversation=headers.get(PARTITION_HEADER) or "",
            event_id=properties.message_id or "",
            correlation=properties.correlation_id or "",
        )

    def event(self) -> Event[Any]:
        """The event itself. Raises contracts.events.MalformedEvent."""
        return events.read(self.body)
