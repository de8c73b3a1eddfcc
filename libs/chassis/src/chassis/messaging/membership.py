"""Which replicas of a service are alive: each keeps a heartbeat in Redis."""

import time
from typing import Final

from redis.asyncio import Redis
from redis.exceptions import RedisError

from chassis.messaging.partitions import Share, shares
from chassis.observability.logging import get_logger

BEAT_SECONDS: Final = 0.5
_ALIVE_SECONDS: Final = 2.5

# By Redis's own clock, so that replicas with different clocks agree on who is alive.
_BEAT: Final = """
local t = redis.call('TIME')
local now = t[1] + t[2] / 1000000
redis.call('ZADD', KEYS[1], now, ARGV[1])
redis.call('ZREMRANGEBYSCORE', KEYS[1], '-inf', now - ARGV[2])
return redis.call('ZRANGE', KEYS[1], 0, -1)
"""

log = get_logger(__name__)


class Membership:
    """The place of one replica among the replicas of its service."""

    def __init__(self, redis: Redis, service: str, replica: str) -> None:
        self._redis = redis
        self._key = f"replicas:{service}"
        self._replica = replica
        self._members: list[str] = []
        self._seen_at = float("-inf")

    async def beat(self, count: int) -> Share:
        """Says that we live; returns our share of `count` partitions.

        With Redis away the last known share stays for as long as nobody could have noticed a death.
        Then everything is ours too: the single active consumer of each partition makes that safe, and
        whoever dies now is replaced at once.
        """
        try:
            members = await self._redis.eval(_BEAT, 1, self._key, self._replica, str(_ALIVE_SECONDS))
        except (RedisError, OSError) as error:
            log.warning("Redis is away, who else lives is not known", error=str(error))
            if time.monotonic() - self._seen_at > _ALIVE_SECONDS:
                return Share(owned=frozenset(range(count)))
        else:
            self._members = [one.decode() if isinstance(one, bytes) else str(one) for one in members]
            self._seen_at = time.monotonic()
        return shares(self._members, count).get(self._replica, Share())

    async def leave(self) -> None:
        """Says good-bye, so that others take over at once."""
        try:
            await self._redis.zrem(self._key, self._replica)
        except (RedisError, OSError) as error:
            log.warning("could not leave, others will notice by themselves", error=str(error))
