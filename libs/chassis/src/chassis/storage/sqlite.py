"""SQLite adapter: one file per service, shared by all its processes on this machine.

Every write is one statement and thereby one transaction; compare-and-set is its WHERE clause. WAL lets
readers go on while one process writes; writers of several processes wait for one another up to
`BUSY_TIMEOUT`.

`synchronous=NORMAL`: a confirmed write has reached the operating system, so killing the process loses
nothing. Power loss or a kernel crash can lose the last confirmed writes (those since the last checkpoint),
never corrupt the file. Where that is too little, MongoDB is the store.
"""

import sqlite3
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path

import orjson

from chassis.storage.checked_collection import CheckedCollection
from chassis.storage.collection_spec import CollectionSpec
from chassis.storage.document import LARGEST_BODY, UnstorableDocument
from chassis.storage.port import StoreUnavailable, Versioned
from chassis.storage.query import Query, Value
from chassis.storage.sqlite_connections import Connections, Row
from chassis.storage.sqlite_statements import CollectionStatements, select

BUSY_TIMEOUT = 5.0  # seconds a writer waits for the other processes
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


class SqliteStore:
    """Reads never queue behind a waiting write."""

    def __init__(self, path: Path) -> None:
        self._path = path
        self._opened: Connections | None = None
        self._collections: list[SqliteCollection] = []

    def collection(self, spec: CollectionSpec) -> "SqliteCollection":
        collection = SqliteCollection(self, spec)
        self._collections.append(collection)
        return collection

    async def open(self) -> None:
        self._create_private_file()
        try:
            with self._translated():
                self._opened = await Connections.open(self._path, BUSY_TIMEOUT)
            for collection in self._collections:
                await collection.prepare()
        except BaseException:
            await self.close()
            raise

    async def close(self) -> None:
        opened, self._opened = self._opened, None
        if opened:
            await opened.close()

    async def ping(self) -> None:
        await self.search("SELECT 1")
        # A write to the file's own header: a lock that never ends or a full disk does not stop reads.
        await self.write("PRAGMA user_version = 1")

    async def look_up(self, sql: str, parameters: Sequence[Value]) -> list[Row]:
        with self._translated():
            return await self._connections().look_up((sql, parameters))

    async def search(self, sql: str, parameters: Sequence[Value] = ()) -> list[Row]:
        with self._translated():
            return await self._connections().searching.rows((sql, parameters))

    async def write(self, sql: str, parameters: Sequence[Value | None] = ()) -> list[Row]:
        with self._translated():
            return await self._connections().write((sql, parameters))

    def _connections(self) -> Connections:
        if self._opened is None:
            raise StoreUnavailable(f"{self._path} is not open")
        return self._opened

    def _create_private_file(self) -> None:
        try:
            self._path.parent.mkdir(parents=True, exist_ok=True)
            self._path.touch(mode=0o600)  # it holds customers' data; -wal and -shm take over the mode
        except OSError as error:
            raise StoreUnavailable(f"cannot create {self._path}: {error}") from error

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
        found = await self._store.look_up(self._statements.get, (tenant, key))
        return _versioned(found[0]) if found else None

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
        return [_versioned(row) for row in await self._store.search(*select(query))]


def _text(document: Versioned) -> str:
    text = orjson.dumps(document.body)
    if len(text) > LARGEST_BODY:
        raise UnstorableDocument(f"the body has {len(text)} bytes; {LARGEST_BODY} is the most")
    return text.decode()


def _versioned(row: Row) -> Versioned:
    tenant, key, version, body = row
    return Versioned(tenant, key, version, orjson.loads(body))
