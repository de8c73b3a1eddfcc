"""MongoDB adapter. The only module that knows motor (docs/adr/0003-motor.md).

A write counts when a majority has it in the journal; reads go to the primary and see majority-confirmed
writes only, so what was read is never rolled back.

Doubled writes: after a network error the driver repeats a write once (`retryWrites`, servers with a replica
set). The repeat carries the same session and transaction number, by which the server recognises it and
answers with the first outcome; so a save that won is never told that it lost against itself. Servers without
that (a standalone one) get no repeat at all. Every other doubtful end is StoreUnavailable: we never repeat a
write ourselves, because only the caller can tell its own earlier write from somebody else's.
"""

import asyncio
from collections.abc import Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING

from motor.motor_asyncio import AsyncIOMotorClient
from pymongo.errors import (
    ConnectionFailure,
    DocumentTooLarge,
    DuplicateKeyError,
    ExecutionTimeout,
    PyMongoError,
    WriteConcernError,
)
from pymongo.read_concern import ReadConcern
from pymongo.read_preferences import ReadPreference
from pymongo.write_concern import WriteConcern

from chassis.storage.checked_collection import CheckedCollection
from chassis.storage.collection_spec import CollectionSpec
from chassis.storage.document import UnstorableDocument
from chassis.storage.mongodb_documents import (
    Stored,
    conditions,
    identity,
    index_columns,
    order,
    stored,
    versioned,
)
from chassis.storage.port import StoreUnavailable, Versioned
from chassis.storage.query import Query

if TYPE_CHECKING:
    from motor.core import AgnosticClient, AgnosticCollection, AgnosticDatabase

SELECTION_TIMEOUT = 5_000  # milliseconds to find a primary, longer than an election usually takes
SOCKET_TIMEOUT = 10_000  # milliseconds for one answer
_PINGS = "health"
MAJORITY = WriteConcern("majority", j=True, wtimeout=8_000)  # milliseconds, below the socket's


class MongoStore:
    """One database of a server or replica set."""

    def __init__(self, url: str, database: str) -> None:
        self._url = url
        self._name = database
        self._client: AgnosticClient[Stored] | None = None
        self._collections: list[MongoCollection] = []

    def collection(self, spec: CollectionSpec) -> "MongoCollection":
        collection = MongoCollection(self, spec)
        self._collections.append(collection)
        return collection

    async def open(self) -> None:
        self._client = AsyncIOMotorClient(
            self._url,
            appname=self._name,
            retryWrites=True,
            serverSelectionTimeoutMS=SELECTION_TIMEOUT,
            connectTimeoutMS=SELECTION_TIMEOUT,
            socketTimeoutMS=SOCKET_TIMEOUT,
        )
        try:
            await self.ping()
            for collection in self._collections:
                await collection.prepare()
        except BaseException:
            await self.close()
            raise

    async def close(self) -> None:
        client, self._client = self._client, None
        if client is not None:
            # motor closes by blocking calls to the server, which may be slow or away.
            await asyncio.to_thread(client.close)

    async def ping(self) -> None:
        # A majority must write it down: a primary without the others, or with a full disk, answers reads.
        with translated(self._name):
            await self.database[_PINGS].update_one({"_id": "ping"}, {"$inc": {"pings": 1}}, upsert=True)

    @property
    def database(self) -> "AgnosticDatabase[Stored]":
        if self._client is None:
            raise StoreUnavailable(f"{self._name} is not open")
        return self._client.get_database(
            self._name,
            write_concern=MAJORITY,
            read_concern=ReadConcern("majority"),
            read_preference=ReadPreference.PRIMARY,
        )


class MongoCollection(CheckedCollection):
    def __init__(self, store: MongoStore, spec: CollectionSpec) -> None:
        super().__init__(spec)
        self._store = store

    @property
    def _documents(self) -> "AgnosticCollection[Stored]":
        return self._store.database[self.spec.name]

    async def _make_indexes(self) -> None:
        # One command each: FerretDB 1.24 breaks off at a command with several that exist already.
        for fields in ((), *self.spec.indexes):
            with translated(self.spec.name):
                await self._documents.create_index(index_columns(self.spec, fields))

    async def _read(self, tenant: str, key: str) -> Versioned | None:
        with translated(self.spec.name):
            found = await self._documents.find_one({"_id": identity(tenant, key)})
        return versioned(found) if found else None

    async def _create(self, document: Versioned) -> bool:
        with translated(self.spec.name):
            try:
                await self._documents.insert_one(stored(document))
            except DuplicateKeyError:
                return False
        return True

    async def _replace(self, document: Versioned, expected: int) -> bool:
        at = {"_id": identity(document.tenant, document.key), "version": expected}
        with translated(self.spec.name):
            outcome = await self._documents.replace_one(at, stored(document))
        return outcome.matched_count == 1

    async def _remove(self, tenant: str, key: str, expected: int | None) -> bool:
        at: Stored = {"_id": identity(tenant, key)}
        if expected is not None:
            at["version"] = expected
        with translated(self.spec.name):
            outcome = await self._documents.delete_one(at)
        return outcome.deleted_count == 1

    async def _select(self, query: Query) -> list[Versioned]:
        with translated(self.spec.name):
            cursor = self._documents.find(
                conditions(query), sort=order(query), skip=query.skip, limit=query.limit
            )
            return [versioned(found) for found in await cursor.to_list(None)]


@contextmanager
def translated(place: str) -> Iterator[None]:
    """The driver's errors in the words of the port."""
    try:
        yield
    except DocumentTooLarge as error:
        raise UnstorableDocument(f"{place}: {error}") from error
    except (ConnectionFailure, ExecutionTimeout, WriteConcernError) as error:
        raise StoreUnavailable(f"{place}: {error}", retry_after=1.0) from error
    except PyMongoError as error:
        if error.has_error_label("RetryableWriteError"):
            raise StoreUnavailable(f"{place}: {error}", retry_after=1.0) from error
        raise
