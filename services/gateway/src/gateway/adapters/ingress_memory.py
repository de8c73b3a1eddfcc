"""What has come in lately, remembered in Redis, so that a repeated webhook is one event."""

import asyncio
import time
from collections.abc import Collection
from typing import Any, Final
from uuid import UUID

from redis.asyncio import Redis
from redis.exceptions import RedisError

from chassis.observability.logging import get_logger
from gateway.adapters.round_trips import RoundTrips

_DONE: Final = b"done"
_CLAIMED: Final = b"claimed"
_REMEMBERED_SECONDS: Final = 7 * 24 * 3600  # Meta repeats a webhook for up to 7 days
_CLAIM_SECONDS: Final = 5  # longer than any request may take
_PATIENCE_SECONDS: Final = 0.8  # for Redis itself; a busy moment of ours must not look like an outage
_RELEASE_SECONDS: Final = 0.15  # a claim that is not given back expires by itself
_ASK_AGAIN_SECONDS: Final = 1.0  # after a refusal; or every webhook would wait while Redis is away
_LOOK_EVERY_SECONDS: Final = 0.02

log = get_logger(__name__)


class IngressMemory:
    """Claims and marks event ids. With Redis away everything is new: receivers bear duplicates."""

    def __init__(self, redis: Redis) -> None:
        self._trips = RoundTrips(redis)
        self._away_until = 0.0

    async def claim(self, ids: Collection[UUID]) -> tuple[set[UUID], set[UUID]]:
        """Which of the ids are ours to publish, and which somebody else is publishing right now.

        Those in neither set have been published.
        """
        commands = [command for one in ids for command in self._claiming(one)]
        answers = await self._run(commands)
        if answers is None:
            return set(ids), set()
        taken = dict(zip(ids, zip(answers[::2], answers[1::2], strict=True), strict=True))
        mine = {one for one, (won, _) in taken.items() if won}
        return mine, {one for one, (won, state) in taken.items() if not won and state != _DONE}

    async def unsettled(self, ids: set[UUID], within: float) -> set[UUID]:
        """Waits until others have published these ids; returns those they did not."""
        ordered, end = list(ids), asyncio.get_running_loop().time() + within
        while ordered:
            states = await self._run([("MGET", *map(_key, ordered))])
            if states is None:
                return set(ordered)
            ordered = [one for one, state in zip(ordered, states[0], strict=True) if _text(state) != _DONE]
            claimed = any(_text(state) == _CLAIMED for state in states[0])
            if not claimed or asyncio.get_running_loop().time() >= end:
                break
            await asyncio.sleep(_LOOK_EVERY_SECONDS)
        return set(ordered)

    async def mark(self, ids: Collection[UUID]) -> None:
        """Remembers that these were published. Only ever called after the broker's confirm."""
        await self._run([("SET", _key(one), _DONE, "EX", _REMEMBERED_SECONDS) for one in ids])

    async def release(self, ids: Collection[UUID]) -> None:
        """Gives claims back after a failure, so that nobody waits for us."""
        await self._run([("DEL", _key(one)) for one in ids], _RELEASE_SECONDS)

    @staticmethod
    def _claiming(one: UUID) -> tuple[tuple[Any, ...], tuple[Any, ...]]:
        key = _key(one)
        return ("SET", key, _CLAIMED, "NX", "EX", _CLAIM_SECONDS), ("GET", key)

    async def _run(
        self, commands: list[tuple[Any, ...]], patience: float = _PATIENCE_SECONDS
    ) -> list[Any] | None:
        """The answers to all commands, in one round trip; None with Redis away."""
        if not commands:
            return []
        if time.monotonic() < self._away_until:
            return None
        try:
            async with asyncio.timeout(patience):
                return [_text(answer) for answer in await self._trips.ask(commands)]
        except (RedisError, OSError, TimeoutError) as error:
            if not isinstance(error, TimeoutError):
                self._away_until = time.monotonic() + _ASK_AGAIN_SECONDS
            log.warning("Redis is away, repeated webhooks are not recognised", error=type(error).__name__)
            return None


def _key(event_id: UUID) -> str:
    return f"ingress:{event_id}"


def _text(answer: Any) -> Any:
    """The same whether the client was made to decode answers or not."""
    return answer.encode() if isinstance(answer, str) else answer
