"""A store in memory whose every operation waits for its turn, and somebody who gives the turns."""

import asyncio
import random
from collections.abc import Callable, Mapping
from copy import deepcopy
from typing import Any

import pytest

from chassis.storage import AlreadyExists, CollectionSpec, Conflict, Range, Versioned


async def at_once() -> None:
    """Does not wait."""


class MemoryStore:
    """Documents in a dictionary. `turn` is awaited before every operation, which then is atomic."""

    def __init__(self) -> None:
        self.turn: Callable[[], Any] = at_once
        self.documents: dict[tuple[str, str, str], tuple[int, Any]] = {}
        self.writes = 0

    def collection(self, spec: CollectionSpec) -> Any:
        return MemoryCollection(self, spec.name)


class MemoryCollection:
    def __init__(self, store: MemoryStore, name: str) -> None:
        self._store = store
        self._name = name

    async def get(self, tenant: str, key: str) -> Versioned | None:
        await self._store.turn()
        found = self._store.documents.get((self._name, tenant, key))
        return Versioned(tenant, key, found[0], deepcopy(found[1])) if found else None

    async def save(self, tenant: str, key: str, body: Any, *, expected: int) -> None:
        await self._store.turn()
        place = (self._name, tenant, key)
        if self._store.documents.get(place, (0, None))[0] != expected:
            raise Conflict(*place, expected)
        self._store.documents[place] = (expected + 1, deepcopy(body))
        self._store.writes += 1

    async def insert(self, tenant: str, key: str, body: Any) -> None:
        try:
            await self.save(tenant, key, body, expected=0)
        except Conflict as conflict:
            raise AlreadyExists(self._name, tenant, key) from conflict

    async def delete(self, tenant: str, key: str) -> bool:
        await self._store.turn()
        return self._store.documents.pop((self._name, tenant, key), None) is not None

    async def find(self, tenant: str, where: Mapping[str, Any], **_: Any) -> list[Versioned]:
        await self._store.turn()
        return [
            Versioned(tenant, key, version, deepcopy(body))
            for (name, owner, key), (version, body) in self._store.documents.items()
            if (name, owner) == (self._name, tenant) and _fits(body, where)
        ]


def _fits(body: Mapping[str, Any], where: Mapping[str, Any]) -> bool:
    day: Range = where["day"]
    of_resource: bool = body["resource_id"] == where["resource_id"]
    return of_resource and str(day.gte) <= str(body["day"]) <= str(day.lte)


class Interleaving:
    """Runs coroutines one store operation at a time, in an order drawn by `rng`."""

    def __init__(self, store: MemoryStore, rng: random.Random) -> None:
        store.turn = self._wait
        self._rng = rng
        self._waiting: dict[asyncio.Task[Any], asyncio.Future[None]] = {}
        self.tasks: set[asyncio.Task[Any]] = set()

    async def _wait(self) -> None:
        task = asyncio.current_task()
        assert task is not None
        turn = asyncio.get_running_loop().create_future()
        self._waiting[task] = turn
        await turn

    def start(self, coroutine: Any) -> asyncio.Task[Any]:
        task = asyncio.create_task(coroutine)
        self.tasks.add(task)
        return task

    async def step(self) -> None:
        """Lets one of the coroutines do its next operation."""
        await self._settle()
        ready = sorted(self._waiting, key=lambda task: task.get_name())
        if ready:
            self._waiting.pop(self._rng.choice(ready)).set_result(None)
        await self._settle()
        self.tasks = {task for task in self.tasks if not task.done()}

    async def advance(self, task: asyncio.Task[Any], operations: int = 1_000) -> None:
        """Lets one coroutine do so many operations, or all it has, while the others stand still."""
        for _ in range(operations):
            await self._settle()
            if task.done():
                return
            self._waiting.pop(task).set_result(None)
        await self._settle()

    async def kill(self, task: asyncio.Task[Any]) -> None:
        """The process that ran it dies before its next operation."""
        self._waiting.pop(task, None)
        self.tasks.discard(task)
        task.cancel()
        await asyncio.wait([task])

    async def _settle(self) -> None:
        # Each pass lets them run on to where they wait next.
        while any(task not in self._waiting and not task.done() for task in self.tasks):  # noqa: ASYNC110
            await asyncio.sleep(0)


@pytest.fixture
def new_memory() -> type[MemoryStore]:
    return MemoryStore


@pytest.fixture
def interleaving() -> type[Interleaving]:
    return Interleaving
