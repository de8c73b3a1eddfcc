"""What was said before the shadow came, from the gateway's API and from what has been followed since."""

import asyncio
from collections.abc import Iterable
from datetime import datetime
from functools import partial
from itertools import chain
from typing import Any, Final

import orjson

from contracts.envelope import Event
from contracts.tenants import TenantConfig, TenantConfigured
from ops.api import Api, ApiProblem
from ops.replay.configurations import config_told
from ops.shadow.recent import Recent
from ops.shadow.turns import CONFIGURED, DECIDED, LiveTurn

TURNS_KEPT: Final = 2_000
"""So many turns bridge the time until the gateway's index has them."""

_LONGEST_TALK: Final = 5_000  # events, one page of the record's API
_LOOKS: Final = 5
_LOOK_SECONDS: Final = 1.0


class Lately:
    """What has been followed; all of it since the moment `whole_since`."""

    def __init__(self, began: datetime, kept: int = TURNS_KEPT) -> None:
        self.whole_since = began
        self._kept = kept
        self._turns: Recent[Any, LiveTurn] = Recent(kept)
        self._configured: dict[str, TenantConfigured] = {}

    def add(self, turn: LiveTurn) -> None:
        """One turn more; the oldest may be forgotten for it."""
        if len(self._turns) == self._kept:
            oldest = next(iter(self._turns.values())).decided
            self.whole_since = oldest.recordedtime or oldest.time
        self._turns[turn.decided.id] = turn

    def configured(self, event: Event[TenantConfigured]) -> None:
        """The newest configuration of a business."""
        self._configured[event.tenantid] = event.data

    def events(self, conversation: str) -> list[Event[Any]]:
        """All that was followed of a conversation."""
        turns = (one for one in self._turns.values() if one.decided.partitionkey == conversation)
        return list(chain.from_iterable(turn.events for turn in turns))

    def config(self, tenant: str) -> dict[int, TenantConfig]:
        """The newest configuration of a business by its version, where it came by."""
        newest = self._configured.get(tenant)
        return {newest.version: newest.config} if newest else {}


class GatewayPast:
    """Asks the gateway for the record of conversations that began before; of others all was followed."""

    def __init__(self, api: Api, lately: Lately) -> None:
        self._api, self._lately = api, lately

    async def events(self, conversation: str) -> tuple[str, ...] | None:
        """All events of a conversation as JSON, perhaps with later ones; None where not all are known."""
        followed = self._lately.events(conversation)
        if any(event.type == DECIDED and event.data.first for event in followed):
            return _written(followed)
        recorded = await self._recorded(conversation)
        if not any(event["type"] == DECIDED and event["data"].get("first") for event in recorded):
            return None
        return (*(orjson.dumps(event).decode() for event in recorded), *_written(followed))

    async def configs(self, tenant: str) -> dict[int, TenantConfig]:
        """The configurations of a business by version: those in the record, and that of today."""
        found = await self._get(f"/api/v1/record/{tenant}?scope=conversation&limit={_LONGEST_TALK}")
        told = [one["data"] for one in (found or {}).get("events", ()) if one["type"] == CONFIGURED]
        recorded = {one["version"]: TenantConfig.model_validate(one["config"]) for one in told}
        return {**await self._of_today(tenant), **recorded, **self._lately.config(tenant)}

    async def _of_today(self, tenant: str) -> dict[int, TenantConfig]:
        if (found := await self._get(f"/api/v1/tenants/{tenant}")) is None:
            return {}
        return config_told(found)

    async def _recorded(self, conversation: str) -> list[dict[str, Any]]:
        """Its events in the record, once the index has all that was recorded before we followed."""
        for _ in range(_LOOKS):
            found = await self._get(f"/api/v1/record/{conversation}?scope=conversation&limit={_LONGEST_TALK}")
            until = found["indexed_until"] if found else None
            if found and until and datetime.fromisoformat(until) >= self._lately.whole_since:
                return [] if found["more"] else list(found["events"])
            await asyncio.sleep(_LOOK_SECONDS)
        return []

    async def _get(self, path: str) -> Any | None:
        """What the gateway says; None where it says no, or nothing."""
        try:
            return await asyncio.to_thread(partial(self._api.request, "GET", path))
        except ApiProblem:
            return None


def _written(events: Iterable[Event[Any]]) -> tuple[str, ...]:
    return tuple(event.model_dump_json() for event in events)
