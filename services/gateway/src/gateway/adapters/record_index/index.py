"""Asking the record by any id: the index says where the events lie, the stream gives them."""

import asyncio
import sqlite3
from collections import Counter
from collections.abc import Awaitable, Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime
from pathlib import Path
from typing import Final

from chassis.clock import Clock
from chassis.errors import TransientError
from chassis.record import Record, Recorded
from gateway.adapters.record_index.file import Damaged
from gateway.adapters.record_index.lookup import Known, Question, Scope, look_up
from gateway.domain.refs import milliseconds, moment

FILE: Final = "record-index.db"

_PATIENCE_SECONDS: Final = 5.0  # for RabbitMQ
_AGAIN_SECONDS: Final = 3.0


@dataclass(frozen=True, slots=True)
class Found:
    """Recorded events that belong to an id, each once, in the order in which they were recorded.

    `more`: older ones were left out. All that was recorded until `indexed_until` (UTC; None: nothing yet) has
    been looked through; `behind` counts the events after it. `copies`: of those that were recorded more than
    once, how often.
    """

    scope: Scope
    events: tuple[Recorded, ...]
    more: bool
    indexed_until: datetime | None
    behind: int
    copies: Mapping[str, int] = field(default_factory=dict)


class RecordIndex:
    """The reading side; every process of the gateway has it. `tenants` gives the ids of all of them."""

    def __init__(
        self, folder: Path, url: str, tenants: Callable[[], Awaitable[Sequence[str]]], clock: Clock
    ) -> None:
        self._path = folder / FILE
        self._record = Record(url, "gateway lookup")
        self._tenants = tenants
        self._clock = clock

    async def find(
        self, ref: str, *, since: datetime | None = None, limit: int = 500, scope: Scope | None = None
    ) -> Found:
        """The newest `limit` events that belong to an id, however it was pasted.

        A conversation's id, or a customer's address, means what was recorded of the conversation; any other
        id means the turns it belongs to. `scope` asks for the other one. Raises TransientError.
        """
        question = Question(ref, milliseconds(since) if since else 0, limit, scope)
        known = await self._known(question)
        if not known.offsets:
            known = await self._known(replace(question, tenants=await self._tenants()))
        now = self._clock()
        try:
            async with asyncio.timeout(_PATIENCE_SECONDS):
                events = await self._record.at(known.offsets) if known.offsets else []
                _, end = await self._record.bounds()
        except TimeoutError as error:
            raise TransientError("the record is read too slowly", retry_after=_AGAIN_SECONDS) from error
        behind = max(0, end - known.next)
        return Found(
            scope=known.scope,
            events=_each_once(events),
            more=known.more,
            indexed_until=_until(known, now, behind),
            behind=behind,
            copies={one: n for one, n in Counter(event.event_id for event in events).items() if n > 1},
        )

    async def aclose(self) -> None:
        """Closes the connection to RabbitMQ, if there is one."""
        await self._record.close()

    async def _known(self, question: Question) -> Known:
        try:
            return await asyncio.to_thread(look_up, self._path, question)
        except (Damaged, sqlite3.Error) as error:
            raise TransientError(f"the index: {error}", retry_after=_AGAIN_SECONDS) from error


def _each_once(events: Iterable[Recorded]) -> tuple[Recorded, ...]:
    """The first of those with one id: the record is at-least-once."""
    first: dict[str, Recorded] = {}
    for event in events:
        first.setdefault(event.event_id, event)
    return tuple(first.values())


def _until(known: Known, now: datetime, behind: int) -> datetime | None:
    if not behind:
        return now
    return moment(known.last_recorded) if known.next else None
