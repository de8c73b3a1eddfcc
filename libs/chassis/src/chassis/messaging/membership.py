"""Which replicas of a service are alive: each keeps a heartbeat in Redis."""

from typing import Final

from redis.asyncio import Redis
from redis.exceptions import RedisError

from chassis.messaging.partitions import shares
from chassis.observability.logging import get_logger
from contracts.channels import PARTITIONS

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
        self._mine: frozenset[int] | None = None

    async def beat(self) -> frozenset[int]:
        """Says that we live; returns the partitions that are ours now.

        With Redis away the last known share stays; before any is known, everything is ours, which
        the single active consumer of each partition makes safe.
        """
        try:
            members = await self._redis.eval(_BEAT, 1, self._key, self._replica, str(_ALIVE_SECONDS))
        except (RedisError, OSError) as error:
            log.warning("Redis is away, partitions stay as they are", error=str(error))
            return self._mine if self._mine is not None else frozenset(range(PARTITIONS))
        names = [one.decode() if isinstance(one, bytes) else str(one) for one in members]
        self._mine = shares(names, PARTITIONS).get(self._replica, frozenset())
        return self._mine

    async def leave(self) -> None:
        """Says good-bye, so that others take over at once."""
        try:
            await self._redis.zrem(self._key, self._replica)
        except (RedisError, OSError) as error:
            log.warning("could not leave, others will notice by themselves", error=str(error))
