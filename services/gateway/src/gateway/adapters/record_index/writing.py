"""Writing the index. Blocking: for a thread, and for the one elected process alone."""

import sqlite3
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from threading import Lock
from typing import Final, NamedTuple

from chassis.record import Recorded
from gateway.adapters.record_index import file
from gateway.adapters.record_index.file import Damaged, hashed
from gateway.domain.refs import Entry, entry_of

_WORTH_DELETING: Final = 0.1  # of all entries: refs are looked through as a whole


class Position(NamedTuple):
    """Where the index stands: the first offset it does not hold, and the id of the event before that."""

    next: int
    last_id: str


class IndexWriter:
    """All methods raise Damaged, after which it is of no use, and sqlite3.OperationalError."""

    def __init__(self, path: Path) -> None:
        self._path = path
        self._connection = file.open_for_writing(path)
        self._identity = file.identity(path)
        self._in_use = Lock()

    def close(self) -> None:
        """Closes the file, once a thread that was given up has done with it."""
        with self._in_use:
            self._connection.close()

    def position(self) -> Position:
        """Where to go on."""
        with file.damage_deletes(self._path):
            return Position(*self._connection.execute("SELECT next, last_id FROM position").fetchone())

    def add(self, events: Sequence[Recorded]) -> None:
        """Takes in what was recorded next, all of it or nothing."""
        entries = [(one.offset, entry) for one in events if (entry := entry_of(one.body))]
        with self._transaction() as into:
            into.executemany(
                "INSERT OR REPLACE INTO events VALUES (?, ?, ?, ?)",
                [_row(offset, entry) for offset, entry in entries],
            )
            into.executemany(
                "INSERT OR IGNORE INTO refs VALUES (?, ?)",
                [(hashed(ref), offset) for offset, entry in entries for ref in entry.refs],
            )
            into.executemany(
                "INSERT OR IGNORE INTO links VALUES (?, ?)",
                [(offset, hashed(link)) for offset, entry in entries for link in entry.links],
            )
            last = events[-1]
            into.execute("UPDATE position SET next = ?, last_id = ?", (last.offset + 1, last.event_id))

    def forget_before(self, first: int) -> None:
        """What the stream has let expire is not found any more, and its rows go when they are many."""
        with self._transaction() as into:
            into.execute("UPDATE position SET earliest = ? WHERE earliest <> ?", (first, first))
            # Asked for both at once, SQLite would look through all of them.
            oldest, newest = into.execute(
                "SELECT (SELECT min(offset) FROM events), (SELECT max(offset) FROM events)"
            ).fetchone()
            if oldest is not None and first - oldest > _WORTH_DELETING * (newest - oldest):
                for table in ("events", "refs", "links"):
                    into.execute(f"DELETE FROM {table} WHERE offset < ?", (first,))  # noqa: S608 - three names of ours

    def check_in_place(self) -> None:
        """Raises Damaged when another process, or somebody, has deleted the file."""
        if file.identity(self._path) != self._identity:
            raise Damaged(f"{self._path} was deleted")

    @contextmanager
    def _transaction(self) -> Iterator[sqlite3.Connection]:
        self.check_in_place()
        with self._in_use, file.damage_deletes(self._path):
            self._connection.execute("BEGIN IMMEDIATE")
            try:
                yield self._connection
            except BaseException:
                self._connection.execute("ROLLBACK")
                raise
            self._connection.execute("COMMIT")


def _row(offset: int, entry: Entry) -> tuple[int, int, int, int]:
    return offset, entry.recorded, hashed(entry.conversation), hashed(entry.correlation)
