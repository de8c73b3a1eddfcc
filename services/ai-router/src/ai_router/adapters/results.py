"""Answers kept in Redis for an hour, by request."""

import asyncio
from typing import Any, Final
from uuid import UUID

from redis.asyncio import Redis
from redis.exceptions import RedisError

from chassis.observability.logging import get_logger
from contracts import events
from contracts.envelope import Event

_KEPT_SECONDS: Final = 60 * 60
_PATIENCE_SECONDS: Final = 0.5

log = get_logger(__name__)


class RedisResults:
    """See ports.Results. Without Redis a redelivery asks the vendor again; the receiver sees one id."""

    def __init__(self, redis: Redis) -> None:
        self._redis = redis

    async def get(self, request_id: UUID) -> Event[Any] | None:
        """The answer to a request, if it is still kept."""
        try:
            async with asyncio.timeout(_PATIENCE_SECONDS):
                body = await self._redis.get(_key(request_id))
            return events.read(body) if isinstance(body, bytes) else None
        except (RedisError, OSError, events.MalformedEvent) as error:
            log.warning("kept answers cannot be read", error=type(error).__name__)
            return None

    async def keep(self, request_id: UUID, answer: Event[Any]) -> None:
        """Keeps an answer for an hour; the first one stays."""
        try:
            async with asyncio.timeout(_PATIENCE_SECONDS):
                await self._redis.set(_key(request_id), answer.model_dump_json(), ex=_KEPT_SECONDS, nx=True)
        except (RedisError, OSError) as error:
            log.warning("an answer cannot be kept", error=type(error).__name__)


def _key(request_id: UUID) -> str:
    return f"completion:{request_id}"
