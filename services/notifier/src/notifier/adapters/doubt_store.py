"""Doubts in the service's store: one document per message in doubt, gone when the doubt is."""

from datetime import datetime
from typing import Any, Final
from uuid import UUID

from chassis.storage import CollectionSpec, Range, Store, Value, Versioned, instant
from notifier.domain.doubt import Doubt

_DOUBTS: Final = CollectionSpec(
    "doubts",
    indexes=(("conversation_id", "blocking"), ("due_at",), ("since",), ("doubt.message_id",)),
    across=True,
)


class DoubtStore:
    """See ports.Doubts."""

    def __init__(self, store: Store) -> None:
        self._collection = store.collection(_DOUBTS)

    async def get(self, tenant: str, message_id: UUID) -> Doubt | None:
        """The doubt about one message."""
        found = await self._collection.get(tenant, str(message_id))
        return _doubt(found) if found else None

    async def about(self, message_id: UUID) -> Doubt | None:
        """The doubt about one message, of whatever tenant."""
        found = await self._collection.find_all_tenants({"doubt.message_id": str(message_id)}, limit=1)
        return _doubt(found[0]) if found else None

    async def blocking(self, tenant: str, conversation_id: str) -> list[Doubt]:
        """Those in a conversation behind which others wait."""
        where: dict[str, Value | Range] = {"conversation_id": conversation_id, "blocking": True}
        return [_doubt(one) for one in await self._collection.find(tenant, where)]

    async def due(self, now: datetime, limit: int) -> list[Doubt]:
        """Those of all tenants whose time has come, longest first."""
        where = {"due_at": Range(lte=instant(now))}
        found = await self._collection.find_all_tenants(where, sort="due_at", limit=limit)
        return [_doubt(one) for one in found]

    async def oldest(self, limit: int, skip: int = 0) -> list[Doubt]:
        """Those of all tenants, oldest first."""
        found = await self._collection.find_all_tenants(sort="since", limit=limit, skip=skip)
        return [_doubt(one) for one in found]

    async def save(self, doubt: Doubt) -> None:
        """One write. Raises Conflict."""
        key = str(doubt.message_id)
        await self._collection.save(doubt.tenant, key, _body(doubt), expected=doubt.version)

    async def drop(self, doubt: Doubt) -> None:
        """Forgets it with all that was kept. Raises Conflict."""
        await self._collection.delete(doubt.tenant, str(doubt.message_id), expected=doubt.version)


def _body(doubt: Doubt) -> dict[str, Any]:
    due = {"due_at": instant(doubt.due_at)} if doubt.due_at else {}
    return {
        "conversation_id": doubt.conversation_id,
        "blocking": doubt.blocking,
        "since": instant(doubt.since),
        **due,
        "doubt": doubt.model_dump(mode="json", exclude={"personal", "version"}),
        "personal": doubt.personal.model_dump(mode="json"),
    }


def _doubt(found: Versioned) -> Doubt:
    body: dict[str, Any] = found.body
    whole = {**body["doubt"], "personal": body["personal"], "version": found.version}
    return Doubt.model_validate(whole)
