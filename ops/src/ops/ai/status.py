"""`bellhop ai status`: vendors, keys, circuits, budgets and the last minutes' calls."""

import json
import time
from typing import Final

from rich.console import Console, Group, RenderableType
from rich.live import Live
from rich.markup import escape

from ops.ai.spending import budgets
from ops.ai.tables import overview
from ops.ai.words import Told
from ops.api import Api, ApiProblem

FINE, WRONG = 0, 1

_EVERY_SECONDS: Final = 2.0


def status(*, watch: bool, raw: bool) -> int:
    """Prints it once, or until Ctrl-C."""
    try:
        api = Api.of_running_stack()
        if watch and not raw:
            return _watched(api)
        told, usage = look(api)
    except ApiProblem as problem:
        Console(stderr=True).print(f"[red]✗[/red] {escape(str(problem))}")
        return WRONG
    if raw:
        print(json.dumps({**told, "usage": usage}, indent=2))
    else:
        Console().print(shown(told, usage))
    return FINE if answers(told) else WRONG


def look(api: Api) -> tuple[Told, Told]:
    """How the router is, and what was spent this month. Raises ApiProblem."""
    return api.request("GET", "/api/v1/ai"), api.request("GET", "/api/v1/ai/usage")


def shown(told: Told, usage: Told) -> RenderableType:
    """All of it, for a terminal."""
    return Group(overview(told), budgets(usage))


def answers(told: Told) -> bool:
    """Whether a vendor can be asked now, or none is meant to be."""
    return told["offline"] or any(one["state"] == "ready" for one in told["vendors"])


def _watched(api: Api) -> int:
    seen: RenderableType = "…"
    with Live(seen, console=Console(), auto_refresh=False, screen=True) as live:
        try:
            while True:
                try:
                    seen = shown(*look(api))
                    live.update(seen, refresh=True)
                except ApiProblem as problem:
                    live.update(Group(seen, f"[red]✗[/red] {escape(str(problem))}"), refresh=True)
                time.sleep(_EVERY_SECONDS)
        except KeyboardInterrupt:
            return FINE
