"""How calls went in the last quarter of an hour, over all replicas: counts by minute in Redis.

Counting costs the question at hand nothing: what was counted is written once a second.
"""

import asyncio
from collections import Counter
from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Any, Final

from redis.asyncio import Redis
from redis.exceptions import RedisError

from ai_router.domain.places import Load
from ai_router.domain.recent_calls import Mark, added_up, marks_of
from chassis.clock import Clock
from chassis.observability.logging import get_logger
from contracts.completions import CompletionFailed, CompletionGenerated

MINUTES: Final = 15

_WRITTEN_SECONDS: Final = 1.0
_KEPT_SECONDS: Final = (MINUTES + 2) * 60
_PATIENCE_SECONDS: Final = 0.5
_LIVES_SECONDS: Final = 5.0  # a replica that has said nothing for longer is gone
_REPLICAS: Final = "ai:recent:loads"

log = get_logger(__name__)


class RecentCalls:
    """`load`: this replica's. Without Redis there are no figures."""

    def __init__(self, redis: Redis, clock: Clock, replica: str, load: Callable[[], Load]) -> None:
        self._redis = redis
        self._clock = clock
        self._replica = replica
        self._load = load
        self._counted: Counter[Mark] = Counter()

    def note(self, answer: CompletionGenerated | CompletionFailed, waited: float | None) -> None:
        """Counts what came of a question that had waited so many seconds; None: of a trial."""
        self._counted.update(marks_of(answer, waited))

    async def write(self) -> None:
        """Flushes again and again, until it is cancelled."""
        while True:
            await asyncio.sleep(_WRITTEN_SECONDS)
            await self.flush()

    async def flush(self) -> None:
        """Writes what was counted."""
        counted, self._counted = self._counted, Counter()
        try:
            async with asyncio.timeout(_PATIENCE_SECONDS):
                await self._written(counted)
        except (RedisError, OSError) as error:
            # A part may be written: figures for people, who rather miss calls than see them twice.
            log.warning("recent calls are not counted", error=type(error).__name__)

    async def look(self) -> Counter[Mark] | None:
        """All counts of the last minutes; None while Redis is away."""
        now = self._clock()
        minutes = [_minute(now - timedelta(minutes=n)) for n in range(MINUTES)]
        try:
            async with asyncio.timeout(_PATIENCE_SECONDS), self._redis.pipeline(transaction=False) as pipe:
                for minute in minutes:
                    pipe.hgetall(minute)
                found = await pipe.execute()
        except (RedisError, OSError):
            return None
        return added_up({_text(name): int(count) for name, count in one.items()} for one in found)

    async def load(self) -> Load:
        """That of all replicas; of this one alone while Redis is away."""
        since = self._clock().timestamp() - _LIVES_SECONDS
        try:
            async with asyncio.timeout(_PATIENCE_SECONDS):
                told: list[Any] = await self._redis.zrangebyscore(_REPLICAS, since, "+inf")
        except (RedisError, OSError):
            return self._load()
        said = [_text(one).split() for one in told]  # the newest of each comes last
        loads = {replica: Load(int(running), int(waiting)) for replica, running, waiting in said}
        loads[self._replica] = self._load()
        return Load(*map(sum, zip(*loads.values(), strict=True)))

    async def _written(self, counted: Counter[Mark]) -> None:
        now, load = self._clock(), self._load()
        minute, second = _minute(now), now.timestamp()
        async with self._redis.pipeline(transaction=False) as pipe:
            for mark, count in counted.items():
                pipe.hincrby(minute, mark.name, count)
            pipe.expire(minute, _KEPT_SECONDS)
            pipe.zadd(_REPLICAS, {f"{self._replica} {load.running} {load.waiting}": second})
            pipe.zremrangebyscore(_REPLICAS, "-inf", second - _LIVES_SECONDS)
            await pipe.execute()


def _minute(moment: datetime) -> str:
    return f"ai:recent:{int(moment.timestamp() // 60)}"


def _text(name: bytes | str) -> str:
    return name.decode() if isinstance(name, bytes) else name
