"""Answers kept in Redis, so that a question of the same words is not paid for twice."""

import hashlib
from datetime import datetime
from typing import Final
from uuid import UUID

from prometheus_client import Counter
from pydantic import ValidationError
from redis.asyncio import Redis

from ai_router.brief_redis import BriefRedis, RedisAway, RedisScript
from chassis.clock import Clock
from chassis.observability.logging import get_logger
from contracts.completions import CompletionGenerated

CACHE: Final = Counter(
    "bellhop_ai_cache_total",
    "Questions that could have been answered from the cache, by outcome",
    ["outcome"],
)

# Of one business: `store` digest -> answer; `kept` digests by the moment they end; `emptied` when; `of` which
# digest a request was answered from.
_GET: Final = """
local store, kept, of = unpack(KEYS)
local ends = redis.call('ZSCORE', kept, ARGV[1])
local answer = ends and tonumber(ends) > tonumber(ARGV[2]) and redis.call('HGET', store, ARGV[1])
if answer and of then redis.call('SET', of, ARGV[1], 'EX', ARGV[3]) end
return answer
"""
_KEEP: Final = """
local store, kept, emptied, of = unpack(KEYS)
local digest, answer, asked, now, seconds, most = unpack(ARGV)
if tonumber(redis.call('GET', emptied) or '-1') >= tonumber(asked) then return 0 end
redis.call('HSET', store, digest, answer)
redis.call('ZADD', kept, tonumber(now) + tonumber(seconds), digest)
redis.call('SET', of, digest, 'EX', seconds)
local gone = redis.call('ZRANGEBYSCORE', kept, '-inf', now)
for _, one in ipairs(redis.call('ZRANGE', kept, 0, -1 - tonumber(most))) do gone[#gone + 1] = one end
for _, one in ipairs(gone) do
  redis.call('ZREM', kept, one)
  redis.call('HDEL', store, one)
end
redis.call('EXPIRE', store, seconds)
redis.call('EXPIRE', kept, seconds)
return 1
"""
_DROP: Final = """
local store, kept, of = unpack(KEYS)
local digest = redis.call('GET', of)
if digest then
  redis.call('ZREM', kept, digest)
  redis.call('HDEL', store, digest)
end
"""
_EMPTY: Final = """
redis.call('DEL', KEYS[1], KEYS[2])
redis.call('SET', KEYS[3], ARGV[1], 'EX', ARGV[2])
"""

log = get_logger(__name__)


class RedisAnswers:
    """See ports.Answers. Each answer lives `seconds` (0: none is kept), `most` of them for each business."""

    def __init__(self, redis: Redis, clock: Clock, seconds: int = 24 * 60 * 60, most: int = 500) -> None:
        self._clock = clock
        self._seconds = seconds
        self._most = most
        brief = BriefRedis(redis, "answers are not kept")
        self._get, self._keep = brief.script(_GET), brief.script(_KEEP)
        self._drop, self._empty = brief.script(_DROP), brief.script(_EMPTY)

    async def get(
        self, tenant: str, cache_key: str, request_id: UUID | None = None
    ) -> CompletionGenerated | None:
        """An earlier answer, if it is still kept; with the request it is given to, `drop` finds it."""
        if not self._seconds:
            return None
        keys = [_key(tenant, part) for part in ("store", "kept")]
        if request_id:
            keys.append(_key(tenant, f"of:{request_id}"))
        try:
            found = await self._get.run(keys, _digest(cache_key), self._now(), self._seconds)
            answer = CompletionGenerated.model_validate_json(found) if found else None
        except (RedisAway, ValidationError):
            CACHE.labels("unreadable").inc()
            return None
        CACHE.labels("hit" if answer else "miss").inc()
        return answer

    async def keep(
        self, tenant: str, cache_key: str, answer: CompletionGenerated, asked: datetime | None = None
    ) -> None:
        """Keeps an answer for a while, unless all were forgotten since it was `asked` for.

        One that wants tools used says nothing by itself, and one from here is kept already.
        """
        if not self._seconds or answer.cached or answer.personal.tool_calls or not answer.personal.text:
            return
        parts = ("store", "kept", "emptied", f"of:{answer.request_id}")
        since = asked.timestamp() if asked else self._now()
        await self._run(
            self._keep, [_key(tenant, part) for part in parts],
            _digest(cache_key), answer.model_dump_json(), since, self._now(), self._seconds, self._most,
        )  # fmt: skip

    async def drop(self, tenant: str, request_id: UUID) -> None:
        """Forgets the answer to one request."""
        await self._run(self._drop, [_key(tenant, part) for part in ("store", "kept", f"of:{request_id}")])

    async def empty(self, tenant: str) -> None:
        """Forgets all of a business's answers, those as well that are on their way."""
        keys = [_key(tenant, part) for part in ("store", "kept", "emptied")]
        await self._run(self._empty, keys, self._now(), max(self._seconds, 1))

    async def _run(self, script: RedisScript, keys: list[str], *arguments: str | int | float) -> None:
        try:
            await script.run(keys, *arguments)
        except RedisAway:
            log.debug("the cache was left as it is")

    def _now(self) -> float:
        return self._clock().timestamp()


def _key(tenant: str, part: str) -> str:
    return f"ai:answers:{{{tenant}}}:{part}"


def _digest(cache_key: str) -> str:
    return hashlib.sha256(cache_key.encode()).hexdigest()
