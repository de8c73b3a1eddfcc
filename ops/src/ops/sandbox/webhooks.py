"""Posts webhooks to the gateway, and again when it does not take them, as vendors do."""

import asyncio
import json
from collections.abc import Mapping
from dataclasses import dataclass

import httpx

from chassis.observability.logging import get_logger
from ops.sandbox.wire import Call, Wire

PATIENCE = (0.2, 0.5, 1.0, 2.0, 4.0, 8.0, 15.0, 30.0)
"""Seconds between attempts. Vendors go on for days; a minute is enough to see a restart heal."""

_log = get_logger(__name__)


@dataclass(frozen=True)
class Webhook:
    """One webhook, ready to send: its body is what was signed, byte by byte."""

    vendor: str
    tenant: str
    what: str
    body: bytes
    headers: Mapping[str, str]

    @property
    def path(self) -> str:
        """Where the gateway takes it."""
        return f"/webhooks/{self.vendor}/{self.tenant}"


class Webhooks:
    """The way from the vendors to the gateway."""

    def __init__(
        self, gateway: httpx.AsyncClient, wire: Wire, patience: tuple[float, ...] = PATIENCE
    ) -> None:
        self._gateway = gateway
        self._wire = wire
        self._patience = patience

    async def post(self, webhook: Webhook) -> bool:
        """True when the gateway took it. A refusal (4xx) is final: something is set up wrongly."""
        for wait in (*self._patience, None):
            status = await self._post_once(webhook)
            if status < 400 and status:
                return True
            if wait is None or (400 <= status < 500 and status != httpx.codes.TOO_MANY_REQUESTS):
                break
            await asyncio.sleep(wait)
        _log.warning("webhook not taken", path=webhook.path, status=status)
        return False

    async def _post_once(self, webhook: Webhook) -> int:
        headers = {"content-type": "application/json", **webhook.headers}
        try:
            answer = await self._gateway.post(webhook.path, content=webhook.body, headers=headers)
            status, text = answer.status_code, answer.text
        except httpx.HTTPError as problem:
            status, text = 0, repr(problem)
        body = json.loads(webhook.body)
        self._wire.add(Call("out", webhook.vendor, webhook.tenant, webhook.what, status, body, text))
        return status
