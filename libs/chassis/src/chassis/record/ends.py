"""Where the record begins and ends, and where a moment lies in it. RabbitMQ has no request for either."""

import asyncio
from datetime import datetime
from typing import Final

from aio_pika.abc import AbstractConnection

from chassis.record.deliveries import deliveries, tag_of
from chassis.record.recorded import Recorded
from contracts import channels

_CHUNK: Final = 5000  # RabbitMQ puts no more than 4096 messages into one
_PREFETCH_OF_A_CHUNK: Final = 2 * _CHUNK
_EMPTY_SECONDS: Final = 0.5
_PATIENCE_SECONDS: Final = 10.0


async def bounds(connection: AbstractConnection) -> tuple[int, int]:
    """The first offset that still exists, and the offset after the newest; (0, 0) of an empty stream."""
    patience = _PATIENCE_SECONDS if await _counted(connection) else _EMPTY_SECONDS
    try:
        async with asyncio.timeout(patience):
            first = await _first(connection)
    except TimeoutError:
        if patience == _EMPTY_SECONDS:
            return 0, 0
        raise
    return first, await _end(connection)


async def offset_of(connection: AbstractConnection, moment: datetime, end: int) -> int:
    """The first offset of the chunk that holds a moment; `end` when all is older.

    Of a moment behind the end RabbitMQ says nothing. So the newest message is asked for, too, on the same
    channel: when that one is there, nothing else comes.
    """
    async with asyncio.timeout(_PATIENCE_SECONDS), deliveries(connection) as arriving:
        await arriving.consume(moment, prefetch=1)
        newest = await arriving.consume(end - 1, prefetch=1)
        while True:
            await arriving.any()
            found = await arriving.settled(2)
            if any(tag_of(one) == newest for one in found):
                return min((Recorded.of(one).offset for one in found if tag_of(one) != newest), default=end)
            await asyncio.sleep(0.005)


async def _first(connection: AbstractConnection) -> int:
    async with deliveries(connection) as arriving:
        await arriving.consume("first", prefetch=1)
        return Recorded.of((await arriving.take())[0]).offset


async def _end(connection: AbstractConnection) -> int:
    async with asyncio.timeout(_PATIENCE_SECONDS), deliveries(connection) as arriving:
        await arriving.consume("last", prefetch=_PREFETCH_OF_A_CHUNK)
        await arriving.any()
        return Recorded.of((await arriving.settled(_CHUNK))[-1]).offset + 1


async def _counted(connection: AbstractConnection) -> bool:
    """Whether RabbitMQ has counted any message; it counts seconds late."""
    async with connection.channel() as channel:
        log = await channel.declare_queue(channels.EVENT_LOG, passive=True)
        return bool(log.declaration_result.message_count)
