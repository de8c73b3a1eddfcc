"""A message in doubt, until somebody knows or decides."""

from datetime import datetime, timedelta
from typing import Final
from uuid import UUID

from pydantic import BaseModel, ConfigDict

from contracts.envelope import Event, Instant
from contracts.lanes import Lane
from contracts.messages import MessageSendRequested
from contracts.model import Personal

PAUSES: Final = (10.0, 30.0, 90.0)
"""Seconds a receipt has to arrive before a message in doubt is sent again by itself; then a person decides.
Receipts mostly take one to three seconds."""


class Kept(Personal):
    """What is needed to send it again, and what waits behind it, in order. Dropped with the doubt."""

    request: Event[MessageSendRequested]
    behind: tuple[Event[MessageSendRequested], ...] = ()


class Doubt(BaseModel):
    """One attempt (the delivery's number `tries`) that the vendor may have taken.

    `due_at` is when its request comes again by itself; None: a person is asked. `blocking`: what follows
    in its conversation and lane waits behind it. `job` is what a person last asked, `by_person` that it
    is due for that reason.
    """

    model_config = ConfigDict(frozen=True)

    tenant: str
    message_id: UUID
    conversation_id: str
    lane: Lane
    tries: int
    reason: str
    since: Instant
    due_at: Instant | None = None
    blocking: bool = False
    by_person: bool = False
    job: UUID | None = None
    personal: Kept
    version: int = 0


def resend_at(now: datetime, resends: int) -> datetime | None:
    """When a message goes out again by itself that did so `resends` times before; None: never."""
    return now + timedelta(seconds=PAUSES[resends]) if resends < len(PAUSES) else None
