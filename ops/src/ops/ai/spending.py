"""What AI may cost, in a terminal: each business's budgets, what was spent of them, and what is left."""

from collections.abc import Callable
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
    return Group(_table(shown, _spent), sums) if shown else sums


def left(usage: Told) -> RenderableType:
    """A row for each business that has a limit: what it may still spend."""
    shown = [one for one in usage["budgets"] if any(one[period]["limit"] for period in ("day", "month"))]
    if not shown:
        return "[dim]No budget is set: `bellhop ai policy`, or ai: in the file of a business, sets one.[/dim]"
    return _table(shown, _left)


def _matters(one: Told) -> bool:
    return any(Decimal(one[period]["spent"]) or one[period]["limit"] for period in ("day", "month"))


def _table(rows: list[Told], cell: Callable[[Told, str], str]) -> Table:
    table = Table("Business", Column("Today", no_wrap=True), Column("Month", no_wrap=True), "Answers by")
    for one in rows:
        level = one["level"]
        words = coloured(level).replace(level, _LEVELS[level] or "AI")
        table.add_row(escape(one["tenant"]), cell(one["day"], level), cell(one["month"], level), words)
    return table


def _spent(one: Told, level: str) -> str:
    spent = Decimal(one["spent"])
    if one["limit"] is None:
        return f"{dollars(spent)}, no limit"
    limit = Decimal(one["limit"])
    part = float(spent / limit) if limit else 1.0
    return f"{bar(part, _colour(level))} {dollars(spent)} of {dollars(limit)}"


def _left(one: Told, level: str) -> str:
    if one["limit"] is None:
        return "any amount"
    return f"[{_colour(level)}]{dollars(one['left'])}[/] left of {dollars(one['limit'])}"


def _colour(level: str) -> str:
    return {"normal": "green", "rules": "red"}.get(level, "yellow")
