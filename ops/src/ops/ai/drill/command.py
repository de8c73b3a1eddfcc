"""`bellhop ai drill`: whether it may be, where, and what came of it."""

import json
from typing import Final

import httpx
from rich.console import Console
from rich.markup import escape

from ops.ai.drill.board import ended
from ops.ai.drill.course import Course, report
from ops.ai.drill.lanes import Lane, SandboxLane, ShadowLane
from ops.ai.drill.running import Drill
from ops.ai.drill.wish import LaneName, Unfit, Wish, lane_for, others
from ops.api import Api, ApiProblem
from ops.places import data_dir
from ops.up.running_stack import find_running

FINE, WRONG, MISUNDERSTOOD = 0, 1, 2

_NOWHERE: Final = "http://nowhere.invalid"


def drill(wish: Wish, *, raw: bool) -> int:
    """Runs it to the end, and reports."""
    console = Console(stderr=raw)
    try:
        api = Api.of_running_stack()
        sandbox = _sandbox()
        told = api.request("GET", "/api/v1/ai")
        name = lane_for(wish, told, sandbox)
        console.print(_announced(wish, name, others(wish.vendor, told)))
        course = Course(wish.vendor)
        with httpx.Client(base_url=sandbox or _NOWHERE, trust_env=False) as client:
            lane: Lane = SandboxLane(wish, client) if name == "sandbox" else ShadowLane(wish)
            Drill(wish, api, lane, course, console).run()
    except Unfit as problem:
        return _say(str(problem), MISUNDERSTOOD)
    except ApiProblem as problem:
        return _say(str(problem), WRONG)
    if raw:
        print(
            json.dumps({"lane": name, "vendor": wish.vendor, "fault": wish.fault, **report(course)}, indent=2)
        )
    else:
        console.print(ended(course))
    return FINE if course.fine else WRONG


def _sandbox() -> str | None:
    running = find_running(data_dir())
    return running.sandbox_url if running else None


def _announced(wish: Wish, lane: LaneName, rest: list[str]) -> str:
    if lane == "sandbox":
        return (
            f"{wish.vendor} (simulated) fails for {wish.seconds:g} s: {wish.fault}. The live router is asked"
            f" every {wish.every:g} s; whoever writes meanwhile is answered by {', '.join(rest)}"
        )
    return (
        f"{wish.vendor} fails for {wish.seconds:g} s in the shadow lane: {wish.fault}. No customer is"
        f" touched; {', '.join(rest)} are called, and {wish.vendor} once it is well again"
    )


def _say(problem: str, code: int) -> int:
    Console(stderr=True).print(f"[red]✗[/red] {escape(problem)}")
    return code
