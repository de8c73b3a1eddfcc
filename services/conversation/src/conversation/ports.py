"""What the dialogue needs from outside: configurations, the transcript, and the stored conversations."""

from collections.abc import Callable
from datetime import datetime
from typing import Any, Protocol

from contracts.envelope import Event
from contracts.messages import MessageReceived, MessageSendRequested
from contracts.tenants import TenantConfigured
from conversation.domain.state import Conversation
from conversation.domain.transcript import Line


class Tenants(Protocol):
    """The configurations of all businesses."""

    async def current(self, tenant: str) -> TenantConfigured:
        """The newest one with its version. Raises TransientError while the tenant is not known (yet)."""


class Transcript(Protocol):
    """Every message said, both ways. All methods raise StoreUnavailable."""

    async def record(self, event: Event[MessageReceived] | Event[MessageSendRequested], n: int = 0) -> None:
        """Keeps one message, the n-th of its moment; the same event again changes nothing."""

    async def of(self, tenant: str, conversation: str, limit: int) -> tuple[Line, ...]:
        """The newest `limit` messages, in the order they were said."""


class Conversations(Protocol):
    """The stored conversations. All methods raise StoreUnavailable."""

    async def get(self, tenant: str, conversation: str) -> Conversation | None:
        """One conversation of this tenant."""

    async def note(
        self, tenant: str, conversation: str, change: Callable[[Conversation | None], Conversation]
    ) -> None:
        """Changes a conversation without an event being handled."""

    async def newest(self, tenant: str, limit: int, before: datetime | None) -> tuple[Conversation, ...]:
        """By their last event, newest first; those older than `before`.

        More than `limit` where others are as old as the last one.
        """


class Publisher(Protocol):
    """Says what happened."""

    async def publish(self, *events: Event[Any]) -> None:
        """Returns when the broker has confirmed. Raises TransientError."""
