"""What a business feels of its neighbours: one that floods, and one whose conversation keeps failing."""

import asyncio
import os
import time
from collections.abc import Callable, Coroutine
from dataclasses import dataclass
from typing import Any
from uuid import uuid4

import httpx

from chassis.clock import utc_now
from chassis.messaging.broker import build_broker
from chassis.messaging.publisher import EventPublisher
from contracts import events
from contracts.messages import Channel, Inbound, MessageReceived
from ops.bench.load import LYO, SDB, Business, customers, write
from ops.bench.vendor import Vendor

PER_SECOND = 10
QUIET_SECONDS = 15
FLOOD = 1000
FLOODERS = 50
"""Connections of the flooding business: so many of its messages are on their way into the house at once."""


@dataclass(frozen=True)
class Felt:
    """How long the quiet business's customers waited for their answers, in seconds."""

    meanwhile: str
    waits: list[float]


async def neighbours(gateway: str, vendor: Vendor, tell: Callable[[str], None]) -> list[Felt]:
    """The waits of one business alone, beside a poison conversation, and beside a flood."""
    async with customers() as client:
        customer = Customer(client, f"{gateway}/webhooks/whatsapp/lyo", LYO, vendor)
        flooder = Customer(client, f"{gateway}/webhooks/whatsapp/sdb", SDB, vendor)
        tell("one business alone")
        found = [Felt("nothing else", await _steadily(customer, asyncio.sleep(QUIET_SECONDS)))]
        tell("beside a poison conversation")
        await _poison()
        waits = await _steadily(customer, asyncio.sleep(QUIET_SECONDS))
        found.append(Felt("another conversation keeps failing", waits))
        tell(f"beside {FLOOD} messages of another business")
        arrivals: list[asyncio.Future[float]] = []
        waits = await _steadily(customer, _pour(flooder, arrivals))
        found.append(Felt("another business floods: taken in", waits))
        waits = await _steadily(customer, _all(arrivals))
        found.append(Felt("another business floods: worked off", waits))
    return found


@dataclass(frozen=True)
class Customer:
    """Whoever writes to one business; a new one each time."""

    client: httpx.AsyncClient
    url: str
    business: Business
    vendor: Vendor

    async def write(self) -> asyncio.Future[float]:
        """Returns when the message is taken in; the answer's arrival comes later."""
        return (await write(self.client, self.url, self.business, self.vendor))[1]

    async def ask(self) -> float:
        """Seconds until the answer."""
        begun = time.perf_counter()
        return await (await self.write()) - begun


async def _steadily(customer: Customer, meanwhile: Coroutine[Any, Any, None]) -> list[float]:
    """Customers write at a steady pace for as long as something else goes on."""
    other = asyncio.create_task(meanwhile)
    asking: list[asyncio.Task[float]] = []
    while not other.done():
        asking.append(asyncio.create_task(customer.ask()))
        await asyncio.sleep(1 / PER_SECOND)
    await other
    return await asyncio.gather(*asking)


async def _pour(flooder: Customer, arrivals: list[asyncio.Future[float]]) -> None:
    """Sends the flood; returns when all of it is taken in."""
    places = asyncio.Semaphore(FLOODERS)

    async def one() -> None:
        async with places:
            arrivals.append(await flooder.write())

    await asyncio.gather(*(one() for _ in range(FLOOD)))


async def _all(arrivals: list[asyncio.Future[float]]) -> None:
    await asyncio.gather(*arrivals)


async def _poison() -> None:
    """Somebody writes to a business that nobody knows: that is tried again for two minutes, then parked."""
    broker = build_broker(os.environ["BELLHOP_RABBITMQ_URL"], "bench", 1)
    await broker.start()
    data = MessageReceived(
        channel=Channel.WHATSAPP, account="0", kind="text", vendor_message_id=uuid4().hex,
        personal=Inbound(address="0", text="?"),
    )  # fmt: skip
    poison = events.first(
        data, event_id=uuid4(), source="gateway", tenant="nobody", partition=str(uuid4()), time=utc_now()
    )
    await EventPublisher(broker).publish(poison)
    await broker.stop()
