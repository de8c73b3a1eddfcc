"""One file per service that keeps its JSON lines, with one older file beside it."""

from contextlib import suppress
from pathlib import Path
from typing import BinaryIO

LIMIT = 20_000_000
"""Bytes; a fuller file becomes `<name>.1`, and the one before that is forgotten."""


class LogFile:
    """Appends lines and turns itself over when it is full."""

    def __init__(self, path: Path, limit: int = LIMIT) -> None:
        path.parent.mkdir(parents=True, exist_ok=True)
        self._path = path
        self._limit = limit
        self._file = self._open()

    def write(self, line: str) -> None:
        """Adds one line. A full disk loses it, and must not stop the service that wrote it."""
        with suppress(OSError):
            self._file.write(line.encode() + b"\n")
            if self._file.tell() > self._limit:
                self._turn_over()

    def close(self) -> None:
        """Closes the file."""
        self._file.close()

    def _turn_over(self) -> None:
        self._file.close()
        self._path.replace(self._path.with_name(self._path.name + ".1"))
        self._file = self._open()

    def _open(self) -> BinaryIO:
        return self._path.open("ab", buffering=0)
