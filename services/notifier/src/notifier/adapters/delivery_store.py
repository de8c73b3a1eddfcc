"""Deliveries in the service's store: one document per message, its key the message's id."""

from dataclasses import replace
from typing import Any, Final
from uuid import UUID

from chassis.storage import CollectionSpec, Store, Value, Versioned, instant
from contracts.envelope import Event
from contracts.events import EVENT_MODELS
from contracts.messages import Channel
from notifier.domain.delivery import Delivery, State
from notifier.ports import Record

_DELIVERIES: Final = CollectionSpec(
    "deliveries",
    indexes=(
        ("conversation_id", "created_at"),
        ("channel", "vendor_message_id"),
        ("created_at",),
        ("state", "created_at"),
    ),
)


class DeliveryStore:
    """See ports.Deliveries."""

    def __init__(self, store: Store) -> None:
        self._collection = store.collection(_DELIVERIES)

    async def get(self, tenant: str, message_id: UUID) -> Record | None:
        """The delivery of one message."""
        found = await self._collection.get(tenant, str(message_id))
        return _record(found) if found else None

    async def by_vendor_id(self, tenant: str, channel: Channel, vendor_message_id: str) -> Record | None:
        """The delivery the vendor calls so."""
        asked = {"channel": channel.value, "vendor_message_id": vendor_message_id}
        found = await self._collection.find(tenant, asked, limit=1)
        return _record(found[0]) if found else None

    async def save(self, record: Record) -> Record:
        """One write. Raises Conflict."""
        key = str(record.delivery.id)
        saved = await self._collection.save(record.tenant, key, _body(record), expected=record.version)
        return replace(record, version=saved.version)

    async def of_conversation(self, tenant: str, conversation_id: str, limit: int) -> list[Delivery]:
        """Newest first."""
        return await self._newest(tenant, {"conversation_id": conversation_id}, limit)

    async def newest(self, tenant: str, limit: int, state: State | None = None) -> list[Delivery]:
        """The tenant's deliveries, newest first; those in one state if asked."""
        return await self._newest(tenant, {"state": state} if state else {}, limit)

    async def oldest(self, tenant: str) -> Delivery | None:
        """The tenant's first delivery that is known."""
        found = await self._collection.find(tenant, sort="created_at", limit=1)
        return _record(found[0]).delivery if found else None

    async def _newest(self, tenant: str, where: dict[str, Value], limit: int) -> list[Delivery]:
        found = await self._collection.find(tenant, where, sort="created_at", descending=True, limit=limit)
        return [_record(one).delivery for one in found]


def _body(record: Record) -> dict[str, Any]:
    delivery = record.delivery
    return {
        "conversation_id": delivery.conversation_id,
        "channel": delivery.channel.value,
        "vendor_message_id": delivery.vendor_message_id,
        "state": delivery.state,
        "created_at": instant(delivery.created_at),
        "delivery": delivery.model_dump(mode="json"),
        "said": {
            str(cause): [event.model_dump(mode="json") for event in said]
            for cause, said in record.said.items()
        },
    }


def _record(found: Versioned) -> Record:
    body: dict[str, Any] = found.body
    said = {UUID(cause): tuple(map(_event, events)) for cause, events in body["said"].items()}
    return Record(found.tenant, Delivery.model_validate(body["delivery"]), found.version, said)


def _event(body: dict[str, Any]) -> Event[Any]:
    return EVENT_MODELS[body["type"]].model_validate(body)
