"""What every business has paused, as one service knows it from events."""

import time
from collections.abc import Mapping
from typing import Any, Final, TypeAlias

from pydantic import BaseModel, ConfigDict

from chassis.storage import CollectionSpec, Conflict, Store, Versioned
from contracts.envelope import Event, Instant
from contracts.operations import Capability, CapabilityPaused, CapabilityResumed

_PAUSES: Final = CollectionSpec("pauses")
_KEY: Final = "capabilities"
_FRESH_SECONDS: Final = 1.0

Change: TypeAlias = Event[CapabilityPaused] | Event[CapabilityResumed]


class Pause(BaseModel):
    """One capability of a business: whether it is paused, since when (UTC), by whom and why.

    `changed` is the time of the last event that had a say in it.
    """

    model_config = ConfigDict(frozen=True, extra="ignore")

    capability: Capability
    paused: bool
    since: Instant
    changed: Instant
    by: str
    reason: str = ""


def after(before: Pause | None, event: Change) -> Pause:
    """What holds after an event. Pausing twice keeps who was first; what is older than the known is late."""
    if before and event.time < before.changed:
        return before
    paused = isinstance(event.data, CapabilityPaused)
    reason = event.data.reason if isinstance(event.data, CapabilityPaused) else ""
    if before and before.paused and paused:
        return before.model_copy(update={"changed": event.time, "reason": reason or before.reason})
    return Pause(
        capability=event.data.capability, paused=paused, since=event.time, changed=event.time,
        by=event.data.personal.by, reason=reason,
    )  # fmt: skip


class Pauses:
    """The pauses of all businesses. Every method may raise StoreUnavailable."""

    def __init__(self, store: Store) -> None:
        self._collection = store.collection(_PAUSES)
        self._cache: dict[str, tuple[float, frozenset[Capability]]] = {}

    async def paused(self, tenant: str, *, fresh: bool = False) -> frozenset[Capability]:
        """What is paused: at most a second old; `fresh`: as it is in the store now."""
        read_at, known = self._cache.get(tenant, (0.0, None))
        now = time.monotonic()
        if not fresh and known is not None and now - read_at < _FRESH_SECONDS:
            return known
        found = frozenset(one.capability for one in await self.of(tenant) if one.paused)
        self._cache[tenant] = (now, found)
        return found

    async def of(self, tenant: str) -> list[Pause]:
        """All that was ever paused, with what became of it, as it is in the store now."""
        return list(_pauses(await self._collection.get(tenant, _KEY)).values())

    async def note(self, event: Change) -> bool:
        """Keeps what an event says. False if it comes late: something newer holds."""
        while True:
            found = await self._collection.get(event.tenantid, _KEY)
            pauses = _pauses(found)
            changed = after(pauses.get(event.data.capability), event)
            if changed.changed > event.time:
                return False
            body: dict[str, Any] = _body({**pauses, event.data.capability: changed})
            version = found.version if found else 0
            try:
                await self._collection.save(event.tenantid, _KEY, body, expected=version)
            except Conflict:
                continue
            self._cache.pop(event.tenantid, None)
            return True


def _pauses(found: Versioned | None) -> dict[Capability, Pause]:
    kept: Any = found.body["pauses"] if found else []
    pauses = [Pause.model_validate(one) for one in kept]
    return {one.capability: one for one in pauses}


def _body(pauses: Mapping[Capability, Pause]) -> dict[str, Any]:
    return {"pauses": [one.model_dump(mode="json") for one in pauses.values()]}
