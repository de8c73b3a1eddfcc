"""What each business has spent, counted in Redis for all replicas; the ledger is the truth behind it."""

import asyncio
from collections import defaultdict
from dataclasses import dataclass
from datetime import date, datetime, tzinfo
from decimal import Decimal
from typing import Any, Final, Protocol

from redis.asyncio import Redis

from ai_router.brief_redis import BriefRedis, RedisAway
from ai_router.domain.money.budgets import Spent, periods
from ai_router.domain.prices import dollars, microdollars
from chassis.observability.logging import get_logger
from chassis.storage import StoreUnavailable

_FRESH_SECONDS: Final = 1.0
_DAY_KEPT: Final = 3 * 24 * 60 * 60  # seconds
_MONTH_KEPT: Final = 40 * 24 * 60 * 60

# A counter is never below what the caller knows already: sums only grow, so less means that Redis forgot.
_ADD: Final = """
local sums, forgot = {}, 0
for i = 1, 2 do
  local sum = tonumber(redis.call('GET', KEYS[i]) or '-1')
  if sum < tonumber(ARGV[i]) then
    forgot = 1
    redis.call('SET', KEYS[i], ARGV[i], 'EX', ARGV[3 + i])
  end
  sums[i] = redis.call('INCRBY', KEYS[i], ARGV[3])
end
return {sums[1], sums[2], forgot}
"""

log = get_logger(__name__)


class Sums(Protocol):
    """Where the truth about spending is."""

    async def spent(self, tenant: str, zone: tzinfo, now: datetime) -> Spent:
        """Day and month by the ledger. Raises StoreUnavailable."""


@dataclass
class _Known:
    """Microdollars that a business has spent at least. `read_at`: when the ledger was asked, by the loop."""

    day_starts: date
    month_starts: date
    day: int = 0
    month: int = 0
    read_at: float = float("-inf")

    def raise_to(self, day: int, month: int) -> bool:
        """Whether that was more than was known."""
        before = (self.day, self.month)
        self.day, self.month = max(self.day, day), max(self.month, month)
        return (self.day, self.month) != before


class SharedSpending:
    """See ports.Spending. While Redis is away each replica adds its own to what the ledger says."""

    def __init__(self, redis: Redis, ledger: Sums) -> None:
        self._add = BriefRedis(redis, "spending is counted by each replica alone").script(_ADD)
        self._ledger = ledger
        self._known: dict[str, _Known] = {}
        self._reading: defaultdict[str, asyncio.Lock] = defaultdict(asyncio.Lock)

    async def of(self, tenant: str, zone: tzinfo, now: datetime) -> Spent:
        """Day and month so far."""
        return await self._changed(tenant, zone, now, 0)

    async def add(self, tenant: str, zone: tzinfo, now: datetime, cost: Decimal) -> Spent:
        """The same after this has been spent as well."""
        return await self._changed(tenant, zone, now, microdollars(cost))

    async def _changed(self, tenant: str, zone: tzinfo, now: datetime, cost: int) -> Spent:
        known = self._known_of(tenant, zone, now)
        asking = _Asking(tenant, zone, now, known)
        await self._ask_ledger(asking, older_than=float("inf"))
        try:
            day, month, forgot = await self._counted(tenant, known, cost)
            if forgot and await self._ask_ledger(asking, older_than=_FRESH_SECONDS):
                day, month, _ = await self._counted(tenant, known, 0)
        except RedisAway:
            known.day, known.month = known.day + cost, known.month + cost
            await self._ask_ledger(asking, older_than=_FRESH_SECONDS)
            day, month = known.day, known.month
        return Spent(dollars(day), dollars(month), known.day_starts, known.month_starts)

    def _known_of(self, tenant: str, zone: tzinfo, now: datetime) -> _Known:
        day_starts, month_starts = periods(now, zone)
        known = self._known.get(tenant)
        if known is None or (known.day_starts, known.month_starts) != (day_starts, month_starts):
            known = self._known[tenant] = _Known(day_starts, month_starts)
        return known

    async def _counted(self, tenant: str, known: _Known, cost: int) -> Any:
        keys = (
            f"ai:spent:{{{tenant}}}:{known.day_starts.isoformat()}",
            f"ai:spent:{{{tenant}}}:{known.month_starts.isoformat()[:7]}",
        )
        answer = await self._add.run(keys, known.day, known.month, cost, _DAY_KEPT, _MONTH_KEPT)
        known.raise_to(answer[0], answer[1])
        return answer

    async def _ask_ledger(self, asking: "_Asking", *, older_than: float) -> bool:
        """Unless it was asked not longer ago than so many seconds. Whether it knew of more."""
        loop, known = asyncio.get_running_loop(), asking.known
        async with self._reading[asking.tenant]:
            if known.read_at > loop.time() - older_than:
                return False
            try:
                spent = await self._ledger.spent(asking.tenant, asking.zone, asking.now)
            except StoreUnavailable as error:
                log.warning("the ledger cannot be read: what was spent may be more", error=str(error))
                return False
            known.read_at = loop.time()
            return known.raise_to(microdollars(spent.day), microdollars(spent.month))


@dataclass(frozen=True)
class _Asking:
    tenant: str
    zone: tzinfo
    now: datetime
    known: _Known
