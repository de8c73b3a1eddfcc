"""Scripts that Redis runs at one stroke, asked with little patience: it holds only what may be lost."""

import asyncio
from collections.abc import Sequence
from typing import Any, Final

from redis.asyncio import Redis
from redis.exceptions import RedisError

from chassis.observability.logging import get_logger

_PATIENCE_SECONDS: Final = 0.5
_REST_SECONDS: Final = 1.0

log = get_logger(__name__)


class RedisAway(Exception):
    """Redis does not answer, or did not a moment ago. Whether the script ran is not known."""


class RedisScript:
    """One script. After a failure it is not tried for a second: nobody waits for Redis again and again.

    `lost` says in the log what is missing meanwhile.
    """

    def __init__(self, redis: Redis, source: str, lost: str) -> None:
        self._script = redis.register_script(source)
        self._lost = lost
        self._away_until = 0.0

    async def run(self, keys: Sequence[str], *arguments: str | int | float) -> Any:
        """What the script returns. Raises RedisAway."""
        loop = asyncio.get_running_loop()
        if loop.time() < self._away_until:
            raise RedisAway
        try:
            async with asyncio.timeout(_PATIENCE_SECONDS):
                return await self._script(keys=list(keys), args=list(arguments))
        except (RedisError, OSError) as error:
            self._away_until = loop.time() + _REST_SECONDS
            log.warning(self._lost, error=type(error).__name__)
            raise RedisAway from error
