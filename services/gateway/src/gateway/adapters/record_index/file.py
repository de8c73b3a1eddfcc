"""The SQLite file of the index. It is derived: whoever finds it damaged deletes it, and it is built anew."""

import hashlib
import os
import sqlite3
from collections.abc import Iterator
from contextlib import closing, contextmanager
from pathlib import Path
from typing import Final

LAYOUT: Final = 1
"""The version of the tables; a file of another one is deleted."""

_PATIENCE_SECONDS: Final = 5.0
_WRITERS_MEMORY_KIB: Final = 32 * 1024  # new entries go all over the tree of refs
_SCHEMA: Final = """
PRAGMA journal_mode = WAL;
CREATE TABLE events (
    offset INTEGER PRIMARY KEY, recorded INTEGER NOT NULL,
    conversation INTEGER NOT NULL, correlation INTEGER NOT NULL
);
CREATE INDEX by_conversation ON events (conversation);
CREATE INDEX by_correlation ON events (correlation);
CREATE TABLE refs (hash INTEGER, offset INTEGER, PRIMARY KEY (hash, offset)) WITHOUT ROWID;
CREATE TABLE links (offset INTEGER, hash INTEGER, PRIMARY KEY (offset, hash)) WITHOUT ROWID;
CREATE TABLE position (
    one INTEGER PRIMARY KEY CHECK (one = 1), earliest INTEGER NOT NULL, next INTEGER NOT NULL,
    last_id TEXT NOT NULL
);
INSERT INTO position VALUES (1, 0, 0, '');
"""


class Damaged(Exception):
    """The file was no index of this layout, or was gone. It has been deleted: begin anew."""


def hashed(ref: str) -> int:
    """64 bits in place of an id of any length, as SQLite's integers: signed."""
    digest = hashlib.blake2b(ref.encode("utf-8", "replace"), digest_size=8).digest()
    return int.from_bytes(digest, "big", signed=True)


def open_for_writing(path: Path) -> sqlite3.Connection:
    """The file, new where there was none. Raises Damaged, sqlite3.OperationalError."""
    path.parent.mkdir(parents=True, exist_ok=True)
    if not path.exists():
        _create(path)
    with damage_deletes(path):
        connection = sqlite3.connect(
            path, timeout=_PATIENCE_SECONDS, isolation_level=None, check_same_thread=False
        )
        try:
            _check_layout(connection)
            connection.execute("PRAGMA synchronous = NORMAL")
            connection.execute(f"PRAGMA cache_size = -{_WRITERS_MEMORY_KIB}")
        except BaseException:
            connection.close()
            raise
    return connection


@contextmanager
def reading(path: Path) -> Iterator[sqlite3.Connection | None]:
    """The file as it is now, None while there is none. Raises Damaged, sqlite3.OperationalError."""
    if not path.exists():
        yield None
        return
    with (
        damage_deletes(path),
        closing(sqlite3.connect(f"{path.absolute().as_uri()}?mode=rw", _PATIENCE_SECONDS, uri=True)) as one,
    ):
        one.execute("PRAGMA query_only = ON")
        _check_layout(one)
        one.execute("BEGIN")  # all that is read is of one moment
        yield one


@contextmanager
def damage_deletes(path: Path) -> Iterator[None]:
    """Deletes the file when SQLite finds it damaged meanwhile. Raises Damaged."""
    try:
        yield
    except sqlite3.OperationalError:
        raise  # locked, full, not readable: it will pass, the file is well
    except sqlite3.DatabaseError as error:
        delete(path)
        raise Damaged(f"{path}: {error}") from error


def delete(path: Path) -> None:
    """Takes the index away with all that SQLite has laid beside it."""
    for end in ("", "-wal", "-shm"):
        path.with_name(path.name + end).unlink(missing_ok=True)


def identity(path: Path) -> tuple[int, int] | None:
    """Which file lies at the path: another one, or none, after somebody deleted it."""
    try:
        found = os.stat(path)
    except FileNotFoundError:
        return None
    return found.st_dev, found.st_ino


def _create(path: Path) -> None:
    # Under another name first: who reads meanwhile finds no file or a whole one.
    draft = path.with_name(f"{path.name}.new")
    delete(draft)
    delete(path)
    draft.touch(mode=0o600)  # -wal and -shm take over the mode
    with closing(sqlite3.connect(draft)) as connection:
        connection.executescript(_SCHEMA)
        connection.execute(f"PRAGMA user_version = {LAYOUT}")
    draft.replace(path)


def _check_layout(connection: sqlite3.Connection) -> None:
    (version,) = connection.execute("PRAGMA user_version").fetchone()
    if version != LAYOUT:
        raise sqlite3.DatabaseError(f"layout {version}, not {LAYOUT}")
