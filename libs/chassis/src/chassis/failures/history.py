"""What was done about each failure, by whom and when, whatever kind it is."""

from typing import Final, cast
from uuid import UUID

from pydantic import TypeAdapter

from chassis.failures.failure import Deed
from chassis.storage import CollectionSpec, Conflict, Store
from contracts import channels

_DEEDS: Final = TypeAdapter(tuple[Deed, ...])
_HISTORIES: Final = CollectionSpec("failure_histories")


class History:
    """One document per failure. A job does one thing to a failure, so its deed is added once."""

    def __init__(self, store: Store) -> None:
        self._histories = store.collection(_HISTORIES)

    async def of(self, failure: UUID) -> tuple[Deed, ...]:
        """All deeds, the oldest first."""
        return (await self._read(failure))[0]

    async def add(self, failure: UUID, deed: Deed) -> None:
        """Keeps a deed; that of a job that has one already changes nothing."""
        while True:
            deeds, version = await self._read(failure)
            if any(one.job == deed.job for one in deeds):
                return
            body = {"deeds": _DEEDS.dump_json((*deeds, deed)).decode()}
            try:
                await self._histories.save(channels.SYSTEM, str(failure), {**body}, expected=version)
                return
            except Conflict:
                continue

    async def _read(self, failure: UUID) -> tuple[tuple[Deed, ...], int]:
        found = await self._histories.get(channels.SYSTEM, str(failure))
        if found is None:
            return (), 0
        return _DEEDS.validate_json(cast("str", found.body["deeds"])), found.version
