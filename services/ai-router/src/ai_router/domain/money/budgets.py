"""What a business may still spend on AI, and what changes as it runs out. Pure."""

from dataclasses import dataclass, replace
from datetime import date, datetime, tzinfo
from decimal import Decimal
from typing import Literal

from ai_router.domain.level import Level
from ai_router.domain.prices import rounded
from contracts.ai import AiBudgetReached, AiPolicy, Budget

Period = Literal["day", "month"]
_Announced = Literal["warned", "cheaper", "rules"]


@dataclass(frozen=True, slots=True)
class Sum:
    """What was spent since a day."""

    amount: Decimal
    starts: date


@dataclass(frozen=True, slots=True)
class Spent:
    """US dollars spent so far in the day and the month, which begin on these local dates."""

    day: Decimal
    month: Decimal
    day_starts: date
    month_starts: date

    def of(self, period: Period) -> Sum:
        """One of the two."""
        return Sum(self.day, self.day_starts) if period == "day" else Sum(self.month, self.month_starts)

    def without(self, cost: Decimal) -> "Spent":
        """What it was before this was spent, in whole microdollars as it was counted."""
        counted = rounded(cost)
        return replace(self, day=self.day - counted, month=self.month - counted)


def periods(now: datetime, zone: tzinfo) -> tuple[date, date]:
    """The first days of the day and the month that it is by the clock of the business."""
    today = now.astimezone(zone).date()
    return today, today.replace(day=1)


def standing_of(spent: Spent, budget: Budget, policy: AiPolicy) -> Level:
    """What the business may ask for now: by whichever of its budgets is nearer to its end."""
    passed = {
        level
        for period, limit in _limits(budget)
        for level in _passed(spent.of(period).amount, limit, policy)
    }
    if "rules" in passed:
        return "rules"
    return "cheaper" if "cheaper" in passed else "normal"


def reached(before: Spent, after: Spent, budget: Budget, policy: AiPolicy) -> tuple[AiBudgetReached, ...]:
    """Every level of a budget that lies between; several if one answer was that dear."""
    told: list[AiBudgetReached] = []
    for period, limit in _limits(budget):
        was, now = before.of(period), after.of(period)
        known = _passed(was.amount, limit, policy) if was.starts == now.starts else ()
        told += [
            AiBudgetReached(period=period, starts=now.starts, level=level, spent=now.amount, limit=limit)
            for level in _passed(now.amount, limit, policy)
            if level not in known and limit > 0  # nothing is said of a budget of nothing
        ]
    return tuple(told)


def _passed(amount: Decimal, limit: Decimal, policy: AiPolicy) -> tuple[_Announced, ...]:
    """The levels that are behind, from the first to the last."""
    marks: tuple[tuple[_Announced, Decimal], ...] = (
        ("warned", limit * Decimal(str(policy.warn_at))),
        ("cheaper", limit * Decimal(str(policy.cheaper_at))),
        ("rules", limit),
    )
    return tuple(level for level, mark in marks if amount >= mark)


def _limits(budget: Budget) -> list[tuple[Period, Decimal]]:
    both: tuple[tuple[Period, Decimal | None], ...] = (("day", budget.day), ("month", budget.month))
    return [(period, limit) for period, limit in both if limit is not None]
