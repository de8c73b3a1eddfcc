"""What AI costs, in a terminal: each business's budgets with what is left, and the sums."""

from decimal import Decimal

from rich.console import Group, RenderableType
from rich.markup import escape
from rich.table import Column, Table

from ops.ai.words import Told, bar, coloured, dollars

_LEVELS = {"normal": "", "warned": "warned", "cheaper": "cheaper tier", "rules": "rules alone"}


def budgets(usage: Told) -> RenderableType:
    """A row for each business that has spent something or has a limit, and what all spent."""
    shown = [one for one in usage["budgets"] if _matters(one)]
    spent = {
        period: sum(Decimal(one[period]["spent"]) for one in usage["budgets"]) for period in ("day", "month")
    }
    sums = f"Spent today {dollars(spent['day'])}, this month {dollars(spent['month'])}"
    return Group(_table(shown), sums) if shown else sums


def _matters(one: Told) -> bool:
    return any(Decimal(one[period]["spent"]) or one[period]["limit"] for period in ("day", "month"))


def _table(rows: list[Told]) -> Table:
    table = Table("Business", Column("Today", no_wrap=True), Column("Month", no_wrap=True), "Answers by")
    for one in rows:
        level = one["level"]
        words = coloured(level).replace(level, _LEVELS[level] or "AI")
        table.add_row(escape(one["tenant"]), _period(one["day"], level), _period(one["month"], level), words)
    return table


def _period(one: Told, level: str) -> str:
    spent = Decimal(one["spent"])
    if one["limit"] is None:
        return f"{dollars(spent)}, no limit"
    limit = Decimal(one["limit"])
    part = float(spent / limit) if limit else 1.0
    colour = {"normal": "green", "rules": "red"}.get(level, "yellow")
    return f"{bar(part, colour)} {dollars(spent)} of {dollars(limit)}"
