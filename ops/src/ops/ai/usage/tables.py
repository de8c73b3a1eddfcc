"""The ledger in a terminal: sums from one side, and the questions of a conversation. 80 columns do."""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Final

from rich import box
from rich.console import Group, RenderableType
from rich.markup import escape
from rich.table import Column, Table

from gateway.domain.timeline.told import count
from ops.ai.spending import left
from ops.ai.words import Told, clock, dollars, seconds, thousands

Cell = Callable[[Told], str]


@dataclass(frozen=True)
class Side:
    """From where figures are seen. `of_calls`: of what vendors were called for, failed calls included."""

    part: str
    heading: str
    of_calls: bool = False


def _count(name: str, colour: str = "") -> Cell:
    def cell(figures: Told) -> str:
        told = thousands(figures[name])
        return f"[{colour}]{told}[/{colour}]" if colour and figures[name] else told

    return cell


_ASKED: Final[dict[str, Cell]] = {"Asked": _count("questions"), "Failed": _count("failed", "red")}
_CALLED: Final[dict[str, Cell]] = {"Calls": _count("calls"), "Failed": _count("failed_calls", "red")}
_COMMON: Final[dict[str, Cell]] = {
    "Answered": _count("answered"),
    "Cached": _count("cached"),
    "Refused": _count("refused", "yellow"),
    "Tokens": lambda figures: thousands(figures["input_tokens"] + figures["output_tokens"]),
    "Cost": lambda figures: dollars(figures["cost"]),
    "Takes": lambda figures: seconds(figures["average_seconds"]),
}


def sums(usage: Told, side: Side, until: date | None) -> RenderableType:
    """A row for each part of this side, the total, what is in no sum, and what budgets leave."""
    days = f"{usage['since']} to {until}" if until else f"since {usage['since']}"
    if not usage["total"]["questions"] and not usage["total"]["calls"]:
        return Group(f"No AI was asked, {days}.", left(usage))
    return Group(_table(usage, side, days), *_notes(usage, side), left(usage))


def _table(usage: Told, side: Side, days: str) -> Table:
    cells = (_CALLED if side.of_calls else _ASKED) | _COMMON
    table = _narrow(Column(side.heading, "Total", overflow="fold"))
    for name, cell in cells.items():
        table.add_column(name, cell(usage["total"]), justify="right", no_wrap=True)
    for part in usage[side.part]:
        table.add_row(escape(part["name"]), *(cell(part["figures"]) for cell in cells.values()))
    table.title = f"What AI has cost, {days}"
    return table


def _notes(usage: Told, side: Side) -> Iterator[str]:
    total = usage["total"]
    beside = total["questions"] - sum(part["figures"]["questions"] for part in usage[side.part])
    if beside:
        why = ": nobody answered them" if side.of_calls else ""
        whole = thousands(total["questions"])
        yield f"{thousands(beside)} of {whole} questions belong to none of these{why}."
    if total["refused"]:
        yield "Refused: answers that said what the facts do not hold; no customer was given them."
    if total["unpriced"]:
        yield (
            f"[yellow]In no sum and no budget: {thousands(total['unpriced'])} calls whose price is not known."
            " `bellhop ai policy` says of which models.[/yellow]"
        )


def conversation(questions: Sequence[Told], most: int) -> RenderableType:
    """Question by question, the newest first."""
    newest = questions[0]
    asked = f"newest {most}" if len(questions) == most else count(len(questions), "question")
    tokens = sum(one["input_tokens"] + one["output_tokens"] for one in questions)
    cost = sum(Decimal(one["cost"]) for one in questions)
    table = _narrow(
        Column("Asked", asked, no_wrap=True), Column("Answered by", overflow="fold"),
        Column("Tried", justify="right"), Column("Tokens", thousands(tokens), justify="right", no_wrap=True),
        Column("Cost", dollars(cost), justify="right", no_wrap=True), Column("Answer", overflow="fold"),
    )  # fmt: skip
    for one in questions:
        table.add_row(
            f"{clock(one['at'])}\n[dim]{escape(one['purpose'])}[/dim]", _who(one), str(one["attempts"]),
            thousands(one["input_tokens"] + one["output_tokens"]), _cost(one), _end(one),
        )  # fmt: skip
    table.title = f"{newest['tenant']}, conversation {newest['conversation']}"
    return table


def _who(one: Told) -> str:
    if one["outcome"] == "failed":
        return "nobody"
    how = ", ".join(filter(None, (one["key"], one["tier"])))
    return f"{one['vendor']}/{escape(one['model'])}\n[dim]{escape(how)}[/dim]"


def _cost(one: Told) -> str:
    return f"{dollars(one['cost'])} [yellow]+ ?[/yellow]" if one["unpriced"] else dollars(one["cost"])


def _end(one: Told) -> str:
    """What became of it, and how long the vendor took."""
    if one["outcome"] == "failed":
        return f"[red]failed: {escape(one['reason'])}[/red]"
    verdict = one["verdict"] or "not judged"
    why = f": {escape(one['why'])}" if one["why"] else ""
    colour = {"used": "green", "refused": "yellow"}.get(verdict, "dim")
    took = "from the cache" if one["cached"] else seconds(one["seconds"])
    return f"[{colour}]{verdict}{why}[/{colour}]\n[dim]{took}[/dim]"


def _narrow(*columns: Column) -> Table:
    return Table(
        *columns, box=box.SIMPLE, show_footer=True, pad_edge=False, collapse_padding=True,
        title_justify="left", title_style="bold", footer_style="bold",
    )  # fmt: skip
