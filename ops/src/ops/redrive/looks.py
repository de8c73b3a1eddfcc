"""How a redrive looks in a terminal."""

from collections.abc import Iterator
from datetime import datetime, timedelta
from math import ceil

from rich.console import Console, Group, RenderableType
from rich.markup import escape
from rich.table import Column, Table

from contracts.catalogue import KEYED_SERVICES
from ops.redrive.handing_out import entrance
from ops.redrive.reading import Plan
from ops.redrive.wish import Wish

_SIDE_BY_SIDE = (
    "[yellow]![/yellow] Its queues are worked off side by side. Where one event builds on another, as a move"
    " on its booking, choose a [bold]--per-second[/bold] at which each is handled before the next one comes."
)
_KNOWN = "What it has handled, or may have handled long ago, changes nothing."
_AGAIN = (
    "[yellow]![/yellow] [bold]--again[/bold]: they are handled as new, whatever was done about them before."
    " Messages may go out to customers once more, an AI may be asked and paid once more. A second run"
    " for the same reason soon afterwards is recognised."
)


def preview(plan: Plan, wish: Wish, per_second: float) -> RenderableType:
    """What would be done."""
    table = Table("Event", "Business", Column("Count", justify="right"), Column("Handed to", overflow="fold"))
    for (event_type, tenant), count in sorted(plan.counts.items()):
        table.add_row(event_type, escape(tenant), f"{count:,}", entrance(wish.service, event_type))
    takes = timedelta(seconds=ceil(plan.total / per_second))
    summary = (
        f"{plan.total:,} events for [bold]{wish.service}[/bold] alone, recorded from {_moment(plan.first)} to"
        f" {_moment(plan.last)}; at {per_second:g} a second that takes {takes}."
    )
    return Group(table, summary, *_warnings(plan, wish), _AGAIN if wish.again else _KNOWN)


def _warnings(plan: Plan, wish: Wish) -> Iterator[str]:
    if plan.unreadable:
        yield f"[yellow]![/yellow] {plan.unreadable:,} more break today's contracts and are left out."
    if wish.service not in KEYED_SERVICES and len({event_type for event_type, _ in plan.counts}) > 1:
        yield _SIDE_BY_SIDE


def say(problem: str) -> None:
    """Tells what is wrong."""
    Console(stderr=True).print(f"[red]✗[/red] {escape(problem)}")


def _moment(moment: datetime | None) -> str:
    """In the time zone of the terminal."""
    return f"{moment.astimezone():%d %b %Y %H:%M:%S}" if moment else "-"
