"""Why a message was sent or not, in a terminal."""

from typing import Final

from rich.console import Group, RenderableType
from rich.table import Table
from rich.text import Text

from gateway.domain.why import Check, Why
from gateway.domain.why.answer import Outcome

_MARKS: Final[dict[Outcome, tuple[str, str]]] = {
    "ok": ("✓", "green"), "stopped": ("✗", "red"), "waits": ("…", "yellow"), "unclear": ("?", "yellow"),
    "not applicable": ("–", "dim"),
}  # fmt: skip


def reasons(why: Why) -> RenderableType:
    """The verdict, then all that was looked at, with what proves it."""
    grid = Table.grid(padding=(0, 1))
    grid.add_column(width=1)
    grid.add_column(no_wrap=True)
    grid.add_column(ratio=1)
    for check in why.checks:
        mark, style = _MARKS[check.outcome]
        quiet = "dim" if check.outcome == "not applicable" else ""
        grid.add_row(Text(mark, style=style), Text(check.name, style=quiet), _words(check, quiet))
    where = f"{why.direction} message {why.message_id} · {why.tenant} · {why.zone}"
    return Group(Text(why.verdict, style="bold"), Text(where, style="dim"), "", grid)


def _words(check: Check, style: str) -> Text:
    words = Text(check.words, style=style)
    if check.event_id:
        words.append(f"\nevent {check.event_id}", style="dim")
    return words
