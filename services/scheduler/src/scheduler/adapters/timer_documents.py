"""Timers of all tenants, found by when they are due."""

from typing import cast

from chassis.storage import AlreadyExists, CollectionSpec, Document, Store, instant
from scheduler.domain.timer import Timer

TIMERS = CollectionSpec("timers", indexes=(("due",),), across=True)


class TimerDocuments:
    def __init__(self, store: Store) -> None:
        self._documents = store.collection(TIMERS)

    async def put(self, tenant: str, timer: Timer) -> None:
        body: Document = {"due": instant(timer.due), "timer": timer.model_dump(mode="json")}
        try:
            await self._documents.insert(tenant, timer.key, body)
        except AlreadyExists:
            return  # a key stands for one due time for ever

    async def remove(self, tenant: str, key: str) -> None:
        await self._documents.delete(tenant, key)

    async def soonest(self, limit: int) -> list[tuple[str, Timer]]:
        found = await self._documents.find_all_tenants(sort="due", limit=limit)
        return [(one.tenant, Timer.model_validate(cast("Document", one.body["timer"]))) for one in found]
