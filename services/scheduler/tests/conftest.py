"""A salon in Rome, a study in New York, their customers, and a store in memory that can be slowed down."""

import asyncio
import random
from collections.abc import AsyncIterator, Callable, Mapping
from copy import deepcopy
from dataclasses import dataclass, field
from datetime import UTC, datetime
from itertools import count
from pathlib import Path
from typing import Any
from uuid import UUID, uuid4, uuid5
from zoneinfo import ZoneInfo

import pytest

from chassis.storage import CollectionSpec, Conflict, Store, Versioned, open_store
from chassis.storage.port import AlreadyExists
from chassis.storage.query import Range
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


async def at_once() -> None:
    """Does not wait."""


class MemoryStore:
    """Documents in a dictionary. `turn` is awaited before every operation, which then is atomic."""

    def __init__(self) -> None:
        self.turn: Callable[[], Any] = at_once
        self.documents: dict[tuple[str, str, str], tuple[int, Any]] = {}
        self.writes = 0

    def collection(self, spec: CollectionSpec) -> Any:
        return MemoryCollection(self, spec.name)


class MemoryCollection:
    def __init__(self, store: MemoryStore, name: str) -> None:
        self._store = store
        self._name = name

    async def get(self, tenant: str, key: str) -> Versioned | None:
        await self._store.turn()
        found = self._store.documents.get((self._name, tenant, key))
        return Versioned(tenant, key, found[0], deepcopy(found[1])) if found else None

    async def save(self, tenant: str, key: str, body: Any, *, expected: int) -> None:
        await self._store.turn()
        place = (self._name, tenant, key)
        if self._store.documents.get(place, (0, None))[0] != expected:
            raise Conflict(*place, expected)
        self._store.documents[place] = (expected + 1, deepcopy(body))
        self._store.writes += 1

    async def insert(self, tenant: str, key: str, body: Any) -> None:
        try:
            await self.save(tenant, key, body, expected=0)
        except Conflict as conflict:
            raise AlreadyExists(self._name, tenant, key) from conflict

    async def delete(self, tenant: str, key: str) -> bool:
        await self._store.turn()
        return self._store.documents.pop((self._name, tenant, key), None) is not None

    async def find(self, tenant: str, where: Mapping[str, Any], **_: Any) -> list[Versioned]:
        await self._store.turn()
        return [
            Versioned(tenant, key, version, deepcopy(body))
            for (name, owner, key), (version, body) in self._store.documents.items()
            if (name, owner) == (self._name, tenant) and _fits(body, where)
        ]


def _fits(body: Mapping[str, Any], where: Mapping[str, Any]) -> bool:
    day: Range = where["day"]
    return body["resource_id"] == where["resource_id"] and str(day.gte) <= body["day"] <= str(day.lte)


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


class Interleaving:
    """Runs coroutines one store operation at a time, in an order drawn by `rng`."""

    def __init__(self, store: MemoryStore, rng: random.Random) -> None:
        store.turn = self._wait
        self._rng = rng
        self._waiting: dict[asyncio.Task[Any], asyncio.Future[None]] = {}
        self.tasks: set[asyncio.Task[Any]] = set()

    async def _wait(self) -> None:
        task = asyncio.current_task()
        assert task is not None
        turn = asyncio.get_running_loop().create_future()
        self._waiting[task] = turn
        await turn

    def start(self, coroutine: Any) -> asyncio.Task[Any]:
        task = asyncio.create_task(coroutine)
        self.tasks.add(task)
        return task

    async def step(self) -> None:
        """Lets one of the coroutines do its next operation."""
        await self._settle()
        ready = sorted(self._waiting, key=lambda task: task.get_name())
        if ready:
            self._waiting.pop(self._rng.choice(ready)).set_result(None)
        await self._settle()
        self.tasks = {task for task in self.tasks if not task.done()}

    async def advance(self, task: asyncio.Task[Any], operations: int = 1_000) -> None:
        """Lets one coroutine do so many operations, or all it has, while the others stand still."""
        for _ in range(operations):
            await self._settle()
            if task.done():
                return
            self._waiting.pop(task).set_result(None)
        await self._settle()

    async def kill(self, task: asyncio.Task[Any]) -> None:
        """The process that ran it dies before its next operation."""
        self._waiting.pop(task, None)
        self.tasks.discard(task)
        task.cancel()
        await asyncio.wait([task])

    async def _settle(self) -> None:
        while any(task not in self._waiting and not task.done() for task in self.tasks):
            await asyncio.sleep(0)  # noqa: ASYNC110 - each pass lets them run on to where they wait next


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
def new_memory() -> type[MemoryStore]:
    return MemoryStore


@pytest.fixture
def new_heard() -> type[Heard]:
    return Heard


@pytest.fixture
def interleaving() -> type[Interleaving]:
    return Interleaving


@pytest.fixture
def now() -> datetime:
    return NOW
