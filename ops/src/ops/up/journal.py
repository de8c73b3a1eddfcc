"""Brings what the processes say to the terminal and into files."""

import json
from collections.abc import Sequence
from datetime import UTC, datetime
from pathlib import Path

from ops.up.log_file import LogFile
from ops.up.log_line import is_for_people, readable
from ops.up.terminal import Terminal

OURSELVES = "bellhop"


class Journal:
    """One log for people (or, with `raw`, for machines), and one file of JSON lines per process."""

    def __init__(self, terminal: Terminal, folder: Path, *, colour: bool, raw: bool) -> None:
        self._terminal = terminal
        self._folder = folder
        self._colour = colour
        self._raw = raw
        self._files: dict[str, LogFile] = {}

    def said(self, name: str, line: str) -> None:
        """A process has written a line."""
        if name not in self._files:
            self._files[name] = LogFile(self._folder / f"{name}.jsonl")
        self._files[name].write(line)
        if self._raw:
            self._terminal.line(line)
        elif is_for_people(line):
            self._terminal.line(readable(name, line, colour=self._colour))

    def note(self, level: str, event: str) -> None:
        """We have something to say ourselves."""
        line = {"time": datetime.now(UTC).isoformat(), "level": level, "event": event, "service": OURSELVES}
        self.said(OURSELVES, json.dumps(line, ensure_ascii=False))

    def ready(self, banner: str) -> None:
        """Everything runs: shows the table of addresses, or in the raw log just that it is so."""
        if self._raw:
            self.note("info", "ready")
        else:
            self._terminal.line(banner)

    def died(self, name: str, code: int, delay: float) -> None:
        """A process ended by itself."""
        how = f"signal {-code}" if code < 0 else f"exit code {code}"
        self.note("error", f"{name} died ({how}); starting it again in {delay:.1f} s")

    def hopeless(self, name: str, last_lines: Sequence[str]) -> None:
        """A process dies again and again."""
        shown = last_lines if self._raw else [readable(name, one, colour=False) for one in last_lines]
        advice = (
            f"{name} keeps dying. Its last lines are below, all of them in {self._folder / name}.jsonl; "
            "`bellhop doctor` says what is wrong with this machine"
        )
        self.note("critical", "\n    | ".join([advice, *shown]))

    def close(self) -> None:
        """Closes the files and lets the terminal finish."""
        for file in self._files.values():
            file.close()
        self._terminal.close()
