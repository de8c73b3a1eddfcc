"""Reading the record: from any place to its end, as it grows, or here and there."""

import asyncio
from collections.abc import AsyncGenerator, AsyncIterator, Iterator, Sequence
from contextlib import aclosing, asynccontextmanager, contextmanager
from datetime import UTC, datetime
from operator import attrgetter
from typing import Final, Literal

import aio_pika
from aio_pika.abc import AbstractConnection
from aio_pika.exceptions import ChannelNotFoundEntity

from chassis.errors import Unavailable
from chassis.messaging.broker import CONNECTION_ERRORS, given_up_is_an_error, with_heartbeat
from chassis.observability.logging import get_logger
from chassis.record import ends
from chassis.record.deliveries import Deliveries, deliveries
from chassis.record.recorded import Recorded

Start = Literal["first", "next"] | int | datetime
"""An offset, or a moment: from the chunk that holds it, so a few older events come first."""

log = get_logger(__name__)

_EPOCH: Final = datetime.fromtimestamp(0, UTC)  # RabbitMQ knows no earlier moment
_PREFETCH: Final = 1000
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
        with _unavailable():
            await self._connected()

    async def bounds(self) -> tuple[int, int]:
        """The first offset that still exists, and the offset after the newest; (0, 0) of an empty record."""
        with _unavailable():
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
        with _unavailable():
            return await ends.offset_of(await self._connected(), start, end)

    async def _between(self, start: int, end: int | None) -> AsyncGenerator[Recorded, None]:
        if end is not None and start >= end:
            return
        with _unavailable():
            async with deliveries(await self._connected()) as arriving:
                async for one in _stretch(arriving, start, end):
                    yield one

    async def _scattered(self, groups: Iterator[list[int]]) -> list[Recorded]:
        """What lies at the offsets of these groups, read one after the other on one channel."""
        found: list[Recorded] = []
        with _unavailable():
            async with deliveries(await self._connected()) as arriving:
                for group in groups:
                    chosen = set(group)
                    stretch = _stretch(arriving, group[0], group[-1] + 1)
                    found += [one async for one in stretch if one.offset in chosen]
                    await arriving.stop()
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


async def _stretch(arriving: Deliveries, start: int, end: int | None) -> AsyncGenerator[Recorded, None]:
    await arriving.consume(start, _PREFETCH if end is None else min(_PREFETCH, end - start))
    while True:
        for message in await arriving.take():
            one = Recorded.of(message)
            if end is not None and one.offset >= end:
                return
            if one.offset >= start:
                yield one
            if end is not None and one.offset == end - 1:
                return


def _neighbours(offsets: Sequence[int]) -> list[list[int]]:
    groups: list[list[int]] = []
    for one in offsets:
        if groups and one - groups[-1][-1] <= _NEAR:
            groups[-1].append(one)
        else:
            groups.append([one])
    return groups


@contextmanager
def _unavailable() -> Iterator[None]:
    try:
        with given_up_is_an_error():
            yield
    except ChannelNotFoundEntity as error:
        raise Unavailable("RabbitMQ holds no record yet: the services set it up when they start") from error
    except CONNECTION_ERRORS as error:
        if (task := asyncio.current_task()) and task.cancelling():
            # A channel whose connection is gone fails to close, which would hide that we shall stop.
            raise asyncio.CancelledError from error
        reason = str(error) or type(error).__name__
        raise Unavailable(
            f"the record cannot be read, RabbitMQ does not answer ({reason}): see that it runs, and that "
            "BELLHOP_RABBITMQ_URL is right where it is set"
        ) from error
