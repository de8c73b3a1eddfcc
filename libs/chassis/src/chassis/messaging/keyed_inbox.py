"""The keyed inbox: conversations side by side, each of them strictly in order.

Replicas share the partitions. It consumes through aio-pika itself, since a partition is given away
in an order that FastStream's subscriber does not allow (see partition.py).
"""

import asyncio

from aio_pika.abc import AbstractConnection

from chassis.messaging.broker import CONNECTION_ERRORS, connect, given_up_is_an_error
from chassis.messaging.layouts import Layouts
from chassis.messaging.membership import BEAT_SECONDS, Membership
from chassis.messaging.own_partitions import OwnPartitions
from chassis.messaging.standing import Onlooker
from chassis.observability.logging import get_logger
from contracts import channels

_LOOK_EVERY_BEATS = 10

log = get_logger(__name__)


class KeyedInbox:
    """Takes from this replica's share of the partitions, whatever happens to the connection."""

    def __init__(
        self, url: str, service: str, layouts: Layouts, membership: Membership, partitions: OwnPartitions
    ) -> None:
        self.name = channels.inbox(service)
        self._url = url
        self._service = service
        self._layouts = layouts
        self._membership = membership
        self._partitions = partitions
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
            look = Onlooker(connection)
            beats = 0
            while not self._stopping.is_set() and not lost.is_set():
                await self._beat(connection, look, thorough=beats % _LOOK_EVERY_BEATS == 0)
                self._connected = True
                beats += 1
                await self._pause(lost)
        finally:
            self._connected = False
            if self._stopping.is_set():
                await self._membership.leave()
            self._partitions.give_away()
            if self._stopping.is_set():
                await self._partitions.finish()

    async def _beat(self, connection: AbstractConnection, look: Onlooker, *, thorough: bool) -> None:
        layout = await self._layouts.known()
        self._partitions.follow(layout)
        share = await self._membership.beat(layout.current.count)
        await self._partitions.take(share, connection, look, thorough=thorough)
        await self._partitions.delete_ended(connection, look)

    async def _pause(self, lost: asyncio.Event) -> None:
        waits = [asyncio.create_task(one.wait()) for one in (lost, self._stopping)]
        await asyncio.wait(waits, timeout=BEAT_SECONDS, return_when=asyncio.FIRST_COMPLETED)
        for one in waits:
            one.cancel()
