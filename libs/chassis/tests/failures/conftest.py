"""A failure desk over a real store, whose queues are a list of what was sent back to them."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any
from uuid import UUID, uuid4

import pytest

from chassis.clock import utc_now
from chassis.errors import TransientError
from chassis.failures.dead_letters import DeadLetters
from chassis.failures.desk import FailureDesk
from chassis.failures.failure import Failure
from chassis.storage import Store, open_store
from contracts import channels, events
from contracts.envelope import Event
from contracts.operations import FailureJobRequested, Retrying, Selection

NOW = datetime(2026, 11, 20, 9, 30, tzinfo=UTC)
QUEUE = "scheduler.booking-cancel.requested.v1"


def failure(n: int = 0, conversation: str = "c", **changed: Any) -> Failure:
    made = {
        "id": uuid4(), "kind": "dead-letter", "service": "scheduler", "queue": QUEUE,
        "event_type": "booking-cancel.requested.v1", "exception": "PermanentError", "error": "no",
        "reason": "permanent", "tenant": "lyo", "conversation": conversation,
        "event_time": NOW + timedelta(minutes=n), "first_at": NOW, "last_at": NOW, "payload": {"n": n},
    }  # fmt: skip
    return Failure(**made | changed)


def job(action: str = "retry", edited: Any = None, by: str = "ada@x.it", **asked: Any) -> Event[Any]:
    selection = Selection(**{k: asked.pop(k) for k in tuple(asked) if k in Selection.model_fields})
    data = FailureJobRequested(
        service="scheduler", action=action, selection=selection,
        personal=Retrying(by=by, edited=edited), **{"per_second": 1000} | asked,
    )  # fmt: skip
    return events.first(
        data, event_id=uuid4(), source="gateway", tenant=channels.SYSTEM, partition="failures", time=NOW
    )


@dataclass
class Place:
    """One service's desk, its store, and what left it."""

    store: Store
    sent: list[tuple[UUID, dict[str, Any]]] = field(default_factory=list)
    published: list[Event[Any]] = field(default_factory=list)
    away: bool = False
    dies: str = ""
    died: asyncio.Event = field(default_factory=asyncio.Event)

    async def here(self, moment: str) -> None:
        """Whoever works stops for good at the moment at which it is to die."""
        if moment == self.dies:
            self.dies = ""
            self.died.set()
            await asyncio.Event().wait()

    async def publish(self, *said: Event[Any]) -> None:
        await self.here("before it says so")
        self.published += said
        await self.here("when all is done")

    async def send_back(self, failure: Failure, payload: dict[str, Any]) -> None:
        if self.away:
            raise TransientError("RabbitMQ is away")
        await self.here("before it is sent")
        self.sent.append((failure.id, payload))
        await self.here("when it is sent")
        await self.here(f"when {len(self.sent)} are sent")

    def dead_letters(self) -> DeadLetters:
        return DeadLetters(self.store, self.send_back)

    def desk(self, replica: str = "a") -> FailureDesk:
        return FailureDesk(
            "scheduler", self.dead_letters(), (),
            store=self.store, publisher=self, clock=utc_now, replica=replica,
        )  # fmt: skip

    @asynccontextmanager
    async def at_work(self, replica: str = "a") -> AsyncIterator[FailureDesk]:
        """A desk whose worker runs; it is killed at the end."""
        desk = self.desk(replica)
        task = asyncio.create_task(again_and_again(desk))
        try:
            yield desk
        finally:
            task.cancel()
            await asyncio.wait([task])

    async def done(self, desk: FailureDesk, asked: Event[Any]) -> Any:
        async with asyncio.timeout(15):
            while True:
                found = await desk.job(asked.id)
                if found and found.state == "done":
                    return found
                await asyncio.sleep(0.01)


async def again_and_again(desk: FailureDesk) -> None:
    """As the service runs its loops."""
    while True:
        try:
            await desk.loops[0]()
        except TransientError:
            await asyncio.sleep(0.05)


@pytest.fixture
async def place(tmp_path: Path) -> AsyncIterator[Place]:
    store = open_store(f"sqlite://{tmp_path}", "scheduler")
    await store.open()
    yield Place(store)
    await store.close()
