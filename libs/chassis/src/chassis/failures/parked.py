"""Parked conversations as failures: the event that keeps failing, with all that waits behind it."""

from collections.abc import AsyncIterator
from typing import Any, Final
from uuid import UUID, uuid5

from chassis.clock import Clock
from chassis.failures.failure import Failure, failure_id, page
from chassis.failures.source import CannotBeRetried, Order
from chassis.handling import Publisher
from chassis.messaging.holding import Held, Holding
from chassis.messaging.topology import LANE_HEADER, PARTITION_HEADER, TENANT_HEADER
from contracts import channels, events
from contracts.operations import ConversationReleaseRequested, FailureKind

_PAGE: Final = 500


class ParkedConversations:
    """Repairs by asking for the release, which happens in the conversation's own turn and in its order."""

    kind: FailureKind = "parked"

    def __init__(self, service: str, holding: Holding, publisher: Publisher, clock: Clock) -> None:
        self._service = service
        self._holding = holding
        self._publisher = publisher
        self._clock = clock

    async def find(self, *, after: str = "", limit: int = 200) -> list[Failure]:
        """See FailureSource."""
        parked = {self._id(held): held async for held in self._all()}
        chosen = page((self._failure(held, {}) for held in parked.values()), after, limit)
        return [await self._whole(parked[one.id]) for one in chosen]

    async def get(self, failure: UUID) -> Failure | None:
        """See FailureSource."""
        held = await self._held(failure)
        return await self._whole(held) if held else None

    async def retry(self, failure: Failure, order: Order) -> None:
        """The event first, then what waits behind it, in order."""
        held = await self._holding.of(failure.tenant, failure.conversation, failure.headers[LANE_HEADER])
        if held is None or self._id(held) != failure.id:
            return
        if order.edited:
            _refuse_moved(failure, order.edited)
            await self._holding.replace_first(held, order.edited)
        await self._ask(failure, order, ConversationReleaseRequested(service=self._service))

    async def discard(self, failure: Failure, order: Order) -> None:
        """The event alone is given up; what waits behind it is handled then, in order."""
        without = (failure.event_id,) if failure.event_id else ()
        wish = ConversationReleaseRequested(service=self._service, without=without)
        await self._ask(failure, order, wish)

    async def _ask(self, failure: Failure, order: Order, wish: ConversationReleaseRequested) -> None:
        asked = events.first(
            wish,
            event_id=uuid5(order.job, f"release {failure.id}"),
            source=self._service,
            tenant=failure.tenant,
            partition=failure.conversation,
            time=self._clock(),
        )
        await self._publisher.publish(asked)

    async def _all(self) -> AsyncIterator[Held]:
        skip = 0
        while found := await self._holding.conversations(reason="parked", limit=_PAGE, skip=skip):
            for held in found:
                yield held
            skip += len(found)

    async def _held(self, failure: UUID) -> Held | None:
        async for held in self._all():
            if self._id(held) == failure:
                return held
        return None

    def _id(self, held: Held) -> UUID:
        return failure_id(channels.inbox(self._service), held.event_id)

    async def _whole(self, held: Held) -> Failure:
        first = await self._holding.waiting(held, limit=1)
        return self._failure(held, first[0][1] if first else {})

    def _failure(self, held: Held, payload: dict[str, Any]) -> Failure:
        return Failure(
            id=self._id(held),
            kind=self.kind,
            service=self._service,
            queue=channels.inbox(self._service),
            event_type=held.event_type,
            exception=held.failure.exception,
            error=held.failure.error,
            reason=held.failure.outcome,
            tenant=held.tenant,
            conversation=held.conversation,
            event_id=held.event_id,
            first_at=held.since,
            last_at=held.since,
            waiting=max(0, held.count - 1),
            payload=payload,
            headers={
                TENANT_HEADER: held.tenant,
                PARTITION_HEADER: held.conversation,
                LANE_HEADER: held.lane,
            },
            lines=held.failure.lines,
        )


def _refuse_moved(failure: Failure, edited: dict[str, Any]) -> None:
    stays = {
        "id": str(failure.event_id),
        TENANT_HEADER: failure.tenant,
        PARTITION_HEADER: failure.conversation,
    }
    if moved := [name for name, value in stays.items() if edited.get(name) != value]:
        raise CannotBeRetried(f"an event that waits in a conversation keeps its {', '.join(moved)}")
