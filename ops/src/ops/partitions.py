"""`bellhop partitions`: into how many partitions the inbox of a service is divided, and changing that."""

import json
import time
from collections.abc import Callable
from typing import Any, Final, TypeAlias

from rich.console import Console
from rich.markup import escape
from rich.progress import BarColumn, Progress, TextColumn
from rich.table import Table

from contracts.catalogue import KEYED_SERVICES
from ops.api import Api, ApiProblem

FINE, WRONG, MISUNDERSTOOD = 0, 1, 2

_LOOK_SECONDS: Final = 0.5
_STILL_SECONDS: Final = 60.0  # without anything going on, then it is no longer watched

Inbox: TypeAlias = dict[str, Any]


def show(service: str | None, *, raw: bool) -> int:
    """Every service with what waits and a change under way; one service with each of its partitions."""
    return _with_api(lambda api: _show(api, service, raw=raw), service)


def change(service: str, count: int) -> int:
    """Asks for another number of partitions, and returns when it is so."""
    return _with_api(lambda api: _change(api, service, count), service)


def _with_api(work: Callable[[Api], int], service: str | None) -> int:
    if service is not None and service not in KEYED_SERVICES:
        return _say(f"{service!r} has no partitions: it is one of {', '.join(KEYED_SERVICES)}", MISUNDERSTOOD)
    try:
        return work(Api.of_running_stack())
    except ApiProblem as problem:
        return _say(str(problem), WRONG)


def _say(problem: str, code: int) -> int:
    Console(stderr=True).print(f"[red]✗[/red] {escape(problem)}")
    return code


def _show(api: Api, service: str | None, *, raw: bool) -> int:
    told = api.request("GET", "/api/v1/partitions")
    found, silent = (
        [one for one in told[part] if service in (None, one["service"])] for part in ("items", "unreachable")
    )
    if raw:
        print(json.dumps({"items": found, "unreachable": silent}, indent=2))
    elif found:
        Console().print(_table(found))
        for one in found if service else ():
            Console().print(_each(one))
    for one in silent:
        _say(f"{one['service']} does not tell: {one['problem']}", WRONG)
    return WRONG if silent else FINE


def _each(inbox: Inbox) -> Table:
    table = Table("Partition", "Waiting", "Taken from")
    for one in inbox["partitions"]:
        waiting, taken = str(one["waiting"]), "yes" if one["consumers"] else "[red]no"
        table.add_row(str(one["number"]), *(("", "gone") if one["ended"] else (waiting, taken)))
    return table


def _table(inboxes: list[Inbox]) -> Table:
    table = Table("Service", "Generation", "Partitions", "Waiting", "Not taken from", "Change")
    for one in inboxes:
        standing = [partition for partition in one["partitions"] if not partition["ended"]]
        waiting = {partition["number"]: partition["waiting"] for partition in standing}
        alone = [partition["number"] for partition in standing if not partition["consumers"]]
        table.add_row(
            one["service"], str(one["generation"]), str(one["count"]), _waiting(waiting),
            f"[red]{_listed(alone)}" if alone else "none", _changing(one),
        )  # fmt: skip
    return table


def _waiting(waiting: dict[int, int]) -> str:
    if not (total := sum(waiting.values())):
        return "0"
    number, most = max(waiting.items(), key=lambda item: item[1])
    return f"{total}, most in {number}: {most}"


def _listed(numbers: list[int]) -> str:
    return ", ".join(map(str, numbers))


def _changing(inbox: Inbox) -> str:
    if change := inbox["change"]:
        left = sum(not one["ended"] for one in inbox["partitions"])
        return (
            f"[yellow]to {change['count']}[/yellow] for {change['asked_by']}: {left} old ones left,"
            f" {change['waiting']} wait in the new ones"
        )
    return f"to {inbox['wished']} asked for" if inbox["wished"] else ""


def _change(api: Api, service: str, count: int) -> int:
    before = _inbox(api, service)
    if before and before["count"] == count and not before["change"] and not before["wished"]:
        Console().print(f"{service} has {count} partitions already.")
        return FINE
    api.request("POST", f"/api/v1/partitions/{service}", {"count": count})
    if _watch(api, service, count):
        Console().print(f"[green]✓[/green] {service} has {count} partitions; all from before went first")
        return FINE
    return _say(
        f"asked for, but it has not gone on for {_STILL_SECONDS:.0f} s; nothing is lost meanwhile."
        " See `bellhop partitions`, `bellhop status` and docs/runbooks/partitions.md",
        WRONG,
    )


def _watch(api: Api, service: str, count: int) -> bool:
    """Until the inbox has that many, or nothing has gone on for a while."""
    seen: Inbox | None = None
    still = time.monotonic()
    with Progress(TextColumn("{task.description}"), BarColumn(), transient=True) as progress:
        task = progress.add_task("asked for", total=None)
        while time.monotonic() - still < _STILL_SECONDS:
            now = _inbox(api, service) or seen
            if now != seen:
                seen, still = now, time.monotonic()
            if seen and seen["count"] == count and not seen["change"]:
                return True
            if seen and seen["change"]:
                ended = sum(one["ended"] for one in seen["partitions"])
                progress.update(
                    task, description=f"{ended} of {seen['count']} old partitions are empty and gone",
                    completed=ended, total=seen["count"],
                )  # fmt: skip
            time.sleep(_LOOK_SECONDS)
    return False


def _inbox(api: Api, service: str) -> Inbox | None:
    """None while the service does not answer."""
    try:
        items: list[Inbox] = api.request("GET", "/api/v1/partitions")["items"]
    except ApiProblem:
        return None
    return next((one for one in items if one["service"] == service), None)
