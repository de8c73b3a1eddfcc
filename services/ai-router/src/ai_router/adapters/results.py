"""What was said to requests, kept in Redis for an hour."""

from typing import Any, Final
from uuid import UUID

from redis.asyncio import Redis

from ai_router.brief_redis import BriefRedis, RedisAway
from chassis.observability.logging import get_logger
from contracts import events
from contracts.envelope import Event

_KEPT_SECONDS: Final = 60 * 60

log = get_logger(__name__)


class RedisResults:
    """See ports.Results. Without Redis a redelivery asks the vendor again; the receiver sees one id."""

    def __init__(self, redis: Redis) -> None:
        self._redis = BriefRedis(redis, "a redelivery would be asked again")

    async def get(self, request_id: UUID) -> tuple[Event[Any], ...]:
        """What was said to a request; nothing if it is not kept (any more)."""
        try:
            kept = await self._redis.ask(lambda redis: redis.get(_key(request_id)))
            lines = kept.splitlines() if isinstance(kept, bytes) else ()
            return tuple(map(events.read, lines))
        except RedisAway:
            return ()
        except events.MalformedEvent as error:
            log.warning("what was said cannot be read", error=type(error).__name__)
            return ()

    async def keep(self, request_id: UUID, said: tuple[Event[Any], ...]) -> None:
        """Keeps it for an hour; what was said first stays."""
        lines = "\n".join(event.model_dump_json() for event in said)
        try:
            await self._redis.ask(lambda it: it.set(_key(request_id), lines, ex=_KEPT_SECONDS, nx=True))
        except RedisAway:
            log.debug("nothing is kept")


def _key(request_id: UUID) -> str:
    return f"completion:{request_id}"
