"""Redis, asked with little patience: it holds only what may be lost."""

import asyncio
from collections.abc import Awaitable, Callable, Sequence
from typing import Any, Final, TypeVar

from redis.asyncio import Redis
from redis.exceptions import RedisError

from chassis.observability.logging import get_logger

T = TypeVar("T")

_PATIENCE_SECONDS: Final = 0.5
_REST_SECONDS: Final = 1.0

log = get_logger(__name__)


class RedisAway(Exception):
    """Redis does not answer, or did not a moment ago. Whether it has done what was asked is not known."""


class BriefRedis:
    """After a failure Redis is not asked for a second: nobody waits for it again and again.

    `lost` says in the log what is missing meanwhile.
    """

    def __init__(self, redis: Redis, lost: str) -> None:
        self._redis = redis
        self._lost = lost
        self._away_until = 0.0

    async def ask(self, command: Callable[[Redis], Awaitable[T]]) -> T:
        """What it answers. Raises RedisAway."""
        loop = asyncio.get_running_loop()
        if loop.time() < self._away_until:
            raise RedisAway
        try:
            async with asyncio.timeout(_PATIENCE_SECONDS):
                return await command(self._redis)
        except (RedisError, OSError) as error:
            self._away_until = loop.time() + _REST_SECONDS
            log.warning(self._lost, error=type(error).__name__)
            raise RedisAway from error

    def script(self, source: str) -> "RedisScript":
        """A script that it runs at one stroke."""
        return RedisScript(self, self._redis.register_script(source))


class RedisScript:
    """One script."""

    def __init__(self, redis: BriefRedis, script: Callable[..., Awaitable[Any]]) -> None:
        self._redis = redis
        self._script = script

    async def run(self, keys: Sequence[str], *arguments: str | int | float) -> Any:
        """What it returns. Raises RedisAway."""
        return await self._redis.ask(lambda _: self._script(keys=list(keys), args=list(arguments)))
