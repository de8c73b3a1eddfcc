"""What sending needs from outside: channels, the store of deliveries, consents, tenants, publishing."""

from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, Protocol
from uuid import UUID

from chassis.errors import PermanentError, SlowDown, TransientError
from chassis.failures.failure import Failure
from contracts.envelope import Event
from contracts.messages import Channel, MessageSendRequested
from contracts.tenants import TenantConfig
from notifier.domain.delivery import Delivery, State
from notifier.domain.doubt import Doubt


class Departure(Protocol):
    """Told by an adapter how far one attempt has come."""

    async def announce(self) -> None:
        """The connection stands and the body is next. If it raises, nothing may leave."""

    def leave(self) -> None:
        """Called in the very moment the body goes to the kernel. If it raises, nothing may leave."""


class Departures(Protocol):
    """Which attempts have left this machine; outlives the process, not the machine."""

    @property
    def place(self) -> str:
        """The id of this memory: an attempt announced elsewhere is not known here."""

    def depart(self, message_id: UUID, tries: int) -> bool:
        """Notes that this attempt leaves, at once. False if it has been noted before, by whomever."""

    def forget(self, message_id: UUID, tries: int) -> None:
        """The outcome of this attempt is kept elsewhere."""


@dataclass(frozen=True)
class Accepted:
    """The vendor has taken the message and calls it so."""

    vendor_message_id: str


class NotAccepted(TransientError):
    """The vendor certainly has not taken the message and may take it later."""


class RateLimited(NotAccepted, SlowDown):
    """The vendor takes it later, when we go slower. `whole_account`: so it will say to all our messages."""

    def __init__(
        self, message: str, *, retry_after: float | None = None, whole_account: bool = False
    ) -> None:
        super().__init__(message, retry_after=retry_after)
        self.whole_account = whole_account


class Refused(PermanentError):
    """The vendor will never take this message. `code` and `reason` are the vendor's."""

    def __init__(self, reason: str, code: str | None = None) -> None:
        super().__init__(reason)
        self.reason = reason
        self.code = code


class Unanswered(Exception):
    """The request was written and no usable answer came: the vendor may have taken the message."""


class ChannelSender(Protocol):
    """One channel's way out."""

    @property
    def repeatable(self) -> bool:
        """The same message sent twice is shown once, so a doubtful one is simply sent again."""

    async def send(
        self, request: Event[MessageSendRequested], tenant: TenantConfig, departure: Departure
    ) -> Accepted:
        """One call to the vendor. The tenant's secrets are sealed.

        Raises NotAccepted, Refused, Unanswered, and whatever `departure` raises; then the vendor
        has got nothing it could act on.
        """


@dataclass(frozen=True)
class Record:
    """A stored delivery. `said` is what was published for each event that changed it, by event id."""

    tenant: str
    delivery: Delivery
    version: int = 0
    said: dict[UUID, tuple[Event[Any], ...]] = field(default_factory=dict)


class Deliveries(Protocol):
    """The deliveries of all tenants. All methods raise StoreUnavailable."""

    async def get(self, tenant: str, message_id: UUID) -> Record | None:
        """The delivery of one message."""

    async def by_vendor_id(self, tenant: str, channel: Channel, vendor_message_id: str) -> Record | None:
        """The delivery the vendor calls so."""

    async def save(self, record: Record) -> Record:
        """One write. Returns the record at its new version. Raises Conflict."""

    async def of_conversation(self, tenant: str, conversation_id: str, limit: int) -> list[Delivery]:
        """Newest first."""

    async def newest(self, tenant: str, limit: int, state: State | None = None) -> list[Delivery]:
        """The tenant's deliveries, newest first; those in one state if asked."""

    async def oldest(self, tenant: str) -> Delivery | None:
        """The tenant's first delivery that is known."""


class Doubts(Protocol):
    """The messages in doubt of all tenants. All methods raise StoreUnavailable."""

    async def get(self, tenant: str, message_id: UUID) -> Doubt | None:
        """The doubt about one message."""

    async def about(self, message_id: UUID) -> Doubt | None:
        """The doubt about one message, of whatever tenant."""

    async def blocking(self, tenant: str, conversation_id: str) -> list[Doubt]:
        """Those in a conversation behind which others wait."""

    async def due(self, now: datetime, limit: int) -> list[Doubt]:
        """Those whose time has come, longest first."""

    async def oldest(self, limit: int, skip: int = 0) -> list[Doubt]:
        """Oldest first."""

    async def save(self, doubt: Doubt) -> None:
        """One write. Raises Conflict."""

    async def drop(self, doubt: Doubt) -> None:
        """Forgets it with all that was kept. Raises Conflict."""


class SettledFailures(Protocol):
    """What is kept of failures that are over. Raises StoreUnavailable."""

    async def resolve(self, failure: Failure, *, by: str, reason: str) -> None:
        """It turned out to need nobody. Saying so twice is as once."""


class Consents(Protocol):
    """Who does not want to be written to. All methods raise StoreUnavailable."""

    async def opted_out(self, tenant: str, channel: Channel, address: str) -> bool:
        """Whether the last word of this customer was STOP."""

    async def note(
        self, tenant: str, channel: Channel, address: str, *, opted_out: bool, at: datetime
    ) -> None:
        """Keeps what the customer said last; something older changes nothing."""


class Tenants(Protocol):
    """The configurations of all tenants."""

    async def get(self, tenant: str) -> TenantConfig:
        """Raises TransientError while the tenant is not known (yet)."""


class Publisher(Protocol):
    """Says what happened."""

    async def publish(self, *events: Event[Any]) -> None:
        """Returns when the broker has confirmed. Raises TransientError."""
