"""How failures look in a terminal."""

import json
from collections.abc import Iterable
from datetime import datetime
from typing import Any

from rich.console import Console, Group, RenderableType
from rich.json import JSON
from rich.markup import escape
from rich.padding import Padding
from rich.table import Table

Found = dict[str, Any]


def groups_table(groups: Iterable[Found]) -> Table:
    """One line for all failures of the same make."""
    table = Table("Group", "Service", "Kind", "Event", "Exception", "Count", "First", "Last", "Businesses")
    for one in groups:
        words = (one["service"], one["kind"], one["event_type"], one["exception"])
        times = moment(one["first_at"]), moment(one["last_at"])
        table.add_row(
            one["id"], *map(escape, words), str(one["count"]), *times, escape(", ".join(one["tenants"]))
        )
    return table


def failures_table(failures: Iterable[Found]) -> Table:
    """One line for each."""
    table = Table("Id", "Service", "Kind", "Event", "Error", "Business", "Times", "Last")
    for one in failures:
        words = (one["service"], one["kind"], one["event_type"], one["error"][:80], one["tenant"])
        table.add_row(one["id"], *map(escape, words), str(one["times"]), moment(one["last_at"]))
    return table


def one_failure(failure: Found) -> RenderableType:
    """All that is known of one."""
    parts: list[RenderableType] = [_facts(failure), "\n[bold]Payload[/bold]", _payload(failure)]
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


def say(problem: str) -> None:
    """Tells what is wrong."""
    Console().print(f"[red]✗[/red] {escape(problem)}")


def _facts(failure: Found) -> Table:
    table = Table(show_header=False, box=None, padding=(0, 2, 0, 0))
    behind = f", {failure['waiting']} wait behind it" if failure["waiting"] else ""
    for name, value in (
        ("Failure", failure["id"]),
        ("What", f"{failure['kind']} ({failure['status']}{behind})"),
        ("Where", f"{failure['service']}, queue {failure['queue']}"),
        ("Event", f"{failure['event_type']} {failure['event_id'] or ''}"),
        ("Business", f"{failure['tenant']}, conversation {failure['conversation'] or '-'}"),
        ("Why", f"{failure['reason']}: {failure['error']}"),
        ("When", f"{moment(failure['first_at'])} to {moment(failure['last_at'])}, {failure['times']} times"),
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
    table = Table("When", "By", "What", "Why", "Before", "After")
    for deed in deeds:
        edit = (json.dumps(deed[name])[:60] if deed[name] else "" for name in ("before", "after"))
        words = (deed["by"], deed["action"], deed["reason"], *edit)
        table.add_row(moment(deed["at"]), *map(escape, words))
    return table
