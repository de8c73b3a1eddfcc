"""The parking place of conversations: what keeps failing waits here, in order, and blocks nobody else."""

from typing import Any

from chassis.clock import Clock
from chassis.messaging.dispatch import outcome_of
from chassis.storage import CollectionSpec, Conflict, Store, instant
from contracts.envelope import Event

PARKED = CollectionSpec("parked_conversations", indexes=(("parked_at",),))


class Parking:
    """One document per parked conversation, with its events in order and why they wait."""

    def __init__(self, store: Store, clock: Clock) -> None:
        self._parked = store.collection(PARKED)
        self._clock = clock

    async def holds(self, event: Event[Any]) -> bool:
        """Whether the conversation of this event is parked, so that the event must wait behind."""
        return await self._parked.get(event.tenantid, event.partitionkey) is not None

    async def park(self, event: Event[Any], error: BaseException | None) -> None:
        """Adds an event at the end; the first one brings the reason. Adding it twice adds it once."""
        while True:
            found = await self._parked.get(event.tenantid, event.partitionkey)
            body = dict(found.body) if found else self._opened(error)
            waiting = list(body["events"])  # type: ignore[arg-type]
            if any(one["id"] == str(event.id) for one in waiting):
                return
            body["events"] = [*waiting, event.model_dump(mode="json")]
            try:
                await self._parked.save(
                    event.tenantid, event.partitionkey, body, expected=found.version if found else 0
                )
                return
            except Conflict:
                continue

    def _opened(self, error: BaseException | None) -> dict[str, Any]:
        return {
            "parked_at": instant(self._clock()),
            "reason": outcome_of(error) if error else "",
            "error": f"{type(error).__name__}: {error}" if error else "",
            "events": [],
        }
