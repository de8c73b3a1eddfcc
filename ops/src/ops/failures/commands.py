"""`bellhop failures …`: each function is one command and returns its exit code."""

import json
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Final

from rich.console import Console
from rich.markup import escape
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeRemainingColumn

from ops.api import Api, ApiProblem
from ops.failures.desk import Choice, Desk, Found, NotChosen, Wish
from ops.failures.editing import NotEdited, edited
from ops.failures.tables import failures_table, groups_table, one_failure, say

FINE, WRONG, MISUNDERSTOOD = 0, 1, 2

_NONE: Final = "[green]✓[/green] No failures."
_DONE: Final = {"retry": "handed to their consumers again", "discard": "given up, with a record"}


def show_groups(*, raw: bool) -> int:
    """All open failures in groups."""
    return _at_the_desk(lambda desk: _show_groups(desk.groups(), raw=raw))


def show_list(group: str | None, tenant: str | None, limit: int, *, raw: bool) -> int:
    """The failures of a group or all, one by one."""

    def work(desk: Desk) -> int:
        chosen = Choice(groups=[group] if group else [], all=not group, tenant=tenant)
        found = desk.failures(chosen, limit)
        _print(found, raw=raw, look=lambda: Console().print(failures_table(found) if found else _NONE))
        return FINE

    return _at_the_desk(work)


def show(failure: str, *, raw: bool) -> int:
    """One failure with all that is known of it."""

    def work(desk: Desk) -> int:
        found = desk.one(failure)
        _print(found, raw=raw, look=lambda: Console().print(one_failure(found)))
        return FINE

    return _at_the_desk(work)


def repair(
    action: str, choose: Callable[[], Choice], *, per_second: float = 50, reason: str = "", raw: bool = False
) -> int:
    """Retries or discards what is chosen, and returns when that is done."""

    def work(desk: Desk) -> int:
        wishes = desk.wishes(choose())
        if not wishes:
            Console().print("[green]✓[/green] Nothing is open.")
            return FINE
        jobs = [(one.service, desk.ask(one, action, per_second=per_second, reason=reason)) for one in wishes]
        return _follow(desk, jobs, action, raw=raw)

    return _at_the_desk(work)


def edit(failure: str, file: Path | None, *, raw: bool = False) -> int:
    """Retries one failure with another payload."""

    def work(desk: Desk) -> int:
        found = desk.one(failure)
        wish = Wish(found["service"], {"ids": [found["id"]]}, edited(found["payload"], file))
        return _follow(desk, [(wish.service, desk.ask(wish, "retry"))], "retry", raw=raw)

    return _at_the_desk(work)


def _at_the_desk(work: Callable[[Desk], int]) -> int:
    try:
        return work(Desk(Api.of_running_stack()))
    except NotChosen as unclear:
        say(str(unclear))
        return MISUNDERSTOOD
    except NotEdited as unchanged:
        say(str(unchanged))
    except ApiProblem as problem:
        say(str(problem))
        for one in problem.errors:
            say(f"{one['field']}: {one['problem']}")
    return WRONG


def _show_groups(found: Found, *, raw: bool) -> int:
    _print(found, raw=raw, look=lambda: _look_at_groups(found))
    return WRONG if found["unreachable"] else FINE


def _look_at_groups(found: Found) -> None:
    if found["items"]:
        console = Console()
        console.print(groups_table(found["items"]))
        console.print(
            "Look at one: [bold]bellhop failures list --group GROUP[/bold], then [bold]… show ID[/bold]."
            " Once the cause is mended: [bold]… retry --group GROUP[/bold]"
        )
    elif not found["unreachable"]:
        Console().print(_NONE)
    for one in found["unreachable"]:
        say(f"{one['service']} could not be asked: {one['problem']}")


def _follow(desk: Desk, jobs: Sequence[tuple[str, str]], action: str, *, raw: bool) -> int:
    """Shows how the jobs go on until all are done. They go on as well when nobody watches."""
    columns = TextColumn("{task.description}"), BarColumn(), MofNCompleteColumn(), TimeRemainingColumn()
    done = []
    with Progress(*columns, transient=True, disable=raw) as progress:
        for service, job in jobs:
            task = progress.add_task(service, total=None)
            found: Found = {}
            for found in desk.progress(service, job):
                total = found["total"] if found["state"] != "waiting" else None
                progress.update(task, total=total, completed=found["done"] + found["failed"])
            done.append(found)
    _print(done, raw=raw, look=lambda: _tell(done, action))
    return WRONG if any(one["failed"] for one in done) else FINE


def _tell(jobs: Sequence[Found], action: str) -> None:
    console = Console()
    for job in jobs:
        if job["done"]:
            console.print(f"[green]✓[/green] {job['service']}: {job['done']} {_DONE[action]}")
        elif not job["failed"]:
            console.print(f"{job['service']}: nothing to do, none of that is open")
        if job["failed"]:
            console.print(f"[red]✗[/red] {job['service']}: {job['failed']} could not be, among them:")
        for mistake in job["mistakes"]:
            console.print(f"  {escape(mistake)}")
    if action == "retry" and any(job["done"] for job in jobs):
        console.print("What fails again shows up in [bold]bellhop failures[/bold].")


def _print(found: object, *, raw: bool, look: Callable[[], None]) -> None:
    if raw:
        print(json.dumps(found, indent=2, ensure_ascii=False))
    else:
        look()
