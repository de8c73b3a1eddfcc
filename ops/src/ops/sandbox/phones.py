"""Simulated phones: who talks with which business on which channel, and what their screens show."""

import asyncio
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Literal

from contracts.tenants import TenantConfig

Status = Literal["sending", "sent", "delivered", "read", "failed"]
_ORDER: tuple[Status, ...] = ("sending", "sent", "delivered", "read", "failed")


@dataclass(frozen=True)
class Choice:
    """Something that can be tapped. `row` is the line of the keyboard it stands in."""

    id: str
    title: str
    description: str = ""
    row: int = 0


@dataclass
class Bubble:
    """One message on the screen. `id` is the vendor's; `reference` what the business sent along.

    `menu` is the label of the button that opens the choices as a list; without it they are buttons.
    """

    id: str
    author: Literal["customer", "business"]
    text: str
    choices: tuple[Choice, ...] = ()
    menu: str | None = None
    reference: str | None = None
    footer: str | None = None
    status: Status = "sending"
    chosen: str | None = None
    at: datetime = field(default_factory=lambda: datetime.now(UTC))

    def advance(self, status: Status) -> bool:
        """Moves on to a later status; False when it is there already."""
        if _ORDER.index(status) <= _ORDER.index(self.status):
            return False
        self.status = status
        return True


@dataclass
class Phone:
    """One customer's phone, open at the talk with one business. `version` grows with every change."""

    channel: str
    business: TenantConfig
    address: str
    name: str
    bubbles: list[Bubble] = field(default_factory=list)
    version: int = 0
    watchers: int = 0
    typing: bool = False
    turn: asyncio.Lock = field(default_factory=asyncio.Lock)

    def show(self, bubble: Bubble) -> Bubble:
        """Adds a message to the screen. An answer of the business marks what was asked as read."""
        if bubble.author == "business":
            self.typing = False
            for one in self.said_by_customer():
                one.advance("read")
        self.bubbles.append(bubble)
        self.changed()
        return bubble

    def changed(self) -> None:
        """Tells the pages that something is new."""
        self.version += 1

    def said_by_customer(self) -> Iterator[Bubble]:
        """The customer's own messages that went through, newest first."""
        return (one for one in reversed(self.bubbles) if one.author == "customer" and one.status != "failed")

    def choice(self, choice_id: str) -> tuple[Bubble, Choice] | None:
        """The newest message that offers this choice, and the choice."""
        for bubble in reversed(self.bubbles):
            for one in bubble.choices:
                if one.id == choice_id:
                    return bubble, one
        return None


class Phones:
    """All phones, by channel, business and address. A phone that is rung for the first time exists then."""

    def __init__(self) -> None:
        self._phones: dict[tuple[str, str, str], Phone] = {}

    def get(self, channel: str, business: TenantConfig, address: str, name: str | None = None) -> Phone:
        """The phone with this address; `name` renames its owner."""
        key = (channel, business.id, address)
        if key not in self._phones:
            self._phones[key] = Phone(channel, business, address, name or "Customer")
        phone = self._phones[key]
        phone.name = name or phone.name
        return phone

    def find(self, channel: str, tenant: str, address: str) -> Phone | None:
        """The phone, if it was ever used."""
        return self._phones.get((channel, tenant, address))

    def of(self, channel: str, tenant: str) -> list[Phone]:
        """All phones that talk with a business on a channel, newest talk last."""
        return [one for key, one in self._phones.items() if key[:2] == (channel, tenant)]
