"""Slows down who guesses passwords: ten failures in five minutes per address and e-mail."""

import asyncio
import hashlib
from collections.abc import Awaitable
from typing import Any, Final, TypeVar

from redis.asyncio import Redis
from redis.exceptions import RedisError

from chassis.observability.logging import get_logger

_MOST_FAILURES: Final = 10
_WINDOW_SECONDS: Final = 300
_PATIENCE_SECONDS: Final = 0.8

T = TypeVar("T")

log = get_logger(__name__)


class LoginAttempts:
    """Counts failures in Redis; with Redis away nobody is held up."""

    def __init__(self, redis: Redis) -> None:
        self._redis = redis

    async def wait_seconds(self, email: str, address: str) -> int:
        """How long to wait before the next try; 0 for not at all."""
        key = _key(email, address)
        failures = await self._ask(self._redis.get(key), None)
        if failures is None or int(failures) < _MOST_FAILURES:
            return 0
        return max(1, int(await self._ask(self._redis.ttl(key), _WINDOW_SECONDS)))

    async def failed(self, email: str, address: str) -> None:
        """Counts a failure; the window begins with the first."""
        pipe = self._redis.pipeline(transaction=True)
        pipe.set(_key(email, address), 0, nx=True, ex=_WINDOW_SECONDS)
        pipe.incr(_key(email, address))
        await self._ask(pipe.execute(), None)

    async def succeeded(self, email: str, address: str) -> None:
        """Forgets the failures."""
        await self._ask(self._redis.delete(_key(email, address)), None)

    async def _ask(self, question: Awaitable[T], otherwise: Any) -> T | Any:
        try:
            async with asyncio.timeout(_PATIENCE_SECONDS):
                return await question
        except (RedisError, OSError, TimeoutError) as error:
            log.warning("Redis is away, logins are not limited", error=type(error).__name__)
            return otherwise


def _key(email: str, address: str) -> str:
    who = f"{email.strip().lower()}|{address}".encode("utf-8", "replace")
    return f"login-failures:{hashlib.sha256(who).hexdigest()}"
