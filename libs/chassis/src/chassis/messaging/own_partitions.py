"""The partitions this replica takes from, over all that happens to them: given, taken away, ended."""

import asyncio
import time
from collections.abc import Collection, Set
from typing import Final

from aio_pika.abc import AbstractConnection
from aio_pika.exceptions import ChannelNotFoundEntity
from prometheus_client import Gauge

from chassis.messaging.layout import Layout
from chassis.messaging.partition import Partition
from chassis.messaging.partitions import Share
from chassis.messaging.standing import Onlooker
from chassis.messaging.turns import Turns
from contracts import channels

OWNED = Gauge("bellhop_partitions_owned", "Partitions this replica takes from")

_DELETED_PER_BEAT: Final = 16
_DEPUTISED_SECONDS: Final = 3.0  # longer than a dead owner is believed to live


class OwnPartitions:
    """Partitions of one service, of one generation at a time."""

    def __init__(self, service: str, turns: Turns, *, window: int, graceful_timeout: float) -> None:
        self._service = service
        self._turns = turns
        self._window = window
        self._graceful_timeout = graceful_timeout
        self._layout = Layout()
        self._taken: dict[int, Partition] = {}
        self._deputising: dict[int, float] = {}  # since when, by the monotonic clock
        self._gone: set[int] = set()
        self._leaving: dict[asyncio.Task[None], Partition] = {}

    def follow(self, layout: Layout) -> None:
        """Lets go of what is not of the current generation."""
        if layout.current != self._layout.current:
            self.give_away()
            self._gone.clear()
        self._layout = layout

    async def take(
        self, share: Share, connection: AbstractConnection, look: Onlooker, *, thorough: bool
    ) -> None:
        """Takes from what is in the share and from nothing else."""
        closed = {number for number, one in self._taken.items() if one.closed}
        wanted = (share.owned | await self._deputised(share.deputised - self._gone, look)) - self._gone
        if thorough:
            closed |= await self._lost(look)
        self._give_away(closed | (set(self._taken) - wanted))
        for number in sorted(wanted - set(self._taken)):
            await self._take(number, connection)
        OWNED.set(len(self._taken))

    async def delete_ended(self, connection: AbstractConnection, look: Onlooker) -> None:
        """Deletes those that a change has cut off and that are handled to their end, some at each beat."""
        ended = [number for number, one in self._taken.items() if one.ended][:_DELETED_PER_BEAT]
        # Should anything have come behind the end marker, it is waited for.
        states = [(number, await look.state_of(self._queue(number))) for number in ended]
        empty = [number for number, state in states if state and state.consumers and not state.waiting]
        await asyncio.gather(*(self._delete(number, connection) for number in empty))

    def give_away(self) -> None:
        """Lets go of all, in the background."""
        self._give_away(list(self._taken))
        OWNED.set(0)

    async def finish(self) -> None:
        """Waits until what is in hand is done, but not longer than it may."""
        if self._leaving:
            _, late = await asyncio.wait(self._leaving, timeout=self._graceful_timeout)
            for task in late:
                self._leaving[task].abandon()
            await asyncio.gather(*self._leaving)

    def _queue(self, number: int) -> str:
        return channels.partition(self._service, number, self._layout.current.generation)

    async def _take(self, number: int, connection: AbstractConnection) -> None:
        partition = Partition(self._queue(number), self._turns, self._window)
        try:
            await partition.take(connection)
        except ChannelNotFoundEntity:
            if not self._layout.closing:
                raise
            self._gone.add(number)
        else:
            self._taken[number] = partition

    async def _delete(self, number: int, connection: AbstractConnection) -> None:
        # On a channel of its own: deleting takes long, and each channel does one thing at a time.
        async with connection.channel() as channel:
            await self._taken[number].cancel()
            await channel.queue_delete(self._queue(number))
        self._gone.add(number)
        self._give_away([number])

    async def _deputised(self, numbers: Set[int], look: Onlooker) -> set[int]:
        """Whose owner does not take from them: it has just died, or is about to start.

        The owner's heartbeat is still believed for a while; RabbitMQ notices a death at once. But it counts
        none but the replica whose turn it is: whether the owner stands behind us cannot be seen. So we let
        go after a while, and see whether somebody takes.
        """
        now = time.monotonic()
        kept = {n: since for n, since in self._deputising.items() if n in numbers and n in self._taken}
        orphans = {n for n in numbers - set(self._taken) if await self._takers(n, look) == 0}
        self._deputising = kept | dict.fromkeys(orphans, now)
        return {n for n, since in self._deputising.items() if now - since < _DEPUTISED_SECONDS}

    async def _lost(self, look: Onlooker) -> set[int]:
        """Partitions of ours that RabbitMQ does not give us any more, though the channel stands."""
        return {n for n in self._taken if await self._takers(n, look) == 0}

    async def _takers(self, number: int, look: Onlooker) -> int:
        """Whether a replica takes from a partition: 1, else 0. Those who wait for their turn do not count."""
        state = await look.state_of(self._queue(number))
        return state.consumers if state else 0

    def _give_away(self, numbers: Collection[int]) -> None:
        # In the background: what is in hand may take long, and the heartbeat must go on.
        for number in numbers:
            partition = self._taken.pop(number)
            task = asyncio.create_task(partition.give_away())
            self._leaving[task] = partition
            task.add_done_callback(self._leaving.pop)
