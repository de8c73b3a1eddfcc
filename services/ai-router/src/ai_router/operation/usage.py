"""What AI has cost, of several businesses together, and each one's budgets."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from typing import Any, Final, Protocol

from ai_router.domain.money.budgets import Spent, reached, standing_of
from ai_router.domain.money.ledger import KeptQuestion
from ai_router.domain.money.usage import Figures, Part, UsageReport
from ai_router.operation import questions
from ai_router.ports import Policies, Spending
from chassis.clock import Clock
from contracts.ai import AiPolicy, Budget

_SIDES: Final = ("days", "months", "models", "keys", "purposes", "prompts")
_ANYWHERE: Final = timedelta(hours=14)  # no local day is further from UTC's


class Reports(Protocol):
    """The ledger, as far as it is read."""

    async def usage(self, tenant: str, since: date, until: date) -> UsageReport:
        """Both days included. Raises StoreUnavailable, and ValueError for too many days."""

    async def questions(self, tenant: str, conversation: str, limit: int) -> Sequence[KeptQuestion]:
        """The latest of a conversation, the newest first. Raises StoreUnavailable."""


@dataclass(frozen=True)
class Usage:
    """Raises StoreUnavailable."""

    reports: Reports
    spending: Spending
    policies: Policies
    clock: Clock

    async def tell(self, tenants: Sequence[str], since: date | None, until: date | None) -> dict[str, Any]:
        """Without days: this month's. Raises ValueError for too many days."""
        now = self.clock()
        until = until or (now + _ANYWHERE).date()
        since = since or (now - _ANYWHERE).date().replace(day=1)
        reports = [await self.reports.usage(one, since, until) for one in tenants]
        policy = await self.policies.installation()
        budgets = [await self._budget(one, policy, now) for one in tenants]
        return {"since": since, "until": until, **together(reports), "budgets": budgets}

    async def questions(self, tenants: Sequence[str], conversation: str, limit: int) -> list[dict[str, Any]]:
        """The latest of a conversation, the newest first, whichever of the businesses it belongs to."""
        found = [
            questions.told(tenant, one)
            for tenant in tenants
            for one in await self.reports.questions(tenant, conversation, limit)
        ]
        return sorted(found, key=lambda one: datetime.fromisoformat(one["at"]), reverse=True)[:limit]

    async def _budget(self, tenant: str, policy: AiPolicy, now: datetime) -> dict[str, Any]:
        found = await self.policies.tenant(tenant)
        zone = found.config.zone if found else UTC
        budget = (found.config.ai.budget or policy.budget) if found else Budget()
        spent = await self.spending.of(tenant, zone, now)
        return {
            "tenant": tenant,
            "level": level(spent, budget, policy),
            "day": _period(spent.day, spent.day_starts, budget.day),
            "month": _period(spent.month, spent.month_starts, budget.month),
        }


def level(spent: Spent, budget: Budget, policy: AiPolicy) -> str:
    """normal, warned, cheaper or rules."""
    standing = standing_of(spent, budget, policy)
    nothing = Spent(Decimal(0), Decimal(0), spent.day_starts, spent.month_starts)
    return "warned" if standing == "normal" and reached(nothing, spent, budget, policy) else standing


def together(reports: Iterable[UsageReport]) -> dict[str, Any]:
    """The sums of several reports, seen from the same sides, and the total of each business."""
    reports = list(reports)
    sides = {side: _joined(part for one in reports for part in getattr(one, side)) for side in _SIDES}
    total = sum((one.total for one in reports), Figures())
    return {
        "total": total.model_dump(mode="json"),
        "tenants": _plain(Part(name=one.tenant, figures=one.total) for one in reports if one.total.questions),
        **{side: _plain(parts) for side, parts in sides.items()},
    }


def _joined(parts: Iterable[Part]) -> list[Part]:
    sums: dict[str, Figures] = {}
    for part in parts:
        sums[part.name] = sums.get(part.name, Figures()) + part.figures
    return [Part(name=name, figures=sums[name]) for name in sorted(sums)]


def _plain(parts: Iterable[Part]) -> list[dict[str, Any]]:
    return [part.model_dump(mode="json") for part in parts]


def _period(spent: Decimal, starts: date, limit: Decimal | None) -> dict[str, Any]:
    left = None if limit is None else str(max(limit - spent, Decimal(0)))
    return {
        "starts": starts.isoformat(), "spent": str(spent), "limit": None if limit is None else str(limit),
        "left": left,
    }  # fmt: skip
