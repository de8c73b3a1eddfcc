"""SQLite adapter: one file per service, shared by all its processes on this machine.

Every write is one statement and thereby one transaction; compare-and-set is its WHERE clause. WAL lets
readers go on while one process writes; writers of several processes wait for one another up to
`BUSY_TIMEOUT`.

`synchronous=NORMAL`: a confirmed write has reached the operating system, so killing the process loses
nothing. Power loss or a kernel crash can lose the last confirmed writes (those since the last checkpoint),
never corrupt the file. Where that is too little, MongoDB is the store.
"""

import json
import sqlite3
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import aiosqlite

from chassis.storage.checked_collection import CheckedCollection
from chassis.storage.collection_spec import CollectionSpec
from chassis.storage.document import LARGEST_BODY, UnstorableDocument
from chassis.storage.port import StoreUnavailable, Versioned
from chassis.storage.query import Query, Value
from chassis.storage.sqlite_statements import CollectionStatements, select

BUSY_TIMEOUT = 5.0  # seconds a writer waits for the other processes
SETTINGS = ("PRAGMA journal_mode = WAL", "PRAGMA synchronous = NORMAL")
PASSING_CODES = frozenset(
    (
        sqlite3.SQLITE_BUSY,
        sqlite3.SQLITE_LOCKED,
        sqlite3.SQLITE_IOERR,
        sqlite3.SQLITE_FULL,
        sqlite3.SQLITE_CANTOPEN,
        sqlite3.SQLITE_READONLY,
        sqlite3.SQLITE_PROTOCOL,
    )
)

_Row = Iterable[Any]


class SqliteStore:
    """A reader connection beside the writer, so that reads never queue behind a waiting write."""

    def __init__(self, path: Path) -> None:
        self._path = path
        self._writer: aiosqlite.Connection | None = None
        self._reader: aiosqlite.Connection | None = None
        self._collections: list[SqliteCollection] = []

    def collection(self, spec: CollectionSpec) -> "SqliteCollection":
        collection = SqliteCollection(self, spec)
        self._collections.append(collection)
        return collection

    async def open(self) -> None:
        try:
            await self._open()
        except BaseException:
            await self.close()  # each connection has a thread that would keep the process alive
            raise

    async def _open(self) -> None:
        self._create_private_file()
        with self._translated():
            self._writer = await self._connect()
            self._reader = await self._connect()
        await self.read("PRAGMA query_only = ON")
        for setting in SETTINGS:
            await self.write(setting)
        for collection in self._collections:
            await collection.prepare()

    async def close(self) -> None:
        reader, writer = self._reader, self._writer
        self._reader = self._writer = None
        for connection in (reader, writer):
            if connection is not None:
                await connection.close()

    async def ping(self) -> None:
        await self.read("SELECT 1")
        # A write to the file's own header: a lock that never ends or a full disk does not stop reads.
        await self.write("PRAGMA user_version = 1")

    async def read(self, sql: str, parameters: Iterable[Value | None] = ()) -> list[_Row]:
        return await self._run(self._reader, sql, parameters)

    async def write(self, sql: str, parameters: Iterable[Value | None] = ()) -> list[_Row]:
        return await self._run(self._writer, sql, parameters)

    async def _run(
        self, connection: aiosqlite.Connection | None, sql: str, parameters: Iterable[Value | None]
    ) -> list[_Row]:
        if connection is None:
            raise StoreUnavailable(f"{self._path} is not open")
        with self._translated():
            return list(await connection.execute_fetchall(sql, parameters))

    def _create_private_file(self) -> None:
        try:
            self._path.parent.mkdir(parents=True, exist_ok=True)
            self._path.touch(mode=0o600)  # it holds customers' data; -wal and -shm take over the mode
        except OSError as error:
            raise StoreUnavailable(f"cannot create {self._path}: {error}") from error

    async def _connect(self) -> aiosqlite.Connection:
        # isolation_level None: every statement commits by itself.
        return await aiosqlite.connect(self._path, timeout=BUSY_TIMEOUT, isolation_level=None)

    @contextmanager
    def _translated(self) -> Iterator[None]:
        try:
            yield
        except sqlite3.OperationalError as error:
            if getattr(error, "sqlite_errorcode", 0) & 0xFF in PASSING_CODES:
                raise StoreUnavailable(f"{self._path}: {error}", retry_after=1.0) from error
            raise


class SqliteCollection(CheckedCollection):
    def __init__(self, store: SqliteStore, spec: CollectionSpec) -> None:
        super().__init__(spec)
        self._store = store
        self._statements = CollectionStatements(spec)

    async def _make_indexes(self) -> None:
        for statement in self._statements.schema:
            await self._store.write(statement)

    async def _read(self, tenant: str, key: str) -> Versioned | None:
        rows = await self._store.read(self._statements.get, (tenant, key))
        return _versioned(rows[0]) if rows else None

    async def _create(self, document: Versioned) -> bool:
        text = _text(document)
        new = (document.tenant, document.key, text)
        return bool(await self._store.write(self._statements.insert, new))

    async def _replace(self, document: Versioned, expected: int) -> bool:
        text = _text(document)
        changed = (text, document.tenant, document.key, expected)
        return bool(await self._store.write(self._statements.save, changed))

    async def _remove(self, tenant: str, key: str, expected: int | None) -> bool:
        return bool(await self._store.write(self._statements.delete, (tenant, key, expected)))

    async def _select(self, query: Query) -> list[Versioned]:
        return [_versioned(row) for row in await self._store.read(*select(query))]


def _text(document: Versioned) -> str:
    text = json.dumps(document.body, ensure_ascii=False, separators=(",", ":"))
    if len(text) > LARGEST_BODY:
        raise UnstorableDocument(f"the body has {len(text)} characters; {LARGEST_BODY} is the most")
    return text


def _versioned(row: _Row) -> Versioned:
    tenant, key, version, body = row
    return Versioned(tenant, key, version, json.loads(body))
