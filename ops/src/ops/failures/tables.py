"""How failures look in a terminal."""

import json
from collections.abc import Iterable
from datetime import datetime
from typing import Any

from rich.console import Console, Group, RenderableType
from rich.json import JSON
from rich.markup import escape
from rich.padding import Padding
from rich.table import Column, Table

Found = dict[str, Any]


def groups_table(groups: Iterable[Found]) -> Table:
    """Two lines for all failures of the same make."""
    table = Table(Column("Group", no_wrap=True), *_folding("Where, and kind", "Event, and exception"))
    table.add_column("Count", no_wrap=True)
    table.add_column("First and last", no_wrap=True)
    table.add_column("Businesses", overflow="fold")
    for one in groups:
        words = (
            f"{one['service']}\n{one['kind']}",
            f"{one['event_type']}\n{one['exception']}",
            str(one["count"]),
            f"{moment(one['first_at'])}\n{moment(one['last_at'])}",
            ", ".join(one["tenants"]),
        )
        table.add_row(one["id"], *map(escape, words))
    return table


def failures_table(failures: Iterable[Found]) -> Table:
    """Two lines for each."""
    table = Table(Column("Id, and where", no_wrap=True), *_folding("Event, and error", "Business"))
    table.add_column("Last, and how often", no_wrap=True)
    for one in failures:
        words = (
            f"{one['id']}\n{one['service']}, {one['kind']}",
            f"{one['event_type']}\n{one['error'][:200]}",
            one["tenant"],
            f"{moment(one['last_at'])}\n{_times(one['times'])}",
        )
        table.add_row(*map(escape, words))
    return table


def one_failure(failure: Found) -> RenderableType:
    """All that is known of one."""
    parts: list[RenderableType] = [_facts(failure)]
    if failure["payload"]:
        parts += ["\n[bold]Payload[/bold]", _payload(failure)]
    if failure["headers"]:
        parts += ["\n[bold]Headers[/bold]", _indented(JSON.from_data(failure["headers"]))]
    if failure["lines"]:
        parts += ["\n[bold]Log lines of the failing try[/bold]", *map(_line, failure["lines"])]
    if failure["history"]:
        parts += ["\n[bold]What was done[/bold]", _history(failure["history"])]
    return Group(*parts)


def moment(instant: str) -> str:
    """In the time zone of the terminal."""
    return f"{datetime.fromisoformat(instant).astimezone():%d %b %H:%M:%S}"


def _times(count: int) -> str:
    return "once" if count == 1 else f"{count} times"


def _folding(*names: str) -> list[Column]:
    """Columns that show all of their words, on as many lines as it takes."""
    return [Column(name, overflow="fold") for name in names]


def say(problem: str) -> None:
    """Tells what is wrong."""
    Console().print(f"[red]✗[/red] {escape(problem)}")


def _facts(failure: Found) -> Table:
    table = Table(show_header=False, box=None, padding=(0, 2, 0, 0))
    behind = f", {failure['waiting']} wait behind it" if failure["waiting"] else ""
    first, last = moment(failure["first_at"]), moment(failure["last_at"])
    for name, value in (
        ("Failure", failure["id"]),
        ("What", f"{failure['kind']} ({failure['status']}{behind})"),
        ("Where", f"{failure['service']}, queue {failure['queue']}"),
        ("Event", f"{failure['event_type']} {failure['event_id'] or ''}"),
        ("Business", f"{failure['tenant']}, conversation {failure['conversation'] or '-'}"),
        ("Why", f"{failure['reason']}: {failure['error']}"),
        ("When", f"{first} to {last}, {_times(failure['times'])}"),
    ):
        table.add_row(f"[bold]{name}[/bold]", escape(value))
    return table


def _payload(failure: Found) -> RenderableType:
    payload = failure["payload"]
    if isinstance(payload, dict):
        return _indented(JSON.from_data(payload))
    return _indented(f"[yellow]no JSON, shown as {failure['encoding']}:[/yellow] {escape(payload)}")


def _indented(what: RenderableType) -> Padding:
    return Padding(what, (0, 0, 0, 2))


def _line(line: Found) -> Padding:
    line = dict(line)
    when, level = str(line.pop("time", ""))[11:23], line.pop("level", "")
    said, traceback = line.pop("event", ""), line.pop("exception", "")
    rest = " ".join(f"{name}={value}" for name, value in line.items())
    text = f"[dim]{when}[/dim] {level:7} {escape(str(said))} [dim]{escape(rest)}[/dim]"
    return _indented(f"{text}\n[dim]{escape(traceback)}[/dim]" if traceback else text)


def _history(deeds: Iterable[Found]) -> Table:
    table = Table("When", "By", "What", *_folding("Why, or what was changed"))
    for deed in deeds:
        why = [deed["reason"], *changes(deed["before"], deed["after"])]
        table.add_row(
            moment(deed["at"]), *map(escape, (deed["by"], deed["action"], "\n".join(filter(None, why))))
        )
    return table


def changes(before: Any, after: Any, place: str = "") -> list[str]:
    """What was edited, field by field."""
    if before == after:
        return []
    if not (isinstance(before, dict) and isinstance(after, dict)):
        return [f"{place}: {json.dumps(before)} -> {json.dumps(after)}"]
    inside = [
        changes(before.get(name), after.get(name), f"{place}.{name}".lstrip("."))
        for name in sorted({*before, *after})
    ]
    return [one for some in inside for one in some]
