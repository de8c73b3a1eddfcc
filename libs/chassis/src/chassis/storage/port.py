"""The storage port: versioned JSON documents, found by tenant and key or over declared indexes.

One document is the boundary of consistency: a write changes exactly one, by compare-and-set on its
version. Nothing here retries. A write that ended in StoreUnavailable may or may not have happened;
the caller reads again and decides.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Protocol

from chassis.errors import Unavailable
from chassis.storage.collection_spec import CollectionSpec
from chassis.storage.document import Document
from chassis.storage.query import EVERYTHING, Range, Value


@dataclass(frozen=True)
class Versioned:
    """A stored document. Versions count from 1; after a delete a key starts at 1 again."""

    tenant: str
    key: str
    version: int
    body: Document


class WriteRefused(Exception):
    """The write did not happen, because of what is stored already."""

    def __init__(self, collection: str, tenant: str, key: str, why: str) -> None:
        super().__init__(f"{collection} {tenant}/{key}: {why}")
        self.collection = collection
        self.tenant = tenant
        self.key = key


class AlreadyExists(WriteRefused):
    """An insert met a document with the same tenant and key."""

    def __init__(self, collection: str, tenant: str, key: str) -> None:
        super().__init__(collection, tenant, key, "exists already")


class Conflict(WriteRefused):
    """Somebody else wrote or deleted the document since it was read."""

    def __init__(self, collection: str, tenant: str, key: str, expected: int) -> None:
        super().__init__(collection, tenant, key, f"is not at version {expected} any more")
        self.expected = expected


class StoreUnavailable(Unavailable):
    """The store cannot be reached, is locked, or did not confirm. The outcome of a write is unknown."""


class Collection(Protocol):
    """The documents of one kind. All methods may raise StoreUnavailable.

    Writers raise UnstorableDocument (see `chassis.storage.document`); finders raise UndeclaredIndex.
    """

    async def get(self, tenant: str, key: str) -> Versioned | None:
        """Sees every write confirmed before the call, by whichever process."""

    async def insert(self, tenant: str, key: str, body: Document) -> Versioned:
        """Creates version 1. Raises AlreadyExists."""

    async def save(self, tenant: str, key: str, body: Document, *, expected: int) -> Versioned:
        """Replaces the body if the stored version is `expected` (0: not there yet). Raises Conflict."""

    async def find(
        self,
        tenant: str,
        where: Mapping[str, Value | Range] = EVERYTHING,
        *,
        sort: str | None = None,
        descending: bool = False,
        limit: int = 100,
        skip: int = 0,
    ) -> list[Versioned]:
        """The tenant's documents, ordered by `sort` and then key.

        A text never equals a number nor a number a boolean; a range over text leaves numbers out.
        Documents without the sort field come first.
        """

    async def find_all_tenants(
        self,
        where: Mapping[str, Value | Range] = EVERYTHING,
        *,
        sort: str | None = None,
        descending: bool = False,
        limit: int = 100,
        skip: int = 0,
    ) -> list[Versioned]:
        """Crosses the border between tenants: for the durable timers alone.

        Needs a collection declared with `across=True`; ties are ordered by tenant, then key.
        """

    async def delete(self, tenant: str, key: str, *, expected: int | None = None) -> bool:
        """False if it was not there. Raises Conflict if it is there at another version."""


class Store(Protocol):
    """One service's database."""

    def collection(self, spec: CollectionSpec) -> Collection:
        """May be called before or after `open`; its tables and indexes are made when first needed."""

    async def open(self) -> None:
        """Raises StoreUnavailable."""

    async def close(self) -> None:
        """Finishes the writes in hand. May be called twice."""

    async def ping(self) -> None:
        """Reads and writes. Raises StoreUnavailable."""
