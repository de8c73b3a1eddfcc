"""What a shadow run shows: a table that is refreshed in a terminal, lines elsewhere, JSON for programs."""

import json
from collections.abc import Callable
from contextlib import AbstractContextManager
from dataclasses import asdict
from typing import Final, Protocol, Self

from rich.console import Console
from rich.live import Live

from ops.shadow.agreement import Agreement, Judged
from ops.shadow.tables import line, summary, table

REFRESHES: Final = 2
"""A second, in a terminal."""

Figures = Callable[[], dict[str, int]]
"""What besides the sums changes all the while: `waiting`, `deaths` and `unread`."""


class Board(Protocol):
    """Shows a run while it goes on; the end of the run is the end of its context."""

    def __enter__(self) -> Self: ...
    def __exit__(self, *error: object) -> None: ...

    def judged(self, turn: Judged) -> None:
        """One more turn; the sums hold it already."""

    def now_and_then(self) -> None:
        """Called all the while, also when nothing is judged."""


def board(agreement: Agreement, figures: Figures, *, raw: bool) -> Board:
    """The one that fits where the output goes."""
    if raw:
        return JsonLines(agreement, figures)
    console = Console()
    return (LiveTable if console.is_terminal else Lines)(agreement, figures, console)


class JsonLines:
    """Every turn on a line, and the sums on the last one."""

    def __init__(self, agreement: Agreement, figures: Figures) -> None:
        self._agreement, self._figures = agreement, figures

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *error: object) -> None:
        print(json.dumps({"summary": summary(self._agreement, **self._figures())}), flush=True)

    def judged(self, turn: Judged) -> None:
        print(json.dumps({"turn": asdict(turn)}, ensure_ascii=False), flush=True)

    def now_and_then(self) -> None:
        """Nothing: a program reads the turns."""


class LiveTable:
    """The table, drawn anew in its place; it stays when the run ends."""

    def __init__(self, agreement: Agreement, figures: Figures, console: Console) -> None:
        self._live: AbstractContextManager[Live] = Live(
            get_renderable=lambda: table(agreement, _note(figures())),
            console=console, refresh_per_second=REFRESHES,
        )  # fmt: skip

    def __enter__(self) -> Self:
        self._live.__enter__()
        return self

    def __exit__(self, *error: object) -> None:
        self._live.__exit__(None, None, None)

    def judged(self, turn: Judged) -> None:
        """Seen at the next refresh."""

    def now_and_then(self) -> None:
        """Nothing: it is refreshed by itself."""


class Lines:
    """A line now and then, and the table in the end."""

    def __init__(self, agreement: Agreement, figures: Figures, console: Console) -> None:
        self._agreement, self._figures, self._console = agreement, figures, console

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *error: object) -> None:
        self._console.print(table(self._agreement, _note(self._figures())))

    def judged(self, turn: Judged) -> None:
        """Told with the next line."""

    def now_and_then(self) -> None:
        print(line(self._agreement, _note(self._figures())), flush=True)


def _note(figures: dict[str, int]) -> str:
    waiting, deaths, unread = figures["waiting"], figures["deaths"], figures["unread"]
    said = [f"{waiting} turns wait for the candidate"]
    said += [f"its process died {deaths} times"] if deaths else []
    said += [f"{unread} events could not be read"] if unread else []
    return ", ".join(said)
