"""The keyed inbox: conversations side by side, each of them strictly in order.

Replicas share the partitions. It consumes through aio-pika itself, since a partition is given away
in an order that FastStream's subscriber does not allow (see partition.py).
"""

import asyncio
from collections.abc import Collection

from aio_pika.abc import AbstractConnection
from prometheus_client import Gauge

from chassis.messaging.broker import CONNECTION_ERRORS, connect, given_up_is_an_error
from chassis.messaging.membership import BEAT_SECONDS, Membership
from chassis.messaging.partition import Partition
from chassis.messaging.turns import Turns
from chassis.observability.logging import get_logger
from contracts import channels

OWNED = Gauge("bellhop_partitions_owned", "Partitions this replica takes from")

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
        prefetch: int,
        graceful_timeout: float,
    ) -> None:
        self.name = channels.inbox(service)
        self._url = url
        self._service = service
        self._membership = membership
        self._turns = turns
        self._prefetch = prefetch
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

    async def _serve(self, connection: AbstractConnection) -> None:
        lost = asyncio.Event()
        connection.close_callbacks.add(lambda *_: lost.set())
        try:
            while not self._stopping.is_set() and not lost.is_set():
                await self._take_share(connection, await self._membership.beat())
                self._connected = True
                await self._pause(lost)
        finally:
            self._connected = False
            OWNED.set(0)
            self._give_away(list(self._partitions))
            if self._stopping.is_set():
                await self._membership.leave()
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

    async def _take_share(self, connection: AbstractConnection, share: frozenset[int]) -> None:
        closed = {number for number, one in self._partitions.items() if one.closed}
        self._give_away(closed | (set(self._partitions) - share))
        for number in sorted(share - set(self._partitions)):
            partition = Partition(self._service, number, self._turns, self._prefetch)
            await partition.take(connection)
            self._partitions[number] = partition
        OWNED.set(len(self._partitions))

    def _give_away(self, numbers: Collection[int]) -> None:
        """In the background: what is in hand may take long, and the heartbeat must go on."""
        for number in numbers:
            partition = self._partitions.pop(number)
            task = asyncio.create_task(partition.give_away())
            self._leaving[task] = partition
            task.add_done_callback(self._leaving.pop)
