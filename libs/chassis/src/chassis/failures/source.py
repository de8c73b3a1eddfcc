"""Where failures of one kind come from, and what repairing one of them means there."""

from dataclasses import dataclass
from typing import Any, Protocol
from uuid import UUID

from chassis.errors import PermanentError
from chassis.failures.failure import Failure
from contracts.operations import FailureKind


class CannotBeRetried(PermanentError):
    """Trying this again makes no sense; the message says why and what to do instead."""


@dataclass(frozen=True)
class Order:
    """What an operator wants done about a failure. `edited` is the event as it shall be instead, whole.

    `job` is the id of the request: whoever carries it out twice does it under the same ids.
    """

    job: UUID
    by: str
    reason: str = ""
    edited: dict[str, Any] | None = None


class FailureSource(Protocol):
    """The failures of one kind in one service. All methods may raise TransientError: the desk tries again."""

    kind: FailureKind

    async def find(self, *, after: str = "", limit: int = 200) -> list[Failure]:
        """Those that nobody has repaired or given up, by `Failure.place`, behind the place `after`.

        What a retry or discard has begun and not finished is still among them (a worker may have died).
        """

    async def get(self, failure: UUID) -> Failure | None:
        """One of them; a repaired one only if the source keeps those itself."""

    async def retry(self, failure: Failure, order: Order, /) -> None:
        """Hands it to its consumer again; twice is as once. Raises CannotBeRetried."""

    async def discard(self, failure: Failure, order: Order, /) -> None:
        """Gives it up for good; twice is as once."""
