"""Redis for what may be lost: whoever asks waits a moment, and once it is away not at all."""

import asyncio
from collections.abc import Sequence
from typing import Any, Final

from redis.asyncio import Redis
from redis.exceptions import RedisError

from chassis.observability.logging import get_logger

PATIENCE_SECONDS: Final = 0.3

log = get_logger(__name__)


class PatientRedis:
    """Runs scripts. `away` since one had no answer, until one has; always where there is no Redis at all."""

    def __init__(self, redis: Redis | None) -> None:
        self._redis = redis
        self.away = redis is None

    async def run(self, script: str, keys: Sequence[str], arguments: Sequence[Any]) -> Any:
        """What the script says; None if Redis is away."""
        if self._redis is None:
            return None
        try:
            async with asyncio.timeout(PATIENCE_SECONDS):
                answer = await self._redis.eval(script, len(keys), *keys, *arguments)
        except (RedisError, OSError) as error:
            if not self.away:
                log.warning("Redis is away, this replica goes on alone", error=type(error).__name__)
            self.away = True
            return None
        self.away = False
        return answer
