"""Signed webhooks in, times until the vendor is called out."""

import asyncio
import hashlib
import hmac
import json
import time
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from itertools import count
from statistics import quantiles
from uuid import uuid4

import httpx

from chassis.http.pools import SpreadTransport
from ops.bench.vendor import Vendor

QUESTION = "Che orari fate?"
"""Answered by rules: gateway, conversation, notifier, vendor."""

_PATIENCE_SECONDS = 60
_AGAIN_LATER = 503
_AGAIN_SECONDS = 0.5
_customers = count(393330000001)


@dataclass(frozen=True)
class Business:
    """A business of the examples, and how customers write to it."""

    name: str
    account: str

    def signature(self, body: bytes) -> str:
        """As Meta signs a webhook to it."""
        secret = f"{self.name}-whatsapp-secret".encode()
        return f"sha256={hmac.new(secret, body, hashlib.sha256).hexdigest()}"


LYO = Business("lyo", "100000000000001")
SDB = Business("sdb", "100000000000002")


@dataclass(frozen=True)
class Times:
    """Seconds of one run: until the webhook was answered, until the vendor was called, and in all."""

    acknowledged: list[float]
    answered: list[float]
    total: float

    def per_second(self) -> float:
        """Messages through the whole way, per second."""
        return len(self.answered) / self.total


def percentile(times: list[float], percent: int) -> float:
    """A percentile, in milliseconds."""
    return quantiles(times, n=100)[percent - 1] * 1000


async def drive(url: str, vendor: Vendor, messages: int, at_once: int) -> Times:
    """Sends `messages`, each from a new customer, never more than `at_once` unanswered."""
    acknowledged: list[float] = []
    answered: list[float] = []
    places = asyncio.Semaphore(at_once)
    async with customers() as client:

        async def one() -> None:
            async with places, asyncio.timeout(_PATIENCE_SECONDS):
                begun = time.perf_counter()
                accepted, arrival = await write(client, url, LYO, vendor)
                acknowledged.append(accepted - begun)
                answered.append(await arrival - begun)

        begun = time.perf_counter()
        await asyncio.gather(*(one() for _ in range(messages)))
        return Times(acknowledged, answered, time.perf_counter() - begun)


@asynccontextmanager
async def customers() -> AsyncIterator[httpx.AsyncClient]:
    """What customers' messages come through."""
    async with httpx.AsyncClient(timeout=_PATIENCE_SECONDS, transport=SpreadTransport()) as client:
        yield client


async def write(
    client: httpx.AsyncClient, url: str, business: Business, vendor: Vendor
) -> tuple[float, asyncio.Future[float]]:
    """A new customer asks something, again while told to come again. When it was taken in, and the answer."""
    customer = str(next(_customers))
    body = _webhook(customer, business.account)
    headers = {"X-Hub-Signature-256": business.signature(body)}
    arrival = vendor.expect(customer)
    while True:
        answer = await client.post(url, content=body, headers=headers)
        if answer.status_code != _AGAIN_LATER:
            answer.raise_for_status()
            return time.perf_counter(), arrival
        await asyncio.sleep(_AGAIN_SECONDS)


def _webhook(customer: str, account: str) -> bytes:
    message = {
        "from": customer,
        "id": f"wamid.{uuid4().hex}",
        "timestamp": str(int(time.time())),
        "type": "text",
        "text": {"body": QUESTION},
    }
    value = {
        "messaging_product": "whatsapp",
        "metadata": {"display_phone_number": "39055000000", "phone_number_id": account},
        "contacts": [{"profile": {"name": "Marta"}, "wa_id": customer}],
        "messages": [message],
    }
    entry = {"id": "1", "changes": [{"field": "messages", "value": value}]}
    return json.dumps({"object": "whatsapp_business_account", "entry": [entry]}).encode()
