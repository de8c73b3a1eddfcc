"""The ways to one SQLite file: at once, or patiently in a thread."""

import asyncio
import sqlite3
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final, TypeAlias

Row: TypeAlias = tuple[Any, ...]
Statement: TypeAlias = tuple[str, Sequence[Any]]

_WRITES_UNTIL_CHECKPOINT: Final = 1000  # some 10 MB of log


class Locked(Exception):
    """Somebody else writes just now."""


class Direct:
    """Does at once, on the event loop, what takes some 40 microseconds; handed to a thread it takes 200.

    It never waits for a lock, nor for the disk: a commit goes to the operating system, and bringing the
    log back into the file is left to Checkpoints.
    """

    def __init__(self, path: Path) -> None:
        self._connection = _connect(path, timeout=0)
        self._connection.execute("PRAGMA synchronous = NORMAL")
        self._connection.execute("PRAGMA wal_autocheckpoint = 0")

    def rows(self, statement: Statement) -> list[Row]:
        """All rows that one statement gives. Raises Locked."""
        try:
            return self._connection.execute(*statement).fetchall()
        except sqlite3.OperationalError as error:
            if error.sqlite_errorcode & 0xFF in (sqlite3.SQLITE_BUSY, sqlite3.SQLITE_LOCKED):
                raise Locked from error
            raise

    def close(self) -> None:
        """Closes the connection."""
        self._connection.close()


class Patient:
    """Waits up to `timeout` seconds for a lock, in a thread; one statement after the other."""

    def __init__(self, path: Path, timeout: float) -> None:
        self._thread = ThreadPoolExecutor(1, thread_name_prefix="sqlite")
        self._connection = _connect(path, timeout)

    async def rows(self, statement: Statement) -> list[Row]:
        """All rows that one statement gives."""
        return await asyncio.get_running_loop().run_in_executor(self._thread, self._rows, statement)

    async def close(self) -> None:
        """Finishes what was asked for."""
        await asyncio.get_running_loop().run_in_executor(self._thread, self._connection.close)
        self._thread.shutdown(wait=False)

    def _rows(self, statement: Statement) -> list[Row]:
        return self._connection.execute(*statement).fetchall()


class Checkpoints:
    """Brings the write-ahead log back into the file now and then, which waits for the disk."""

    def __init__(self, connection: Patient) -> None:
        self._connection = connection
        self._writes = 0
        self._running: asyncio.Task[None] | None = None

    @property
    def running(self) -> bool:
        """The log begins anew only after a checkpoint during which nothing was written."""
        return self._running is not None

    def after_write(self) -> None:
        """Counts a write."""
        self._writes += 1
        if self._writes >= _WRITES_UNTIL_CHECKPOINT:
            self._writes = 0
            self._running = asyncio.create_task(self._checkpoint())

    async def close(self) -> None:
        """Finishes the one in hand."""
        if self._running:
            await self._running

    async def _checkpoint(self) -> None:
        with suppress(sqlite3.Error):  # the next one will do
            await self._connection.rows(("PRAGMA wal_checkpoint(PASSIVE)", ()))
        self._running = None


@dataclass(frozen=True)
class Connections:
    """Reads by key and writes go at once; a write that must wait, and a search, go in threads."""

    at_once: Direct
    waiting: Patient
    searching: Patient
    checkpoints: Checkpoints

    @classmethod
    async def open(cls, path: Path, patience: float) -> "Connections":
        """Locks are waited for `patience` seconds. Raises sqlite3.Error."""
        waiting, searching = Patient(path, patience), Patient(path, patience)
        try:
            await waiting.rows(("PRAGMA journal_mode = WAL", ()))
            await waiting.rows(("PRAGMA synchronous = NORMAL", ()))
            await searching.rows(("PRAGMA query_only = ON", ()))
            return cls(Direct(path), waiting, searching, Checkpoints(waiting))
        except BaseException:
            await waiting.close()  # a thread of its own would keep the process alive
            await searching.close()
            raise

    async def look_up(self, statement: Statement) -> list[Row]:
        """What lies under a key: a few pages, which nearly always are in memory."""
        with suppress(Locked):
            return self.at_once.rows(statement)
        return await self.searching.rows(statement)

    async def write(self, statement: Statement) -> list[Row]:
        """Its rows, when it is committed."""
        if not self.checkpoints.running:
            with suppress(Locked):
                changed = self.at_once.rows(statement)
                self.checkpoints.after_write()
                return changed
        return await self.waiting.rows(statement)

    async def close(self) -> None:
        """Finishes what is in hand."""
        await self.checkpoints.close()
        await self.waiting.close()
        await self.searching.close()
        self.at_once.close()


def _connect(path: Path, timeout: float) -> sqlite3.Connection:
    # isolation_level None: every statement commits by itself.
    return sqlite3.connect(path, timeout=timeout, isolation_level=None, check_same_thread=False)
