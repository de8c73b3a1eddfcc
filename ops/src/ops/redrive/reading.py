"""Finding in the record what is meant, and counting it."""

from collections import Counter
from collections.abc import AsyncGenerator
from contextlib import aclosing
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any, Final, NamedTuple, Protocol

from chassis.record import Recorded, Start
from contracts.envelope import Event
from contracts.events import MalformedEvent
from ops.moments import BEGINNING
from ops.redrive.wish import Wish, recorded_at

# Events lie nearly, not quite in the order of their times: publishers wait for confirmations, clocks differ.
_OUT_OF_ORDER: Final = timedelta(minutes=10)


class Reading(Protocol):
    """The record, as far as it is needed; chassis.record.Record."""

    def read(self, start: Start = "first", *, until: int | None = None) -> AsyncGenerator[Recorded, None]:
        """From `start` up to the offset `until`, or what is the end now."""


class Found(NamedTuple):
    """One event that is meant; None if today's contracts cannot read it."""

    offset: int
    type: str
    tenant: str
    event: Event[Any] | None


@dataclass
class Plan:
    """What is meant: how many events of each type and business, and the times of the first and the last.

    `unreadable` are left out. `start` is the offset of the first, `end` the one behind the last: what is
    recorded later is not meant.
    """

    counts: Counter[tuple[str, str]] = field(default_factory=Counter)
    unreadable: int = 0
    first: datetime | None = None
    last: datetime | None = None
    start: int = 0
    end: int = 0

    @property
    def total(self) -> int:
        """How many events are handed out."""
        return self.counts.total()

    def of_type(self, event_type: str) -> int:
        """How many of them are of one type."""
        return sum(count for (one, _), count in self.counts.items() if one == event_type)

    def add(self, found: Found) -> None:
        """Counts one."""
        if found.event is None:
            self.unreadable += 1
            return
        if not self.counts:
            self.start = found.offset
        self.counts[found.type, found.tenant] += 1
        self.end = found.offset + 1
        moment = recorded_at(found.event)
        self.first = min(self.first or moment, moment)
        self.last = max(self.last or moment, moment)


async def planned(record: Reading, wish: Wish, from_offset: int | None = None) -> Plan:
    """What would be handed out; from one place in the record on, if told."""
    plan = Plan()
    async for found in meant(record, wish, from_offset):
        plan.add(found)
    return plan


async def meant(
    record: Reading, wish: Wish, from_offset: int | None = None, until: int | None = None
) -> AsyncGenerator[Found, None]:
    """All that is meant, in the order of the record. Of an event that it holds twice, the first one."""
    seen: set[str] = set()
    async with aclosing(record.read(_start(wish, from_offset), until=until)) as lines:
        async for recorded in lines:
            if not wish.may_mean(recorded) or recorded.event_id in seen:
                continue
            event = _event(recorded)
            if event and recorded_at(event) > wish.until + _OUT_OF_ORDER:
                return
            if event is None or wish.means(event):
                seen.add(recorded.event_id)
                yield Found(recorded.offset, recorded.type, recorded.tenant, event)


def _start(wish: Wish, from_offset: int | None) -> Start:
    if from_offset is not None:
        return from_offset
    return "first" if wish.since == BEGINNING else wish.since - _OUT_OF_ORDER


def _event(recorded: Recorded) -> Event[Any] | None:
    try:
        return recorded.event()
    except MalformedEvent:
        return None
