"""The keyed inbox: conversations side by side, each of them strictly in order.

Replicas share the partitions. It consumes through aio-pika itself, since a partition is given away
in an order that FastStream's subscriber does not allow (see partition.py).
"""

import asyncio
from collections.abc import Collection

from aio_pika.abc import AbstractChannel, AbstractConnection
from prometheus_client import Gauge

from chassis.messaging.broker import CONNECTION_ERRORS, connect, given_up_is_an_error
from chassis.messaging.membership import BEAT_SECONDS, Membership
from chassis.messaging.partition import Partition
from chassis.messaging.partitions import Share
from chassis.messaging.turns import Turns
from chassis.observability.logging import get_logger
from contracts import channels

OWNED = Gauge("bellhop_partitions_owned", "Partitions this replica takes from")

_LOOK_EVERY_BEATS = 10

log = get_logger(__name__)


class KeyedInbox:
    """Takes from this replica's share of the partitions, whatever happens to the connection."""

    def __init__(
        self,
        url: str,
        service: str,
        membership: Membership,
        turns: Turns,
        *,
        window: int,
        graceful_timeout: float,
    ) -> None:
        self.name = channels.inbox(service)
        self._url = url
        self._service = service
        self._membership = membership
        self._turns = turns
        self._window = window
        self._graceful_timeout = graceful_timeout
        self._partitions: dict[int, Partition] = {}
        self._leaving: dict[asyncio.Task[None], Partition] = {}
        self._stopping = asyncio.Event()
        self._connected = False
        self._task: asyncio.Task[None] | None = None

    async def start(self) -> None:
        """Begins to take in the background."""
        self._task = asyncio.create_task(self._run(), name=f"{self._service} keyed inbox")

    async def stop(self) -> None:
        """Takes nothing new, finishes what is in hand, and lets the others take over at once."""
        self._stopping.set()
        if self._task:
            await self._task

    @property
    def consuming(self) -> bool:
        """Whether this replica is connected and takes from its share (which may be empty)."""
        return self._connected

    async def _run(self) -> None:
        while not self._stopping.is_set():
            try:
                with given_up_is_an_error():
                    async with await connect(self._url, f"{self._service} inbox") as connection:
                        await self._serve(connection)
            except CONNECTION_ERRORS as error:
                log.warning("lost RabbitMQ, connecting anew", error=str(error))
                await asyncio.sleep(0.2)
            except Exception as error:
                log.error("the inbox failed and begins anew", exc_info=error)
                await asyncio.sleep(1)

    async def _serve(self, connection: AbstractConnection) -> None:
        lost = asyncio.Event()
        connection.close_callbacks.add(lambda *_: lost.set())
        try:
            looking = await connection.channel()
            beats = 0
            while not self._stopping.is_set() and not lost.is_set():
                share = await self._membership.beat(channels.PARTITIONS)
                await self._take_share(connection, share, looking, thorough=beats % _LOOK_EVERY_BEATS == 0)
                self._connected = True
                beats += 1
                await self._pause(lost)
        finally:
            self._connected = False
            OWNED.set(0)
            if self._stopping.is_set():
                await self._membership.leave()
            self._give_away(list(self._partitions))
            if self._stopping.is_set():
                await self._finish_leaving()

    async def _finish_leaving(self) -> None:
        if self._leaving:
            _, late = await asyncio.wait(self._leaving, timeout=self._graceful_timeout)
            for task in late:
                self._leaving[task].abandon()
            await asyncio.gather(*self._leaving)

    async def _pause(self, lost: asyncio.Event) -> None:
        waits = [asyncio.create_task(one.wait()) for one in (lost, self._stopping)]
        await asyncio.wait(waits, timeout=BEAT_SECONDS, return_when=asyncio.FIRST_COMPLETED)
        for one in waits:
            one.cancel()

    async def _take_share(
        self, connection: AbstractConnection, share: Share, looking: AbstractChannel, *, thorough: bool
    ) -> None:
        closed = {number for number, one in self._partitions.items() if one.closed}
        wanted = share.owned | await self._orphaned(share.deputised, looking)
        if thorough:
            closed |= await self._lost(looking)
        self._give_away(closed | (set(self._partitions) - wanted))
        for number in sorted(wanted - set(self._partitions)):
            partition = Partition(channels.partition(self._service, number), self._turns, self._window)
            await partition.take(connection)
            self._partitions[number] = partition
        OWNED.set(len(self._partitions))

    async def _orphaned(self, deputised: Collection[int], looking: AbstractChannel) -> set[int]:
        """Whose owner does not take from them: it has just died, or is about to start.

        The owner's heartbeat is still believed for a while; RabbitMQ notices a death at once.
        """
        return {n for n in deputised if await self._takers(n, looking) <= (n in self._partitions)}

    async def _lost(self, looking: AbstractChannel) -> set[int]:
        """Partitions of ours that RabbitMQ does not give us any more, though the channel stands."""
        return {n for n in self._partitions if await self._takers(n, looking) == 0}

    async def _takers(self, number: int, looking: AbstractChannel) -> int:
        """How many replicas are there to take from a partition; one of them does."""
        name = channels.partition(self._service, number)
        queue = await looking.declare_queue(name, passive=True)
        return queue.declaration_result.consumer_count or 0

    def _give_away(self, numbers: Collection[int]) -> None:
        """In the background: what is in hand may take long, and the heartbeat must go on."""
        for number in numbers:
            partition = self._partitions.pop(number)
            task = asyncio.create_task(partition.give_away())
            self._leaving[task] = partition
            task.add_done_callback(self._leaving.pop)
