"""The two commands; each function returns the exit code."""

import json
from collections.abc import Callable
from datetime import datetime
from typing import Any, Final
from urllib.parse import quote, urlencode

from rich.console import Console
from rich.markup import escape

from gateway.domain.timeline import Told
from gateway.domain.why import Why
from ops.api import Api, ApiProblem
from ops.moments import moment
from ops.timeline.reasons import reasons
from ops.timeline.turns import page

FINE, WRONG, MISUNDERSTOOD = 0, 1, 2

_NOT_FOUND: Final = 404
_WIDE: Final = 120  # columns; then the types of events have room as well
_EVENTS: Final = 500
_ALL_EVENTS: Final = 5000
_TURNS: Final = 10
"""The newest of so many are shown unless more are asked for: what happened last is what is asked about."""

_WHAT_IDS: Final = (
    "Any of these will do: a phone number with its country code, a chat id, the id of a conversation, an"
    " event, a message (ours or the vendor's), a booking."
)
_WHICH_MESSAGE: Final = "Give the id of one message, ours or the vendor's: `bellhop timeline` shows them."


def show_timeline(ref: str, since: str | None, *, everything: bool, raw: bool) -> int:
    """The turns an id belongs to, as trees."""
    try:
        begins = moment(since, datetime.now().astimezone()) if since else None
    except ValueError as unclear:
        return _say(str(unclear), MISUNDERSTOOD)
    asked: dict[str, str] = {"limit": str(_ALL_EVENTS if everything or since else _EVENTS)}
    if begins:
        asked["since"] = begins.isoformat()
    path = f"/api/v1/timeline/{quote(ref.strip(), safe='')}?{urlencode(asked)}"

    def look(console: Console, found: Any) -> None:
        newest = None if everything or since else _TURNS
        console.print(*page(Told.model_validate(found), newest, wide=console.width >= _WIDE), sep="\n")

    return _ask(path, look, raw=raw)


def show_why(message: str, *, raw: bool) -> int:
    """What was looked at when a message was to go out, or what was decided about one that came in."""
    path = f"/api/v1/why/{quote(message.strip(), safe='')}"

    def look(console: Console, found: Any) -> None:
        console.print(reasons(Why.model_validate(found)))

    return _ask(path, look, _WHICH_MESSAGE, raw=raw)


def _ask(path: str, look: Callable[[Console, Any], None], ids: str = _WHAT_IDS, *, raw: bool) -> int:
    try:
        found = Api.of_running_stack().request("GET", path)
    except ApiProblem as problem:
        hint = f"\n{ids}" if problem.status == _NOT_FOUND else ""
        return _say(f"{problem}{hint}", WRONG)
    if raw:
        print(json.dumps(found, indent=2, ensure_ascii=False))
    else:
        look(Console(highlight=False), found)
    return FINE


def _say(problem: str, code: int) -> int:
    Console(highlight=False).print(f"[red]✗[/red] {escape(problem)}")
    return code
