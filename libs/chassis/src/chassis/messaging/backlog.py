"""How many events wait in a keyed inbox, known at any moment: who takes more in asks here first."""

import asyncio
from typing import Final

import aio_pika
from aio_pika.abc import AbstractConnection

from chassis.messaging.broker import CONNECTION_ERRORS, given_up_is_an_error, with_heartbeat
from chassis.messaging.standing import Onlooker, exchange_stands, generation_standing
from contracts import channels

_EVERY_SECONDS: Final = 1.0
_ANSWER_SECONDS: Final = 5.0  # for all queues together


class Backlog:
    """Asks the partitions for their length once a second. While RabbitMQ is away the last answer stands.

    On a connection that never publishes: RabbitMQ's alarms stop those that do, and this one goes on seeing.
    """

    def __init__(self, url: str, service: str) -> None:
        self._url = url
        self._service = service
        self._partitions: dict[int, int] = {}  # how many each standing generation has had
        self.waiting = 0

    async def run(self) -> None:
        """Looks for ever; for a background task."""
        while True:
            try:
                with given_up_is_an_error():
                    async with await aio_pika.connect(with_heartbeat(self._url), timeout=5) as connection:
                        await self._watch(connection)
            except CONNECTION_ERRORS:
                await asyncio.sleep(_EVERY_SECONDS)

    async def _watch(self, connection: AbstractConnection) -> None:
        look = Onlooker(connection)
        while True:
            async with asyncio.timeout(_ANSWER_SECONDS):
                await self._discover(connection)
                self.waiting = sum([await self._length(look, one) for one in list(self._partitions)])
            await asyncio.sleep(_EVERY_SECONDS)

    async def _discover(self, connection: AbstractConnection) -> None:
        if not self._partitions:
            if found := await generation_standing(connection, self._service):
                self._partitions[found.generation] = found.count
            return
        # While the number of partitions changes, two generations stand.
        following = max(self._partitions) + 1
        if await exchange_stands(connection, channels.inbox(self._service, following)):
            self._partitions[following] = 0

    async def _length(self, look: Onlooker, generation: int) -> int:
        count = self._partitions[generation]
        states = [
            await look.state_of(channels.partition(self._service, number, generation))
            for number in range(count)
        ]
        while more := await look.state_of(channels.partition(self._service, len(states), generation)):
            states.append(more)
        self._partitions[generation] = len(states)
        if states and not any(states):  # worked off and deleted
            del self._partitions[generation]
        return sum(state.waiting for state in states if state)
