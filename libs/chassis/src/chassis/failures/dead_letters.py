"""The dead letters of a service in its own store: taken in from its queues, sent back or given up."""

from collections.abc import Awaitable, Callable
from datetime import datetime, timedelta
from typing import Any, Final, cast
from uuid import UUID

from chassis.failures.dead_letter import absorbed
from chassis.failures.failure import Failure, Status
from chassis.failures.source import CannotBeRetried, Order
from chassis.storage import CollectionSpec, Conflict, Document, Range, Store, Versioned, instant
from contracts import channels
from contracts.operations import FailureKind

FAILURES: Final = CollectionSpec("failures", indexes=(("settled", "place"), ("settled", "last_at")))
KEPT: Final = timedelta(days=30)
"""How long one can still look at what was repaired or given up: as long as the record goes back."""

SendBack = Callable[[Failure, dict[str, Any]], Awaitable[None]]
_SETTLED: Final = ("retried", "discarded")


class DeadLetters:
    """One document per failure, under the installation's own name: the desk is for administrators alone.

    It is kept as text, since nobody vouches for the names and depths inside a body that failed.
    """

    kind: FailureKind = "dead-letter"

    def __init__(self, store: Store, send_back: SendBack) -> None:
        self._failures = store.collection(FAILURES)
        self._send_back = send_back

    async def take_in(self, arrived: Failure) -> None:
        """Adds a dead letter to what is known of its failure; it is open (again)."""
        await self._change(arrived.id, lambda known: absorbed(known, arrived))

    async def find(self, *, after: str = "", limit: int = 200) -> list[Failure]:
        """See FailureSource."""
        where: dict[str, Any] = {"settled": False, "place": Range(gt=after)}
        found = await self._failures.find(channels.SYSTEM, where, sort="place", limit=limit)
        return [_failure(one) for one in found]

    async def get(self, failure: UUID) -> Failure | None:
        """See FailureSource."""
        found = await self._failures.get(channels.SYSTEM, str(failure))
        return _failure(found) if found else None

    async def retry(self, failure: Failure, order: Order) -> None:
        """Marked before it is sent: should it come back at once, it is open and not taken for repaired."""
        payload = order.edited or failure.payload
        if not isinstance(payload, dict):
            raise CannotBeRetried("it is no event, so it fails again: edit it, or discard it")
        await self._mark(failure.id, ("open", "retrying"), "retrying", payload)
        await self._send_back(failure, payload)
        await self._mark(failure.id, ("retrying",), "retried", payload)

    async def discard(self, failure: Failure, _: Order) -> None:
        """See FailureSource."""
        await self._mark(failure.id, ("open", "retrying"), "discarded", failure.payload)

    async def forget(self, now: datetime) -> None:
        """Deletes some of what was settled longer ago than it is kept."""
        where: dict[str, Any] = {"settled": True, "last_at": Range(lt=instant(now - KEPT))}
        for one in await self._failures.find(channels.SYSTEM, where, sort="last_at", limit=500):
            await self._failures.delete(one.tenant, one.key)

    async def _mark(
        self, failure: UUID, before: tuple[Status, ...], status: Status, payload: dict[str, Any] | str
    ) -> None:
        def marked(known: Failure | None) -> Failure | None:
            if known is None or known.status not in before:
                return known
            encoding = "json" if isinstance(payload, dict) else known.encoding
            changed = {"status": status, "payload": payload, "encoding": encoding}
            return known.model_copy(update=changed)

        await self._change(failure, marked)

    async def _change(self, failure: UUID, change: Callable[[Failure | None], Failure | None]) -> None:
        while True:
            found = await self._failures.get(channels.SYSTEM, str(failure))
            known = _failure(found) if found else None
            changed = change(known)
            if changed is None or changed == known:
                return
            expected = found.version if found else 0
            try:
                await self._failures.save(channels.SYSTEM, str(failure), _body(changed), expected=expected)
                return
            except Conflict:
                continue


def _body(failure: Failure) -> Document:
    return {
        "settled": failure.status in _SETTLED,
        "place": failure.place,
        "last_at": instant(failure.last_at),
        "failure": failure.model_dump_json(),
    }


def _failure(found: Versioned) -> Failure:
    return Failure.model_validate_json(cast("str", found.body["failure"]))
