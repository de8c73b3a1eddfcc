"""`bellhop pause`, `resume`, `step` and `pauses`: what Bellhop does not do for a business for now."""

import json
import time
from collections.abc import Callable, Iterator
from datetime import datetime
from typing import Any, Final, TypeAlias, get_args

from rich.console import Console
from rich.markup import escape
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn
from rich.table import Column, Table

from contracts.operations import Capability
from ops.api import Api, ApiProblem

FINE, WRONG, MISUNDERSTOOD = 0, 1, 2

_LOOK_SECONDS: Final = 0.3
_HEARD_SECONDS: Final = 10.0  # for a pause to hold everywhere
_NOT_FOUND: Final = 404
_STILL_SECONDS: Final = 30.0  # without any going on, then it is no longer watched

Found: TypeAlias = dict[str, Any]


def show(tenant: str | None, *, raw: bool) -> int:
    """What is paused for one business or for all, and how much waits."""
    return _with_api(lambda api: _show(api, tenant, raw=raw), tenant)


def pause(tenant: str, capability: str, reason: str) -> int:
    """Returns when it holds."""
    return _with_api(lambda api: _pause(api, tenant, capability, reason), tenant, capability)


def resume(tenant: str, capability: str, *, discard: bool) -> int:
    """Returns when nothing of it waits any more; shows how it goes on."""
    return _with_api(lambda api: _resume(api, tenant, capability, discard=discard), tenant, capability)


def step(tenant: str, capability: str) -> int:
    """Lets the oldest waiting message of each conversation through."""
    return _with_api(lambda api: _step(api, tenant, capability), tenant, capability)


def _with_api(work: Callable[[Api], int], tenant: str | None, capability: str | None = None) -> int:
    known = get_args(Capability)
    if capability is not None and capability not in known:
        return _say(f"{capability!r} cannot be paused: it is one of {', '.join(known)}", MISUNDERSTOOD)
    try:
        return work(Api.of_running_stack())
    except ApiProblem as problem:
        if tenant and problem.status == _NOT_FOUND:
            return _say(f"no business is called {tenant}: `bellhop tenants list` tells them", WRONG)
        return _say(str(problem), WRONG)


def _show(api: Api, tenant: str | None, *, raw: bool) -> int:
    tenants = [tenant] if tenant else [one["id"] for one in api.request("GET", "/api/v1/tenants")["items"]]
    found = [{"tenant": one} | item for one in tenants for item in _items(api, one)]
    if raw:
        print(json.dumps(found, indent=2))
    elif not found:
        Console().print("Nothing is paused.")
    else:
        Console().print(_table(found))
    return FINE


def _pause(api: Api, tenant: str, capability: str, reason: str) -> int:
    api.request("PUT", f"{_path(tenant)}/{capability}", {"reason": reason})
    for found in _looks(api, tenant, capability, _HEARD_SECONDS):
        if found and found["paused"]:
            Console().print(
                f"[yellow]⏸[/yellow] {tenant}: {capability} paused since {_moment(found['since'])}; what"
                " belongs to it waits, in order."
                f" Go on with [bold]bellhop resume {tenant} {capability}[/bold]"
            )
            return FINE
    return _say("asked for, and recorded; but the services have not told yet that it holds", WRONG)


def _resume(api: Api, tenant: str, capability: str, *, discard: bool) -> int:
    before = _one(api, tenant, capability)
    if before is None:
        Console().print(f"{tenant}: {capability} not paused.")
        return FINE
    api.request("DELETE", f"{_path(tenant)}/{capability}?discard={str(discard).lower()}")
    left = _watch(api, tenant, capability, before["events"])
    if left:
        return _say(f"goes on, but {left} still wait: see `bellhop pauses {tenant}`", WRONG)
    done = "given up, with a record" if discard else "handled, in order"
    Console().print(
        f"[green]▶[/green] {tenant}: {capability} resumed; {before['events']} waiting messages of"
        f" {before['conversations']} conversations were {done}"
    )
    return FINE


def _watch(api: Api, tenant: str, capability: str, waited: int) -> int:
    """Until nothing waits, or nothing has gone on for a while: how many still wait then."""
    columns = TextColumn("handled"), BarColumn(), MofNCompleteColumn()
    left, still = max(1, waited), time.monotonic()
    with Progress(*columns, transient=True) as progress:
        task = progress.add_task("", total=waited)
        while left and time.monotonic() - still < _STILL_SECONDS:
            now = _left(api, tenant, capability, left)
            if now != left:
                left, still = now, time.monotonic()
            progress.update(task, completed=max(0, waited - left))
            time.sleep(_LOOK_SECONDS)
    return left


def _left(api: Api, tenant: str, capability: str, last: int) -> int:
    """How many wait; as many as before while a service that knows starts anew."""
    try:
        found = _one(api, tenant, capability)
    except ApiProblem:
        return last
    return max(1, int(found["events"])) if found else 0


def _step(api: Api, tenant: str, capability: str) -> int:
    found = _one(api, tenant, capability)
    if found is None or not found["events"]:
        Console().print(f"{tenant}: nothing waits for {capability}.")
        return FINE
    api.request("POST", f"{_path(tenant)}/{capability}/step")
    Console().print(
        f"[green]⏭[/green] {tenant}: the oldest of {found['events']} waiting messages goes on in each of"
        f" {found['conversations']} conversations; {capability} stays paused"
    )
    return FINE


def _looks(api: Api, tenant: str, capability: str, seconds: float) -> Iterator[Found | None]:
    end = time.monotonic() + seconds
    while time.monotonic() < end:
        yield _one(api, tenant, capability)
        time.sleep(_LOOK_SECONDS)


def _one(api: Api, tenant: str, capability: str) -> Found | None:
    return next((item for item in _items(api, tenant) if item["capability"] == capability), None)


def _items(api: Api, tenant: str) -> list[Found]:
    items: list[Found] = api.request("GET", _path(tenant))["items"]
    return items


def _path(tenant: str) -> str:
    return f"/api/v1/tenants/{tenant}/pauses"


def _table(found: list[Found]) -> Table:
    table = Table(
        "Business", "Paused", "Since", Column("By", overflow="fold"), "Why", Column("Waiting", no_wrap=True)
    )
    for one in found:
        what = f"[yellow]{one['capability']}" if one["paused"] else f"[green]{one['capability']}: going on"
        wait = f"{one['events']} messages\n{one['conversations']} conversations"
        words = (escape(one["by"]), escape(one["reason"]))
        table.add_row(one["tenant"], what, _moment(one["since"]), *words, wait)
    return table


def _moment(instant: str) -> str:
    return f"{datetime.fromisoformat(instant).astimezone():%d %b %H:%M:%S}"


def _say(problem: str, code: int) -> int:
    Console().print(f"[red]✗[/red] {escape(problem)}")
    return code
