"""The port's rules, written once: an adapter supplies only what its server does."""

import asyncio
from abc import ABC, abstractmethod
from collections.abc import Mapping

from chassis.storage.collection_spec import CollectionSpec
from chassis.storage.document import Document, refuse_unstorable, refuse_unstorable_place
from chassis.storage.port import AlreadyExists, Conflict, Versioned
from chassis.storage.query import EVERYTHING, Query, Range, Value


class CheckedCollection(ABC):
    """A Collection. See the port for what its methods promise."""

    def __init__(self, spec: CollectionSpec) -> None:
        self.spec = spec
        self._preparing = asyncio.Lock()
        self._prepared = False

    async def prepare(self) -> None:
        """Makes what is missing on the server; once per collection and process."""
        if self._prepared:
            return
        async with self._preparing:
            if not self._prepared:
                await self._make_indexes()
                self._prepared = True

    async def get(self, tenant: str, key: str) -> Versioned | None:
        await self.prepare()
        return await self._read(tenant, key)

    async def insert(self, tenant: str, key: str, body: Document) -> Versioned:
        await self._ready_for(tenant, key, body)
        created = Versioned(tenant, key, 1, body)
        if not await self._create(created):
            raise AlreadyExists(self.spec.name, tenant, key)
        return created

    async def save(self, tenant: str, key: str, body: Document, *, expected: int) -> Versioned:
        await self._ready_for(tenant, key, body)
        changed = Versioned(tenant, key, expected + 1, body)
        won = await (self._create(changed) if expected == 0 else self._replace(changed, expected))
        if not won:
            raise Conflict(self.spec.name, tenant, key, expected)
        return changed

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
        query = Query(self.spec, tenant, where, sort, descending, limit, skip)
        await self.prepare()
        return await self._select(query)

    async def find_all_tenants(
        self,
        where: Mapping[str, Value | Range] = EVERYTHING,
        *,
        sort: str | None = None,
        descending: bool = False,
        limit: int = 100,
        skip: int = 0,
    ) -> list[Versioned]:
        query = Query(self.spec, None, where, sort, descending, limit, skip)
        await self.prepare()
        return await self._select(query)

    async def delete(self, tenant: str, key: str, *, expected: int | None = None) -> bool:
        await self.prepare()
        if await self._remove(tenant, key, expected):
            return True
        if expected is not None and await self._read(tenant, key):
            raise Conflict(self.spec.name, tenant, key, expected)
        return False

    async def _ready_for(self, tenant: str, key: str, body: Document) -> None:
        refuse_unstorable_place(tenant, key)
        refuse_unstorable(body, self.spec.indexed)
        await self.prepare()

    @abstractmethod
    async def _make_indexes(self) -> None:
        """Several processes may do it at once, and do it again."""

    @abstractmethod
    async def _read(self, tenant: str, key: str) -> Versioned | None: ...

    @abstractmethod
    async def _create(self, document: Versioned) -> bool:
        """False if tenant and key are taken."""

    @abstractmethod
    async def _replace(self, document: Versioned, expected: int) -> bool:
        """False if it is not stored at version `expected`. Atomic among all processes."""

    @abstractmethod
    async def _remove(self, tenant: str, key: str, expected: int | None) -> bool:
        """False if it is not stored, or not at version `expected`."""

    @abstractmethod
    async def _select(self, query: Query) -> list[Versioned]: ...
