"""Reading the record: from any place to its end, as it grows, or here and there."""

import asyncio
from collections.abc import AsyncGenerator, AsyncIterator, Iterator, Sequence
from contextlib import aclosing, asynccontextmanager
from datetime import UTC, datetime
from operator import attrgetter
from typing import Final, Literal

import aio_pika
from aio_pika.abc import AbstractConnection

from chassis.errors import Unavailable
from chassis.messaging.broker import with_heartbeat
from chassis.observability.logging import get_logger
from chassis.record import ends
from chassis.record.deliveries import deliveries
from chassis.record.outage import unavailable
from chassis.record.recorded import Recorded

Start = Literal["first", "next"] | int | datetime
"""An offset, or a moment: from the chunk that holds it, so a few older events come first."""

log = get_logger(__name__)

_EPOCH: Final = datetime.fromtimestamp(0, UTC)  # RabbitMQ knows no earlier moment
_NEAR: Final = 20  # as many needless messages cost less than a consumer of its own
_CHANNELS: Final = 4
_PAUSE_SECONDS: Final = 0.5


class Record:
    """The record of one installation. All of it raises Unavailable while RabbitMQ cannot be read.

    Offsets rise, but not every one is a message: RabbitMQ keeps some for itself.
    """

    def __init__(self, url: str, name: str) -> None:
        self._url = url
        self._name = name
        self._connection: AbstractConnection | None = None
        self._connecting = asyncio.Lock()

    async def connect(self) -> None:
        """Connects now, where anything else would when it is first needed."""
        with unavailable():
            await self._connected()

    async def bounds(self) -> tuple[int, int]:
        """The first offset that still exists, and the offset after the newest; (0, 0) of an empty record."""
        with unavailable():
            return await ends.bounds(await self._connected())

    async def read(
        self, start: Start = "first", *, until: int | None = None
    ) -> AsyncGenerator[Recorded, None]:
        """From `start` up to `until`, exclusive; never beyond what is the end when it begins."""
        first, end = await self.bounds()
        position = await self._offset(start, first, end)
        until = end if until is None else min(until, end)
        async with aclosing(self._between(position, until)) as stretch:
            async for one in stretch:
                yield one

    async def follow(self, start: Start = "next") -> AsyncGenerator[Recorded, None]:
        """From `start` on, for ever. A lost connection is opened again where it broke off."""
        position = await self._offset(start, *await self.bounds())
        while True:
            try:
                async with aclosing(self._between(position, None)) as stretch:
                    async for one in stretch:
                        yield one
                        position = one.offset + 1
            except Unavailable as error:
                log.warning("lost the record, following it again", offset=position, error=str(error))
                await asyncio.sleep(_PAUSE_SECONDS)

    async def at(self, offsets: Sequence[int]) -> list[Recorded]:
        """The messages at these offsets, in the order of recording. Those that do not exist are left out."""
        first, end = await self.bounds()
        groups = _neighbours(sorted({one for one in offsets if first <= one < end}))
        left = iter(groups)  # each channel takes the next group when it has done with one
        found = await asyncio.gather(*(self._scattered(left) for _ in groups[:_CHANNELS]))
        return sorted((one for some in found for one in some), key=attrgetter("offset"))

    async def close(self) -> None:
        """Closes the connection, if there is one."""
        if self._connection:
            await self._connection.close()

    async def _offset(self, start: Start, first: int, end: int) -> int:
        if isinstance(start, int):
            return max(start, first)
        if isinstance(start, str) or first == end:
            return first if start == "first" else end
        if start <= _EPOCH:
            return first
        with unavailable():
            return await ends.offset_of(await self._connected(), start, end)

    async def _between(self, start: int, end: int | None) -> AsyncGenerator[Recorded, None]:
        if end is not None and start >= end:
            return
        with unavailable():
            async with deliveries(await self._connected()) as arriving:
                async for one in arriving.stretch(start, end):
                    yield one

    async def _scattered(self, groups: Iterator[list[int]]) -> list[Recorded]:
        """What lies at the offsets of these groups, read one after the other on one channel."""
        found: list[Recorded] = []
        with unavailable():
            async with deliveries(await self._connected()) as arriving:
                for group in groups:
                    await arriving.stop()
                    chosen = set(group)
                    stretch = arriving.stretch(group[0], group[-1] + 1)
                    found += [one async for one in stretch if one.offset in chosen]
        return found

    async def _connected(self) -> AbstractConnection:
        async with self._connecting:
            if self._connection is None or not self._connection.connected.is_set():
                self._connection = await aio_pika.connect(
                    with_heartbeat(self._url), timeout=5, client_properties={"connection_name": self._name}
                )
            return self._connection


@asynccontextmanager
async def open_record(url: str, name: str) -> AsyncIterator[Record]:
    """The record on the RabbitMQ at `url`; `name` is what the connection is called there.

    Raises Unavailable when RabbitMQ cannot be reached.
    """
    record = Record(url, name)
    try:
        await record.connect()
        yield record
    finally:
        await record.close()


def _neighbours(offsets: Sequence[int]) -> list[list[int]]:
    groups: list[list[int]] = []
    for one in offsets:
        if groups and one - groups[-1][-1] <= _NEAR:
            groups[-1].append(one)
        else:
            groups.append([one])
    return groups
