"""What answering needs from outside: vendors, their circuits, kept results, publishing."""

from dataclasses import dataclass
from typing import Any, Literal, Protocol
from uuid import UUID

from contracts.completions import CompletionRequested, FailureReason
from contracts.envelope import Event


@dataclass(frozen=True)
class Completion:
    """A whole answer. Tokens as the vendor counted them."""

    text: str
    model: str
    input_tokens: int | None
    output_tokens: int | None


class NoAnswer(Exception):
    """The vendor gave no usable answer. `detail` holds neither keys nor what anybody wrote."""

    def __init__(self, reason: FailureReason, detail: str = "") -> None:
        super().__init__(f"{reason}: {detail}" if detail else reason)
        self.reason = reason
        self.detail = detail


class Vendor(Protocol):
    """One AI vendor."""

    async def complete(self, request: CompletionRequested, model: str) -> Completion:
        """Raises NoAnswer."""


class Circuit(Protocol):
    """Keeps us from a vendor that keeps failing. Never raises."""

    async def admit(self) -> bool:
        """Whether a call may be made. Whoever was admitted notes the outcome."""

    async def note(self, outcome: Literal["succeeded", "failed"]) -> None:
        """Notes how an admitted call ended."""


class Results(Protocol):
    """What was answered lately, so that a redelivery does not pay twice. Never raises."""

    async def get(self, request_id: UUID) -> Event[Any] | None:
        """The answer to a request, if it is still kept."""

    async def keep(self, request_id: UUID, answer: Event[Any]) -> None:
        """Keeps an answer for a while."""


class Publisher(Protocol):
    """Says what happened."""

    async def publish(self, *events: Event[Any]) -> None:
        """Returns when the broker has confirmed. Raises TransientError."""
