"""What every rule gets (the scene) and gives (the outcome)."""

from dataclasses import dataclass, replace
from datetime import datetime, tzinfo
from typing import Self
from uuid import UUID, uuid5

from contracts.messages import Option, Purpose
from contracts.model import Data
from contracts.tenants import TenantConfig
from conversation.domain.phrases import Phrases
from conversation.domain.state import Conversation


@dataclass(frozen=True)
class Scene:
    """The business, the moment (in its own time zone), the event at hand and the customer's language.

    `replayed` is true for a message that had to wait for the scheduler: it was written before the
    customer saw the last answer.
    """

    config: TenantConfig
    now: datetime
    cause: UUID
    phrases: Phrases
    replayed: bool = False

    @property
    def zone(self) -> tzinfo:
        return self.config.zone

    def local(self, instant: datetime) -> datetime:
        """The instant by the clock on the business's wall."""
        return instant.astimezone(self.config.zone)

    def new_booking_id(self) -> UUID:
        """The same for the same event, so that a repeated decision is the same wish."""
        return uuid5(self.cause, "booking")


@dataclass(frozen=True)
class Outcome:
    """The conversation afterwards, what to say (paragraphs of one reply), and what to request.

    `refused`: what an AI's answer named that the facts do not hold, so that this is said instead.
    """

    conversation: Conversation
    says: tuple[str, ...] = ()
    options: tuple[Option, ...] = ()
    requests: tuple[Data, ...] = ()
    purpose: Purpose = "reply"
    refused: str = ""

    def after(self, *paragraphs: str, requests: tuple[Data, ...] = ()) -> Self:
        """The same with something said before it."""
        return replace(self, says=(*paragraphs, *self.says), requests=(*requests, *self.requests))
