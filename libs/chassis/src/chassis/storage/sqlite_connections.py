"""The connections to one SQLite file: one that looks up at once, and two in threads of their own."""

import asyncio
import sqlite3
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from functools import partial
from pathlib import Path
from typing import Any, TypeAlias, TypeVar

Row: TypeAlias = tuple[Any, ...]
Statement: TypeAlias = tuple[str, Sequence[Any]]
Result: TypeAlias = list[Row] | Exception
T = TypeVar("T")


def connect(path: Path, timeout: float) -> sqlite3.Connection:
    """A connection whose every statement commits by itself. `timeout`: seconds to wait for a lock."""
    return sqlite3.connect(path, timeout=timeout, isolation_level=None, check_same_thread=False)


def rows(connection: sqlite3.Connection, statement: Statement) -> list[Row]:
    """All rows that one statement gives."""
    return connection.execute(*statement).fetchall()


class Threaded:
    """A connection that may take long, and so works in a thread: one call after the other."""

    def __init__(self, path: Path, timeout: float) -> None:
        self._thread = ThreadPoolExecutor(1, thread_name_prefix="sqlite")
        self._connection = connect(path, timeout)

    async def run(self, work: Callable[[sqlite3.Connection], T]) -> T:
        """What `work` makes of the connection."""
        return await asyncio.get_running_loop().run_in_executor(self._thread, work, self._connection)

    async def close(self) -> None:
        """Finishes what was asked for."""
        await self.run(sqlite3.Connection.close)
        self._thread.shutdown(wait=False)


class Writes:
    """Statements that change something; those that come while others are being written go in one transaction.

    Handing something to a thread and committing cost more than a statement does.
    """

    def __init__(self, connection: Threaded) -> None:
        self._connection = connection
        self._waiting: list[tuple[Statement, asyncio.Future[list[Row]]]] = []
        self._writing: asyncio.Task[None] | None = None

    async def write(self, statement: Statement) -> list[Row]:
        """Its rows, when it is committed. Raises sqlite3.Error."""
        done: asyncio.Future[list[Row]] = asyncio.get_running_loop().create_future()
        self._waiting.append((statement, done))
        if self._writing is None:
            self._writing = asyncio.create_task(self._write_waiting())
        return await done

    async def close(self) -> None:
        """Finishes the writes in hand."""
        if self._writing:
            await self._writing
        await self._connection.close()

    async def _write_waiting(self) -> None:
        while batch := self._waiting:
            self._waiting = []
            statements = [statement for statement, _ in batch]
            results = await self._connection.run(partial(written, statements=statements))
            for (_, done), result in zip(batch, results, strict=True):
                _tell(done, result)
        self._writing = None


def written(connection: sqlite3.Connection, statements: Sequence[Statement]) -> list[Result]:
    """What became of each: all in one transaction, or where that fails each by itself."""
    if len(statements) == 1:
        return [_alone(connection, statements[0])]
    try:
        connection.execute("BEGIN IMMEDIATE")
    except sqlite3.Error as locked:
        return [locked] * len(statements)
    try:
        results: list[Result] = [rows(connection, one) for one in statements]
        connection.execute("COMMIT")
    except Exception:
        if connection.in_transaction:
            connection.execute("ROLLBACK")
        return [_alone(connection, one) for one in statements]
    return results


def _alone(connection: sqlite3.Connection, statement: Statement) -> Result:
    try:
        return rows(connection, statement)
    except Exception as error:
        return error


def _tell(done: asyncio.Future[list[Row]], result: Result) -> None:
    if done.done():  # whoever waited was cancelled
        return
    if isinstance(result, Exception):
        done.set_exception(result)
    else:
        done.set_result(result)
