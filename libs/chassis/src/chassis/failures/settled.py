"""What became of failures whose sources know them only while they are open."""

from datetime import datetime
from typing import Final, cast
from uuid import UUID

from chassis.clock import Clock
from chassis.failures.dead_letters import KEPT
from chassis.failures.failure import Deed, Failure, Status
from chassis.failures.history import History
from chassis.storage import CollectionSpec, Conflict, Range, Store, instant
from contracts import channels

_NOTES: Final = CollectionSpec("failure_notes", indexes=(("settled_at",),))


class SettledFailures:
    """A note about each, kept as long as a settled dead letter. All methods may raise StoreUnavailable.

    The payload, the log lines and the words of the error are not in it: they may tell of a customer.
    """

    def __init__(self, store: Store, clock: Clock) -> None:
        self._notes = store.collection(_NOTES)
        self._history = History(store)
        self._clock = clock

    async def get(self, failure: UUID) -> Failure | None:
        """The note about one of them."""
        found = await self._notes.get(channels.SYSTEM, str(failure))
        return Failure.model_validate_json(cast("str", found.body["failure"])) if found else None

    async def keep(self, failure: Failure, status: Status) -> None:
        """Somebody has repaired it or given it up; what is kept of that itself lies in its history."""
        body = {"settled_at": instant(self._clock()), "failure": _note(failure, status).model_dump_json()}
        while True:
            found = await self._notes.get(channels.SYSTEM, str(failure.id))
            expected = found.version if found else 0
            try:
                await self._notes.save(channels.SYSTEM, str(failure.id), {**body}, expected=expected)
                return
            except Conflict:
                continue

    async def resolve(self, failure: Failure, *, by: str, reason: str) -> None:
        """It turned out to need nobody. Saying so twice is as once."""
        await self.keep(failure, "resolved")
        await self._history.add(failure.id, Deed(at=self._clock(), by=by, action="resolve", reason=reason))

    async def forget(self, now: datetime) -> None:
        """Deletes some of what was settled longer ago than it is kept."""
        where = {"settled_at": Range(lt=instant(now - KEPT))}
        for one in await self._notes.find(channels.SYSTEM, where, sort="settled_at", limit=500):
            await self._notes.delete(one.tenant, one.key)


def _note(failure: Failure, status: Status) -> Failure:
    less = {"payload": "", "encoding": "text", "lines": (), "error": failure.exception, "waiting": 0}
    return failure.model_copy(update={"status": status, **less})
