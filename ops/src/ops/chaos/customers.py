"""Who writes, and when: some again and again, most a few times, some to an AI and patiently."""

import asyncio
from collections import deque
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import date, datetime
from itertools import count
from random import Random
from typing import Final

from contracts.envelope import inbound_id
from contracts.messages import Channel
from contracts.tenants import TenantConfig
from ops.chaos import meta
from ops.chaos.ledger import Ledger, Message
from ops.chaos.questions import Asking, Question, Slot

REGULARS: Final = 16
REGULAR_PAUSE: Final = (2.0, 8.0)
"""Seconds between what a regular writes."""

CURIOUS: Final = 5
VISITORS: Final = 0.8
"""New visitors a second; each writes three messages, one of them a booking."""

BURST: Final = 0.2
"""How often three messages come at once, without waiting for an answer."""

TWICE: Final = 0.04
"""How often a webhook that was taken is delivered once more, as Meta may do."""

PATIENCE: Final = 20.0
"""Seconds that somebody waits for an AI's answer before asking the next thing."""


@dataclass(frozen=True)
class Town:
    """What all customers share."""

    ledger: Ledger
    post: meta.Meta
    businesses: tuple[TenantConfig, ...]
    random: Random
    numbers: Iterator[int] = field(default_factory=lambda: count(393330000001))
    slots: dict[str, Iterator[Slot]] = field(default_factory=dict)

    def customer(self) -> "Customer":
        """Somebody new, of one of the businesses."""
        business = self.random.choice(self.businesses)
        today = datetime.now(business.zone).date()
        asking = Asking(business, today)
        self.slots.setdefault(business.id, asking.slots())
        return Customer(self, str(next(self.numbers)), asking)


class Customer:
    """One phone. What it writes is posted in order, each message when the one before was taken."""

    def __init__(self, town: Town, address: str, asking: Asking) -> None:
        self._town = town
        self._address = address
        self._asking = asking
        self._count = count()
        self._days: deque[date] = deque(town.random.sample(asking.days, len(asking.days)))
        self._outbox: asyncio.Queue[tuple[Message, bytes]] = asyncio.Queue()

    @property
    def days_left(self) -> int:
        """How often it can still ask without asking the same twice."""
        return len(self._days)

    def ask_hours(self) -> Message:
        """Writes a question that rules answer."""
        return self._write(self._asking.hours(self._days.popleft()))

    def book(self) -> Message:
        """Writes for an appointment that is free."""
        slots = self._town.slots[self._asking.business.id]
        slot = next(one for one in slots if one.start.date() in self._days)
        self._days.remove(slot.start.date())
        return self._write(self._asking.booking(slot))

    def ask_ai(self) -> Message:
        """Writes what only an AI can answer."""
        return self._write(self._asking.for_an_ai(next(self._count)))

    def _write(self, question: Question) -> Message:
        business, number = self._asking.business, next(self._count)
        wamid = f"wamid.{self._address}.{number}"
        message = Message(
            id=wamid,
            event=inbound_id(business.id, Channel.WHATSAPP, wamid),
            tenant=business.id,
            address=self._address,
            number=number,
            marker=question.marker,
            ordered=question.ordered,
            written=asyncio.get_running_loop().time(),
        )
        self._town.ledger.wrote(message)
        body = meta.message(business, self._address, wamid, question.text)
        self._outbox.put_nowait((message, body))
        return message

    async def post(self) -> None:
        """Posts what is written, for ever."""
        business, random = self._asking.business, self._town.random
        while True:
            message, body = await self._outbox.get()
            message.taken = await self._town.post.deliver(business, body)
            if random.random() < TWICE:
                await self._town.post.post(business, body)


class Load:
    """All customers: `write` until it is cancelled, then `close`."""

    def __init__(self, town: Town) -> None:
        self._town = town
        self._phones: list[asyncio.Task[None]] = []

    async def write(self) -> None:
        """Customers come and write; what they have written is still posted afterwards."""
        async with asyncio.TaskGroup() as people:
            for _ in range(REGULARS):
                people.create_task(self._regular())
            for _ in range(CURIOUS):
                people.create_task(self._curious())
            while True:
                await asyncio.sleep(self._town.random.expovariate(VISITORS))
                people.create_task(self._visit())

    async def close(self) -> None:
        """Nothing is posted any more."""
        for phone in self._phones:
            phone.cancel()
        await asyncio.gather(*self._phones, return_exceptions=True)

    def _newcomer(self) -> Customer:
        customer = self._town.customer()
        self._phones.append(asyncio.create_task(customer.post()))
        return customer

    async def _regular(self) -> None:
        random, customer = self._town.random, self._newcomer()
        while True:
            await asyncio.sleep(random.uniform(*REGULAR_PAUSE))
            if customer.days_left < 3:
                customer = self._newcomer()
            for _ in range(3 if random.random() < BURST else 1):
                customer.ask_hours()

    async def _curious(self) -> None:
        random, customer = self._town.random, self._newcomer()
        while True:
            await asyncio.sleep(random.uniform(*REGULAR_PAUSE))
            await _until_answered(customer.ask_ai())

    async def _visit(self) -> None:
        random, customer = self._town.random, self._newcomer()
        for write in (customer.ask_hours, customer.book, customer.ask_hours):
            write()
            await asyncio.sleep(0 if random.random() < BURST else random.uniform(1.0, 4.0))


async def _until_answered(message: Message) -> None:
    for _ in range(int(PATIENCE * 5)):
        if message.answered is not None:
            return
        await asyncio.sleep(0.2)
