"""What has to wait, kept in the store in order: behind an event that keeps failing, or while paused.

Each conversation has one head per lane that says why it waits, and one document per waiting event. Only
the owner of the conversation's partition writes, inside the conversation's turn.
"""

from collections.abc import Mapping
from typing import Any, Literal
from uuid import UUID

from pydantic import BaseModel, ConfigDict, Field

from chassis.clock import Clock
from chassis.storage import AlreadyExists, Collection, CollectionSpec, Range, Store, instant
from chassis.storage.query import Where
from contracts.envelope import Event, Instant
from contracts.lanes import LANES, Lane, lane_of
from contracts.operations import Capability

HEADS = CollectionSpec(
    "held_conversations", indexes=(("since",), ("reason", "since"), ("capability", "since")), across=True
)
EVENTS = CollectionSpec("held_events", indexes=(("head", "number"), ("head", "event_id")))

Reason = Literal["parked", "paused"]

_STEPS_KEPT = 20  # a redelivery comes within minutes; nobody asks for more steps by then


class Failure(BaseModel):
    """What went wrong with the first event that waits."""

    model_config = ConfigDict(frozen=True)

    outcome: str = ""
    exception: str = ""
    error: str = ""
    lines: tuple[dict[str, Any], ...] = ()


class Step(BaseModel):
    """One request to let a few through, and the number of the last event that is meant by it."""

    model_config = ConfigDict(frozen=True)

    request: UUID
    last: int


class Held(BaseModel):
    """Why a conversation waits in one lane, since when (UTC), behind which event, and how many there are."""

    model_config = ConfigDict(frozen=True)

    tenant: str
    conversation: str
    lane: Lane
    reason: Reason
    capability: Capability | None = None
    since: Instant
    event_id: UUID
    event_type: str
    count: int = 0
    last: int = Field(0, description="the number of the event that came last")
    failure: Failure = Failure()
    steps: tuple[Step, ...] = Field((), description="the newest requests for steps, which may come again")

    @property
    def key(self) -> str:
        """The key of its head in the store."""
        return f"{self.conversation}:{self.lane}"


class Holding:
    """All that waits in one service. Every method may raise StoreUnavailable."""

    def __init__(self, store: Store, clock: Clock) -> None:
        self._heads: Collection = store.collection(HEADS)
        self._events: Collection = store.collection(EVENTS)
        self._clock = clock

    async def held(self, event: Event[Any]) -> Held | None:
        """What this event must wait behind, if anything."""
        return await self.of(event.tenantid, event.partitionkey, lane_of(event.data))

    async def of(self, tenant: str, conversation: str, lane: Lane) -> Held | None:
        """Why one conversation waits in one lane, if it does."""
        found = await self._heads.get(tenant, f"{conversation}:{lane}")
        return Held.model_validate(found.body["held"]) if found else None

    async def all_of(self, tenant: str, conversation: str) -> list[Held]:
        """The same for all lanes, the first lane first."""
        found = [await self.of(tenant, conversation, lane) for lane in LANES]
        return [one for one in found if one]

    async def hold(
        self,
        event: Event[Any],
        *,
        reason: Reason,
        capability: Capability | None = None,
        failure: Failure | None = None,
    ) -> None:
        """Adds an event at the end; the first one brings the reason. Adding it twice adds it once."""
        held = await self.held(event) or Held(
            tenant=event.tenantid, conversation=event.partitionkey, lane=lane_of(event.data), reason=reason,
            capability=capability, since=self._clock(), event_id=event.id, event_type=event.type,
            failure=failure or Failure(),
        )  # fmt: skip
        if held.count and await self.number_of(held, event.id) is not None:
            return
        number = await self._append(held, event)
        await self._write(held.model_copy(update={"count": held.count + 1, "last": number}))

    async def waiting(
        self, held: Held, *, limit: int = 100, after: int = 0
    ) -> list[tuple[int, dict[str, Any]]]:
        """The events that wait, as JSON with their numbers, in order."""
        where: Where = {"head": held.key, "number": Range(gt=after)}
        found = await self._events.find(held.tenant, where, sort="number", limit=limit)
        return [(int(one.body["number"]), dict(one.body["event"])) for one in found]  # type: ignore[arg-type]

    async def number_of(self, held: Held, event_id: UUID) -> int | None:
        """The number of an event that waits there; None if it does not."""
        where = {"head": held.key, "event_id": str(event_id)}
        found = await self._events.find(held.tenant, where, limit=1)
        return int(found[0].body["number"]) if found else None  # type: ignore[arg-type]

    async def conversations(
        self,
        *,
        tenant: str | None = None,
        reason: Reason | None = None,
        capability: Capability | None = None,
        limit: int = 500,
        skip: int = 0,
    ) -> list[Held]:
        """Who waits, longest first; of a reason or of a capability."""
        where = {"capability": capability} if capability else {"reason": reason} if reason else {}
        if tenant is None:
            found = await self._heads.find_all_tenants(where, sort="since", limit=limit, skip=skip)
        else:
            found = await self._heads.find(tenant, where, sort="since", limit=limit, skip=skip)
        return [Held.model_validate(one.body["held"]) for one in found]

    async def replace_first(self, held: Held, event: Mapping[str, Any]) -> None:
        """Puts another event in the place of the first one that waits."""
        (number, _), *_ = await self.waiting(held, limit=1)
        found = await self._events.get(held.tenant, _key(held, number))
        if found:
            body = {**found.body, "event": dict(event)}
            await self._events.save(held.tenant, found.key, body, expected=found.version)

    async def handled(self, held: Held, number: int) -> Held:
        """One of its events waits no more."""
        await self._events.delete(held.tenant, _key(held, number))
        return await self._write(held.model_copy(update={"count": max(0, held.count - 1)}))

    async def step(self, held: Held, request: UUID, most: int) -> tuple[Held, int]:
        """Up to which number a request lets through: the same each time it comes, written before it does."""
        for known in held.steps:
            if known.request == request:
                return held, known.last
        meant = await self.waiting(held, limit=most)
        step = Step(request=request, last=meant[-1][0] if meant else held.last)
        steps = (*held.steps, step)[-_STEPS_KEPT:]
        return await self._write(held.model_copy(update={"steps": steps})), step.last

    async def fails(self, held: Held, event: Event[Any], failure: Failure) -> Held:
        """It waits behind this event from now on, for this reason."""
        why = {
            "reason": "parked", "capability": None, "since": self._clock(), "event_id": event.id,
            "event_type": event.type, "failure": failure,
        }  # fmt: skip
        return await self._write(held.model_copy(update=why))

    async def waits_for(self, held: Held, capability: Capability) -> Held:
        """It waits since this is paused, from now on."""
        if (held.reason, held.capability) == ("paused", capability):
            return held
        why = {"reason": "paused", "capability": capability, "failure": Failure()}
        return await self._write(held.model_copy(update=why))

    async def event_ids(self, held: Held) -> tuple[UUID, ...]:
        """The ids of all events that wait there, in order."""
        ids: list[UUID] = []
        after = 0
        while page := await self.waiting(held, after=after):
            ids += [UUID(event["id"]) for _, event in page]
            after = page[-1][0]
        return tuple(ids)

    async def close(self, held: Held) -> None:
        """Nothing waits there any more."""
        await self._heads.delete(held.tenant, held.key)

    async def discard(self, held: Held) -> tuple[UUID, ...]:
        """Drops all that waits there; returns the ids of the events."""
        dropped: list[UUID] = []
        while page := await self.waiting(held):
            for number, event in page:
                await self._events.delete(held.tenant, _key(held, number))
                dropped.append(UUID(event["id"]))
        await self.close(held)
        return tuple(dropped)

    async def _append(self, held: Held, event: Event[Any]) -> int:
        number = held.last + 1
        while True:
            body: dict[str, Any] = {
                "head": held.key, "number": number, "event_id": str(event.id),
                "event": event.model_dump(mode="json"),
            }  # fmt: skip
            try:
                await self._events.insert(held.tenant, _key(held, number), body)
                return number
            except AlreadyExists:
                # Whoever wrote it died before the head was written. If it is this very event, that is it.
                there = await self._events.get(held.tenant, _key(held, number))
                if there and there.body["event_id"] == str(event.id):
                    return number
                number += 1

    async def _write(self, held: Held) -> Held:
        found = await self._heads.get(held.tenant, held.key)
        body: dict[str, Any] = {
            "since": instant(held.since), "reason": held.reason, "capability": held.capability or "",
            "held": held.model_dump(mode="json"),
        }  # fmt: skip
        await self._heads.save(held.tenant, held.key, body, expected=found.version if found else 0)
        return held


def _key(held: Held, number: int) -> str:
    return f"{held.key}:{number:09d}"
