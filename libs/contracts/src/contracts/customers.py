"""What customers decide about being written to, and when they want a human."""

from typing import Literal

from contracts.messages import Channel
from contracts.model import Data, Personal


class Address(Personal):
    """Where one customer is reached on one channel."""

    address: str
    name: str | None = None


class ConsentWithdrawn(Data):
    """The customer wants no more messages on this channel (STOP)."""

    channel: Channel
    personal: Address


class ConsentGiven(Data):
    """The customer wants messages again (START)."""

    channel: Channel
    personal: Address


class HandoverRequested(Data):
    """A human shall take over."""

    channel: Channel
    reason: Literal["asked", "not_understood"]
    personal: Address
