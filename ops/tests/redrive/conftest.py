"""Recorded events, and a record that is a list."""

from collections.abc import AsyncIterator
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import UUID, uuid4

import pytest

from contracts import events
from contracts.bookings import BookingCancelRequested
from contracts.envelope import Event

NOON = datetime(2026, 3, 2, 12, 0, tzinfo=UTC)


@dataclass(frozen=True)
class Line:
    """chassis.record.Recorded, without a broker."""

    offset: int
    body: bytes
    type: str
    tenant: str
    conversation: str
    event_id: str

    def event(self) -> Event[Any]:
        return events.read(self.body)


@dataclass
class Listed:
    """chassis.record.Record, as a list."""

    lines: list[Line] = field(default_factory=list)
    starts: list[Any] = field(default_factory=list)

    def add(self, event: Event[Any], body: bytes | None = None) -> None:
        self.lines.append(
            Line(
                len(self.lines), body or event.model_dump_json().encode(), event.type, event.tenantid,
                event.partitionkey, str(event.id),
            )
        )  # fmt: skip

    async def read(self, start: Any = "first", *, until: int | None = None) -> AsyncIterator[Line]:
        self.starts.append(start)
        first = start if isinstance(start, int) else 0
        for line in self.lines[first:until]:
            yield line


@pytest.fixture
def record() -> Listed:
    return Listed()


@pytest.fixture
def cancels() -> Any:
    """An event that was recorded so many minutes after noon."""

    def make(
        minute: float = 0, *, tenant: str = "lyo", conversation: str = "c", booking: UUID | None = None
    ) -> Event[Any]:
        at = NOON + timedelta(minutes=minute)
        event = events.first(
            BookingCancelRequested(booking_id=booking or uuid4()), event_id=uuid4(), source="conversation",
            tenant=tenant, partition=conversation, time=at,
        )  # fmt: skip
        return event.published(None, taken=at, now=at)

    return make
