"""Meta's side of the webhooks: signed, and repeated until the gateway says 200."""

import asyncio
import hashlib
import hmac
import time
from collections.abc import Mapping
from random import Random
from typing import Any, Final

import httpx

from contracts.tenants import TenantConfig, WhatsAppAccount
from ops.sandbox.channels.whatsapp.webhook import written

FIRST_PAUSE: Final = 0.2
LONGEST_PAUSE: Final = 1.0
"""Seconds between attempts. Meta's grow to hours; short ones let the stall be the product's."""

ANSWERS_WITHIN: Final = 5.0


class Meta:
    """Delivers webhooks to one gateway. `repeated` counts attempts that were not taken."""

    def __init__(self, gateway_url: str) -> None:
        self.repeated = 0
        limits = httpx.Limits(max_connections=64, keepalive_expiry=2)
        self._client = httpx.AsyncClient(
            base_url=gateway_url, timeout=ANSWERS_WITHIN, limits=limits, trust_env=False
        )

    async def deliver(self, business: TenantConfig, body: bytes) -> float:
        """Repeats one webhook until it is taken; gives the moment it was (event loop's clock, seconds)."""
        pause = FIRST_PAUSE
        while not await self.post(business, body):
            self.repeated += 1
            await asyncio.sleep(pause)
            pause = min(pause * 2, LONGEST_PAUSE)
        return asyncio.get_running_loop().time()

    async def post(self, business: TenantConfig, body: bytes) -> bool:
        """One attempt; whether the gateway took it."""
        secret = number_of(business).app_secret.encode()
        signature = hmac.new(secret, body, hashlib.sha256).hexdigest()
        headers = {"content-type": "application/json", "x-hub-signature-256": f"sha256={signature}"}
        path = f"/webhooks/whatsapp/{business.id}"
        try:
            answer = await self._client.post(path, content=body, headers=headers)
        except httpx.HTTPError:
            return False
        return answer.status_code == httpx.codes.OK

    async def close(self) -> None:
        """Lets go of all connections."""
        await self._client.aclose()


class Phones:
    """Customers' phones that report back what reached them."""

    def __init__(self, random: Random) -> None:
        self.post: Meta | None = None
        self._random = random
        self._reports: set[asyncio.Task[None]] = set()

    def reached(self, business: TenantConfig, address: str, wamid: str) -> None:
        """A message arrives; its receipt follows within a second."""
        report = asyncio.create_task(self._report(business, address, wamid))
        self._reports.add(report)
        report.add_done_callback(self._reports.discard)

    async def close(self) -> None:
        """No more receipts."""
        self.post = None
        for report in self._reports:
            report.cancel()
        await asyncio.gather(*self._reports, return_exceptions=True)

    async def _report(self, business: TenantConfig, address: str, wamid: str) -> None:
        await asyncio.sleep(self._random.uniform(0.2, 1.0))
        if self.post:
            await self.post.deliver(business, receipt(business, address, wamid))


def message(business: TenantConfig, address: str, wamid: str, text: str) -> bytes:
    """A webhook: the customer wrote this just now."""
    contact = {"profile": {"name": "Marta"}, "wa_id": address}
    one = {"from": address, "id": wamid, "timestamp": _now(), "type": "text", "text": {"body": text}}
    return _webhook(business, {"contacts": [contact], "messages": [one]})


def receipt(business: TenantConfig, address: str, wamid: str) -> bytes:
    """A webhook: the business's message has reached the customer just now."""
    status = {"id": wamid, "status": "delivered", "timestamp": _now(), "recipient_id": address}
    return _webhook(business, {"statuses": [status]})


def number_of(business: TenantConfig) -> WhatsAppAccount:
    """The WhatsApp number of a business. Raises LookupError when it has none."""
    number = business.channels.whatsapp
    if number is None:
        raise LookupError(f"{business.id} has no WhatsApp number")
    return number


def _webhook(business: TenantConfig, value: Mapping[str, Any]) -> bytes:
    number = number_of(business).phone_number_id
    metadata = {"display_phone_number": "15550100000", "phone_number_id": number}
    change = {"field": "messages", "value": {"messaging_product": "whatsapp", "metadata": metadata, **value}}
    entry = {"id": f"2{number[1:]}", "changes": [change]}
    return written({"object": "whatsapp_business_account", "entry": [entry]})


def _now() -> str:
    return str(int(time.time()))
