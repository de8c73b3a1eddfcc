"""What every channel of the sandbox can do."""

from collections.abc import Mapping
from dataclasses import dataclass
from random import Random
from typing import Any, Protocol

from fastapi import APIRouter

from contracts.tenants import TenantConfig
from ops.sandbox.faults import Faults
from ops.sandbox.phones import Bubble, Choice, Phone, Phones
from ops.sandbox.webhooks import Webhooks
from ops.sandbox.wire import Wire


@dataclass(frozen=True)
class World:
    """What all channels share."""

    businesses: Mapping[str, TenantConfig]
    phones: Phones
    faults: Faults
    wire: Wire
    webhooks: Webhooks


@dataclass(frozen=True)
class Customer:
    """Who owns a phone."""

    name: str
    address: str


class Channel(Protocol):
    """One vendor's network: its API as the business calls it, and what a customer does on a phone.

    `name` is also the folder of its webhooks and the CSS class of its phones.
    """

    name: str
    title: str

    def serves(self, business: TenantConfig) -> bool:
        """Whether the business can be reached here."""

    def stranger(self, random: Random) -> Customer:
        """Somebody new with a plausible address."""

    def routes(self) -> APIRouter:
        """The vendor's API."""

    async def say(self, phone: Phone, text: str) -> Bubble:
        """The customer types. Returns when the gateway has taken (or finally refused) it."""

    async def choose(self, phone: Phone, bubble: Bubble, choice: Choice) -> Bubble | None:
        """The customer taps a choice. The new message it makes on the screen, if it makes one."""

    async def look(self, phone: Phone) -> None:
        """The customer has the talk open: what has arrived is read."""


def names(random: Random) -> str:
    """A first and last name."""
    first = ("Maria", "Luca", "Aïcha", "Emma", "Jean", "Sofia", "Awa", "Tom", "Chiara", "Nora")
    last = ("Rossi", "Ndiaye", "Smith", "Bianchi", "Diop", "Martin", "Conti", "Moreau")
    return f"{random.choice(first)} {random.choice(last)}"


async def posted(webhooks: Webhooks, phone: Phone, bubble: Bubble, webhook: Any) -> None:
    """Sends what a customer did, one after the other per phone, and sets the ticks."""
    async with phone.turn:
        bubble.advance("sent")
        phone.changed()
        taken = await webhooks.post(webhook)
    bubble.advance("delivered" if taken else "failed")
    phone.changed()
