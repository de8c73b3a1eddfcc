"""A salon in Rome, a study in New York, their customers, and a scheduler over a real store."""

from collections.abc import AsyncIterator, Callable
from dataclasses import dataclass, field
from datetime import UTC, datetime
from itertools import count
from pathlib import Path
from typing import Any
from uuid import UUID, uuid4, uuid5
from zoneinfo import ZoneInfo

import pytest

from chassis.storage import Store, open_store
from contracts import events
from contracts.bookings import (
    AvailabilityRequested,
    BookingCancelRequested,
    BookingMoveRequested,
    BookingRequested,
    Customer,
)
from contracts.envelope import Event
from contracts.messages import Channel
from contracts.model import Data
from contracts.tenants import TenantConfig
from scheduler.adapters.booking_documents import BookingDocuments
from scheduler.adapters.diary_documents import DiaryDocuments
from scheduler.adapters.timer_documents import TimerDocuments
from scheduler.domain.booking import Booking
from scheduler.handlers.availability import AvailabilityDesk
from scheduler.handlers.booking_desk import BookingDesk
from scheduler.handlers.free_times import FreeTimes
from scheduler.handlers.held_places import HeldPlaces

ROME = ZoneInfo("Europe/Rome")
NOW = datetime(2026, 11, 20, 9, 0, tzinfo=UTC)  # a Friday, 10:00 in Rome


def salon_config(**changes: Any) -> TenantConfig:
    day = ["09:00-12:30", "14:30-19:00"]
    weekdays = ("tuesday", "wednesday", "thursday", "friday", "saturday")
    body = {
        "id": "lyo",
        "name": "Lyo",
        "timezone": "Europe/Rome",
        "languages": ["it", "en"],
        "services": [
            {"id": "cut", "name": {"it": "Taglio", "en": "Haircut"}, "duration": 30},
            {"id": "colour", "name": {"it": "Colore", "en": "Colour"}, "duration": 90},
            {"id": "shave", "name": "Barba", "duration": 20},
        ],
        "staff": [
            {"id": "giulia", "name": "Giulia"},
            {"id": "marco", "name": "Marco", "services": ["cut", "shave"]},
        ],
        "hours": dict.fromkeys(weekdays, day),
    }
    return TenantConfig.model_validate(body | changes)


def study_config() -> TenantConfig:
    return salon_config(id="study", timezone="America/New_York", languages=["en"])


class Customers:
    """Makes the events that customers' wishes become."""

    def __init__(self) -> None:
        self._numbers = count(1)

    def _event(self, data: Data, at: datetime, tenant: str) -> Event[Any]:
        number = uuid5(UUID(int=0), str(next(self._numbers)))
        return events.first(
            data, event_id=number, source="test", tenant=tenant, partition="a conversation", time=at
        )

    def books(
        self,
        start: datetime,
        *,
        service: str = "cut",
        resource: str | None = None,
        booking: UUID | None = None,
        at: datetime = NOW,
        tenant: str = "lyo",
    ) -> Event[Any]:
        who = Customer(name="Anna", channel=Channel.WHATSAPP, address="393331234567")
        data = BookingRequested(
            booking_id=booking or uuid4(), service_id=service, resource_id=resource, start=start, personal=who
        )
        return self._event(data, at, tenant)

    def moves(
        self,
        booking: UUID,
        start: datetime,
        *,
        resource: str | None = None,
        at: datetime = NOW,
        tenant: str = "lyo",
    ) -> Event[Any]:
        data = BookingMoveRequested(booking_id=booking, start=start, resource_id=resource)
        return self._event(data, at, tenant)

    def cancels(self, booking: UUID, *, at: datetime = NOW, tenant: str = "lyo") -> Event[Any]:
        return self._event(BookingCancelRequested(booking_id=booking), at, tenant)

    def of(self, data: Data, *, at: datetime = NOW, tenant: str = "lyo") -> Event[Any]:
        return self._event(data, at, tenant)

    def asks(self, *, at: datetime = NOW, tenant: str = "lyo", **asked: Any) -> Event[Any]:
        return self._event(AvailabilityRequested(**{"service_id": "cut"} | asked), at, tenant)


class KnownTenants:
    def __init__(self) -> None:
        self.configs = {one.id: one for one in (salon_config(), study_config())}

    async def get(self, tenant: str) -> TenantConfig:
        return self.configs[tenant]


class Heard:
    """A publisher that remembers."""

    def __init__(self) -> None:
        self.events: list[Event[Any]] = []

    async def publish(self, *events: Event[Any]) -> None:
        self.events += events

    @property
    def last(self) -> Any:
        return self.events[-1].data


@dataclass
class Scheduler:
    """One replica with everything it is made of, over `store`."""

    store: Any
    tenants: KnownTenants = field(default_factory=KnownTenants)
    heard: Heard = field(default_factory=Heard)
    now: datetime = NOW

    def __post_init__(self) -> None:
        self.bookings = BookingDocuments(self.store)
        self.diaries = DiaryDocuments(self.store)
        self.timers = TimerDocuments(self.store)
        self.free_times = FreeTimes(self.diaries)
        clock = self.clock
        self.desk = BookingDesk(
            tenants=self.tenants,
            bookings=self.bookings,
            places=HeldPlaces(self.bookings, self.diaries),
            free_times=self.free_times,
            timers=self.timers,
            publisher=self.heard,
            clock=clock,
        )
        self.availability = AvailabilityDesk(
            tenants=self.tenants,
            bookings=self.bookings,
            free_times=self.free_times,
            publisher=self.heard,
            clock=clock,
        )

    def clock(self) -> datetime:
        return self.now

    async def take(self, event: Event[Any]) -> Any:
        """Handles an event and returns what was answered."""
        if isinstance(event.data, AvailabilityRequested):
            await self.availability.on_availability_requested(event)
        else:
            await self.desk.on_request(event)
        return self.heard.last

    async def booking(self, booking_id: UUID, tenant: str = "lyo") -> Booking:
        stored = await self.bookings.get(tenant, booking_id)
        assert stored is not None
        return stored.value


@pytest.fixture
def salon() -> TenantConfig:
    return salon_config()


@pytest.fixture
def customers() -> Customers:
    return Customers()


@pytest.fixture
def rome() -> Callable[..., datetime]:
    """A moment by the clock in Rome: rome(25, 15) is the 25th of November 2026 at 15:00."""

    def at(day: int, hour: int, minute: int = 0, *, month: int = 11, year: int = 2026) -> datetime:
        return datetime(year, month, day, hour, minute, tzinfo=ROME)

    return at


@pytest.fixture
async def store(tmp_path: Path) -> AsyncIterator[Store]:
    store = open_store(f"sqlite://{tmp_path}/store", "scheduler")
    await store.open()
    yield store
    await store.close()


@pytest.fixture
async def scheduler(store: Store) -> Scheduler:
    return Scheduler(store)


@pytest.fixture
def new_scheduler() -> type[Scheduler]:
    return Scheduler


@pytest.fixture
def new_salon() -> Callable[..., TenantConfig]:
    return salon_config


@pytest.fixture
def new_heard() -> type[Heard]:
    return Heard


@pytest.fixture
def now() -> datetime:
    return NOW
