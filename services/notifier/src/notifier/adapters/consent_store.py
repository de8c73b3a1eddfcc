"""Consents in the service's store: one document per customer and channel, under a hash of the address."""

from datetime import datetime
from typing import Final

from chassis.storage import CollectionSpec, Conflict, Document, Store, instant
from contracts.envelope import conversation_id
from contracts.messages import Channel

_CONSENTS: Final = CollectionSpec("consents")


class ConsentStore:
    """See ports.Consents. Whoever has never said anything may be written to."""

    def __init__(self, store: Store) -> None:
        self._collection = store.collection(_CONSENTS)

    async def opted_out(self, tenant: str, channel: Channel, address: str) -> bool:
        """Whether the last word of this customer was STOP."""
        found = await self._collection.get(tenant, conversation_id(tenant, channel, address))
        return found is not None and found.body["opted_out"] is True

    async def note(
        self, tenant: str, channel: Channel, address: str, *, opted_out: bool, at: datetime
    ) -> None:
        """Keeps what the customer said last; something older changes nothing."""
        key = conversation_id(tenant, channel, address)
        found = await self._collection.get(tenant, key)
        if found and str(found.body["at"]) > instant(at):
            return
        body: Document = {"opted_out": opted_out, "at": instant(at)}
        try:
            await self._collection.save(tenant, key, body, expected=found.version if found else 0)
        except Conflict:
            await self.note(tenant, channel, address, opted_out=opted_out, at=at)
