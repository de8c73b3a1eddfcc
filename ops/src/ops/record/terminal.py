"""The two ends of the terminal: events go to stdout, how far it is goes to stderr."""

import sys
import time
from types import TracebackType
from typing import Final, Self

from rich.console import Console
from rich.progress import BarColumn, Progress, TextColumn
from rich.text import Text

from chassis.record import Recorded
from ops.record.lines import HEADER, line, local_zone, one_line

_QUIET_SECONDS: Final = 1.0
_EVERY: Final = 500


class _Paper(Console):
    def on_broken_pipe(self) -> None:
        raise  # noqa: PLE0704 (rich calls it while it handles the error, and would end with exit code 1)


class Printer:
    """Events on stdout, as lines in columns or as JSON lines. Raises BrokenPipeError.

    `printed` counts them; `oldest` is the offset of the first one.
    """

    def __init__(self, *, raw: bool) -> None:
        self._raw = raw
        self._console = _Paper(highlight=False)
        self._zone = local_zone()
        self.printed = 0
        self.oldest: int | None = None

    def print(self, one: Recorded) -> None:
        """One event."""
        self.oldest = one.offset if self.oldest is None else self.oldest
        self.printed += 1
        if self._raw:
            sys.stdout.buffer.write(one_line(one.body) + b"\n")
            return
        if self.printed == 1:
            self._show(HEADER)
        self._show(line(one, self._zone))

    def flush(self) -> None:
        """Shows what has been printed."""
        sys.stdout.flush()

    def _show(self, text: Text) -> None:
        # Into a file or another program goes all of it, on a screen one line.
        fits = self._console.is_terminal
        self._console.print(text, no_wrap=True, overflow="ellipsis" if fits else "ignore", crop=fits)


class Waiting:
    """A bar on stderr, once something takes longer than a second; none where nobody looks."""

    def __init__(self, what: str) -> None:
        self._bar = Progress(
            TextColumn("{task.description}"),
            BarColumn(),
            TextColumn("{task.completed:,}/{task.total:,} events"),
            console=Console(stderr=True),
            transient=True,
        )
        self._watched = self._bar.console.is_terminal
        self._task = self._bar.add_task(what, total=None)
        self._begun = time.monotonic()
        self._looked = 0

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        if self._bar.live.is_started:
            self._bar.stop()

    def __call__(self, looked_at: int, of: int) -> None:
        """Says how far it is."""
        if not self._watched or looked_at - self._looked < _EVERY:
            return
        self._looked = looked_at
        if not self._bar.live.is_started and time.monotonic() - self._begun > _QUIET_SECONDS:
            self._bar.start()
        self._bar.update(self._task, completed=looked_at, total=of)


def say(text: str, style: str = "") -> None:
    """Words for whoever sits there, on stderr: stdout belongs to the events."""
    Console(stderr=True).print(Text(text, style=style))
