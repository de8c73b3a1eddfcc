"""How a keyed inbox is at this moment: its partitions, what waits in them, and a change under way."""

import asyncio
from typing import Final

import aio_pika
from pydantic import BaseModel

from chassis.errors import TransientError
from chassis.messaging.broker import CONNECTION_ERRORS, given_up_is_an_error, with_heartbeat
from chassis.messaging.layout import Generation
from chassis.messaging.layouts import Layouts
from chassis.messaging.standing import Onlooker
from contracts import channels

_PATIENCE_SECONDS: Final = 5.0


class PartitionState(BaseModel):
    """`waiting` leaves out what is in a replica's hands; `consumers` is 0 while no replica takes from it.

    In a change a partition of before is `ended` when all of it is handled and its queue deleted.
    """

    number: int
    waiting: int = 0
    consumers: int = 0
    ended: bool = False


class Change(BaseModel):
    """From the partitions of now to others. `waiting` there is what goes on coming in meanwhile."""

    generation: int
    count: int
    waiting: int
    asked_by: str


class InboxState(BaseModel):
    """One keyed service. `wished` is a number asked for that is not begun yet."""

    service: str
    generation: int
    count: int
    partitions: list[PartitionState]
    change: Change | None
    wished: int | None


class InboxStates:
    """Asks the store and RabbitMQ how the inbox of one service is."""

    def __init__(self, url: str, service: str, layouts: Layouts) -> None:
        self._url = url
        self._service = service
        self._layouts = layouts

    async def now(self) -> InboxState:
        """Raises TransientError, also when RabbitMQ does not answer in time."""
        try:
            async with asyncio.timeout(_PATIENCE_SECONDS):
                with given_up_is_an_error():
                    async with await aio_pika.connect(with_heartbeat(self._url)) as connection:
                        return await self._seen_by(Onlooker(connection))
        except CONNECTION_ERRORS as error:
            raise TransientError(f"RabbitMQ does not tell how its queues are: {error}") from error

    async def _seen_by(self, look: Onlooker) -> InboxState:
        layout, _ = await self._layouts.read()
        change = None
        if layout.next and layout.cause:
            change = Change(
                generation=layout.next.generation,
                count=layout.next.count,
                waiting=sum([one.waiting for one in await self._partitions(look, layout.next)]),
                asked_by=layout.cause.read.data.personal.by,
            )
        return InboxState(
            service=self._service,
            generation=layout.current.generation,
            count=layout.current.count,
            partitions=await self._partitions(look, layout.current),
            change=change,
            wished=layout.wish.count if layout.wish else None,
        )

    async def _partitions(self, look: Onlooker, generation: Generation) -> list[PartitionState]:
        return [await self._partition(look, number, generation) for number in range(generation.count)]

    async def _partition(self, look: Onlooker, number: int, generation: Generation) -> PartitionState:
        state = await look.state_of(channels.partition(self._service, number, generation.generation))
        if state is None:
            return PartitionState(number=number, ended=True)
        return PartitionState(number=number, waiting=state.waiting, consumers=state.consumers)
