"""What the handlers need from outside. Tenant first everywhere: nobody sees another tenant's documents.

Every `save` replaces version `expected` (0: not there yet) and raises `chassis.storage.Conflict` if somebody
else was faster. All of it may raise TransientError.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any, Generic, Literal, Protocol, TypeVar
from uuid import UUID

from contracts.envelope import Event
from contracts.tenants import TenantConfig
from scheduler.domain.booking import Booking
from scheduler.domain.diary import Agenda, Diary, DiaryKey
from scheduler.domain.timer import Timer

T = TypeVar("T")


@dataclass(frozen=True)
class Stored(Generic[T]):
    """What was read, and the version to save it over."""

    value: T
    version: int


class Tenants(Protocol):
    async def get(self, tenant: str) -> TenantConfig:
        """Raises TransientError while the tenant is not known here."""


@dataclass(frozen=True)
class Page:
    """Which bookings to list: those that start from `start` up to but not at `end`."""

    start: datetime | None = None
    end: datetime | None = None
    status: Literal["confirmed", "cancelled"] | None = None
    limit: int = 50
    skip: int = 0


class Bookings(Protocol):
    async def get(self, tenant: str, booking_id: UUID) -> Stored[Booking] | None: ...

    async def save(self, tenant: str, booking: Booking, *, expected: int) -> None: ...

    async def agreed(self, tenant: str, page: Page) -> list[Booking]:
        """Those that are or were agreed, by start and then id."""


class Diaries(Protocol):
    async def get(self, tenant: str, key: DiaryKey) -> Stored[Diary]:
        """An empty one at version 0 where nothing was ever held."""

    async def save(self, tenant: str, key: DiaryKey, diary: Diary, *, expected: int) -> None: ...

    async def agenda(self, tenant: str, resources: Sequence[str], first: date, last: date) -> Agenda:
        """The diaries of these resources for all days from `first` to `last`."""


class Timers(Protocol):
    async def put(self, tenant: str, timer: Timer) -> None:
        """Sets it; once is enough."""

    async def remove(self, tenant: str, key: str) -> None:
        """No matter whether it is there."""

    async def soonest(self, limit: int) -> list[tuple[str, Timer]]:
        """The next ones of all tenants, each with its tenant."""


class Publisher(Protocol):
    async def publish(self, *events: Event[Any]) -> None: ...
