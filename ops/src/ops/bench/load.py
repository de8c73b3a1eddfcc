"""Signed webhooks in, times until the vendor is called out."""

import asyncio
import hashlib
import hmac
import json
import time
from dataclasses import dataclass
from itertools import count
from statistics import quantiles
from uuid import uuid4

import httpx

from chassis.http.pools import SpreadTransport
from ops.bench.vendor import Vendor

QUESTION = "Che orari fate?"
"""Answered by rules: gateway, conversation, notifier, vendor."""

_SECRET = b"lyo-whatsapp-secret"
_ACCOUNT = "100000000000001"
_PATIENCE_SECONDS = 60
_customers = count(393330000001)


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
    async with httpx.AsyncClient(timeout=_PATIENCE_SECONDS, transport=SpreadTransport()) as client:

        async def one() -> None:
            customer = str(next(_customers))
            body = _webhook(customer)
            signature = hmac.new(_SECRET, body, hashlib.sha256).hexdigest()
            async with places, asyncio.timeout(_PATIENCE_SECONDS):
                arrival = vendor.expect(customer)
                begun = time.perf_counter()
                answer = await client.post(
                    url, content=body, headers={"X-Hub-Signature-256": f"sha256={signature}"}
                )
                answer.raise_for_status()
                acknowledged.append(time.perf_counter() - begun)
                answered.append(await arrival - begun)

        begun = time.perf_counter()
        await asyncio.gather(*(one() for _ in range(messages)))
        return Times(acknowledged, answered, time.perf_counter() - begun)


def _webhook(customer: str) -> bytes:
    message = {
        "from": customer,
        "id": f"wamid.{uuid4().hex}",
        "timestamp": str(int(time.time())),
        "type": "text",
        "text": {"body": QUESTION},
    }
    value = {
        "messaging_product": "whatsapp",
        "metadata": {"display_phone_number": "39055000000", "phone_number_id": _ACCOUNT},
        "contacts": [{"profile": {"name": "Marta"}, "wa_id": customer}],
        "messages": [message],
    }
    entry = {"id": "1", "changes": [{"field": "messages", "value": value}]}
    return json.dumps({"object": "whatsapp_business_account", "entry": [entry]}).encode()
