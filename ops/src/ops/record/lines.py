"""One line for each event, in columns, so that they can be shown as they come. Pure."""

from collections.abc import Iterator
from datetime import datetime, tzinfo
from typing import Any, Final
from uuid import UUID

from pydantic_core import from_json, to_json
from rich.text import Text

from chassis.record import Recorded
from ops.record.choice import content_of, recorded_at

_TEXT: Final = 60
_FACTS: Final = 5
_TYPE_WIDTH: Final = 28
_SAID_ELSEWHERE: Final = frozenset({"channel", "account"})
_WORDS: Final = ("text", "reason", "instructions")

HEADER: Final = Text(
    f"{'TIME':<18}{'OFFSET':>9}  {'TENANT':<9} {'TYPE':<{_TYPE_WIDTH}} {'TALK':<8}  WHAT", style="bold"
)


def line(one: Recorded, zone: tzinfo | None) -> Text:
    """An event in one line; its time is that of `zone`, the terminal's own when None."""
    moment = recorded_at(one)
    time = moment.astimezone(zone).strftime("%m-%d %H:%M:%S.%f")[:-3] if moment else "no time"
    return Text.assemble(
        (f"{time:<18}", "dim"),
        (f"{one.offset:>9}", "cyan"),
        f"  {one.tenant:<9} ",
        (f"{one.type:<{_TYPE_WIDTH}} ", _colour(one.type)),
        (f"{one.conversation[:8]:<8}  ", "dim"),
        gist(content_of(one)),
    )


def gist(event: dict[str, Any]) -> str:
    """What an event says, in a few words: the text if somebody said something, and its plain facts."""
    data = event.get("data")
    if not isinstance(data, dict):
        return "not an event of ours"
    words = [f"“{_short(text)}”" for text in _said(data.get("personal"))]
    return " ".join((words + list(_facts(data)))[:_FACTS])


def _said(personal: Any) -> Iterator[str]:
    # Of what is personal, the words alone: no names, no numbers, no addresses on the screen.
    if isinstance(personal, dict):
        texts = (personal.get(name) for name in _WORDS)
        yield from (one for one in texts if isinstance(one, str) and one)


def _facts(data: dict[str, Any]) -> Iterator[str]:
    for name, value in data.items():
        if name in _SAID_ELSEWHERE or value is None or value in ("", [], {}) or isinstance(value, dict):
            continue
        if isinstance(value, list):
            plain = [str(one) for one in value if isinstance(one, str | int | float)]
            yield f"{name}={','.join(plain)}" if plain else f"{name}={len(value)}"
        else:
            yield f"{name}={_short(_id(str(value)))}"


def _id(value: str) -> str:
    try:
        UUID(value)
    except ValueError:
        return value
    return value[:8]


def _short(text: str) -> str:
    flat = " ".join(text.split())
    return flat if len(flat) <= _TEXT else f"{flat[: _TEXT - 1]}…"


def _colour(event_type: str) -> str:
    if ".failed." in event_type or ".refused." in event_type:
        return "red"
    if ".suppressed." in event_type or ".uncertain." in event_type:
        return "yellow"
    return "green" if event_type.startswith("message") else ""


def one_line(body: bytes) -> bytes:
    """The event's JSON for a file with one event on each line."""
    return to_json(from_json(body)) if b"\n" in body else body


def local_zone() -> tzinfo | None:
    """The terminal's."""
    return datetime.now().astimezone().tzinfo
