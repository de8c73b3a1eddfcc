"""What may still be spent with OpenRouter's keys: GET {base}/key (OpenRouter API, 2026)."""

import asyncio
from collections.abc import Mapping, Sequence
from decimal import Decimal
from typing import Any, Final

import httpx
from prometheus_client import Gauge

from ai_router.domain.ways import Key
from chassis.http.client import vendor_client
from chassis.observability.logging import get_logger

CREDIT = Gauge("bellhop_ai_credit_dollars", "What may still be spent with a key", ["vendor", "key"])

_LOOK_SECONDS: Final = 300.0
_PATIENCE_SECONDS: Final = 10.0

log = get_logger(__name__)


class OpenRouterCredit:
    """Looks every five minutes at the keys of each base URL.

    `left`: US dollars by alias, for the keys that have a limit.
    """

    def __init__(self, keys: Mapping[str, Sequence[Key]]) -> None:
        self._keys = keys
        self.left: dict[str, Decimal] = {}

    async def run(self) -> None:
        """One look, and the pause after it."""
        await self.look()
        await asyncio.sleep(_LOOK_SECONDS)

    async def look(self) -> None:
        """Asks for all keys; what cannot be learnt stays as it was."""
        for base_url, keys in self._keys.items():
            async with vendor_client(base_url, _PATIENCE_SECONDS) as client:
                for key in keys:
                    await self._ask(client, key)

    async def _ask(self, client: httpx.AsyncClient, key: Key) -> None:
        try:
            response = await client.get("key", headers={"Authorization": f"Bearer {key.secret}"})
            told: Any = response.raise_for_status().json()["data"]["limit_remaining"]
        except (httpx.HTTPError, ValueError, LookupError, TypeError) as error:
            log.warning("the credit of a key is not known", key=key.alias, error=type(error).__name__)
            return
        if isinstance(told, int | float):  # null: the key has no limit
            self.left[key.alias] = Decimal(str(told))
            CREDIT.labels(key.vendor, key.alias).set(told)
