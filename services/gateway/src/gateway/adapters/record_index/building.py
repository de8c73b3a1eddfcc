"""Building the index as the record grows: one process of the machine does, the others stand by."""

import asyncio
import sqlite3
import time
from collections.abc import AsyncGenerator, AsyncIterator, Callable
from contextlib import aclosing, closing
from pathlib import Path
from typing import Final

from prometheus_client import Gauge

from chassis.errors import Unavailable
from chassis.observability.logging import get_logger
from chassis.record import Record, Recorded, open_record
from gateway.adapters.record_index import file
from gateway.adapters.record_index.election import elected
from gateway.adapters.record_index.file import Damaged
from gateway.adapters.record_index.index import FILE
from gateway.adapters.record_index.writing import IndexWriter

OFFSET = Gauge("bellhop_record_indexed_offset", "The next offset of the record that the index will take in")
LAG = Gauge("bellhop_record_index_lag", "Recorded events that are not in the index yet")
WRITING = Gauge("bellhop_record_index_writing", "1 in the process that keeps the index current, 0 in others")

_TICK_SECONDS: Final = 0.1
_BATCH: Final = 1000
_BATCH_BESIDE_REQUESTS: Final = 100  # an event costs some 130 microseconds: 13 % of a processor
_LOOK_SECONDS: Final = 5.0
_AGAIN_SECONDS: Final = 3.0

log = get_logger(__name__)


class IndexBuilder:
    """Follows the record for ever. `busy` says whether requests come in: then it goes slowly.

    Whatever fails, it tries again; the gateway does not feel it.
    """

    def __init__(self, folder: Path, url: str, busy: Callable[[], bool]) -> None:
        self._path = folder / FILE
        self._url = url
        self._busy = busy
        self._told = ""

    async def run(self) -> None:
        """Builds while this process is the elected one; for a background task."""
        while True:
            try:
                with elected(self._path.with_suffix(".lock")) as writer:
                    while writer:
                        await self._build()
            except Damaged as damage:
                log.warning("the index of the record is built anew", reason=str(damage))
            except (Unavailable, OSError, sqlite3.Error) as error:
                self._tell(f"{type(error).__name__}: {error}")
            await asyncio.sleep(_AGAIN_SECONDS)

    async def _build(self) -> None:
        async with open_record(self._url, "gateway index") as record:
            with closing(await asyncio.to_thread(IndexWriter, self._path)) as writer:
                await self._follow(record, writer)

    async def _follow(self, record: Record, writer: IndexWriter) -> None:
        try:
            await self._look(record, writer)
            self._tell("")
            WRITING.set(1)
            await self._take_in(record, writer)
        finally:
            WRITING.set(0)
            LAG.set(0)  # whoever writes from now on tells

    async def _take_in(self, record: Record, writer: IndexWriter) -> None:
        due = time.monotonic() + _LOOK_SECONDS
        async with aclosing(self._batches(record.follow(writer.position().next))) as batches:
            async for batch in batches:
                if batch:
                    await asyncio.to_thread(writer.add, batch)
                    OFFSET.set(batch[-1].offset + 1)
                if time.monotonic() >= due:
                    await self._look(record, writer)
                    due = time.monotonic() + _LOOK_SECONDS

    async def _look(self, record: Record, writer: IndexWriter) -> None:
        """Compares with the stream as it stands. Raises Damaged when that is another one than before."""
        position = writer.position()
        first, end = await record.bounds()
        LAG.set(max(0, end - position.next))
        if not end:
            return  # empty, or RabbitMQ has only just come up: the first event will tell
        last = await record.at([position.next - 1]) if position.next else []
        if position.next > end or any(one.event_id != position.last_id for one in last):
            file.delete(self._path)
            raise Damaged("the record was made anew")
        await asyncio.to_thread(writer.forget_before, first)

    async def _batches(self, events: AsyncIterator[Recorded]) -> AsyncGenerator[list[Recorded], None]:
        """What has come, tick by tick, perhaps nothing; more does not come before it is taken."""
        waiting: asyncio.Queue[Recorded] = asyncio.Queue(_BATCH)
        pouring = asyncio.create_task(_pour(events, waiting))
        try:
            while True:
                most = _BATCH_BESIDE_REQUESTS if self._busy() else _BATCH
                if most < _BATCH or not waiting.full():
                    await asyncio.sleep(_TICK_SECONDS)
                if pouring.done():
                    pouring.result()
                yield [waiting.get_nowait() for _ in range(min(most, waiting.qsize()))]
        finally:
            pouring.cancel()
            await asyncio.wait([pouring])

    def _tell(self, trouble: str) -> None:
        if trouble and trouble != self._told:
            log.warning("the index of the record does not grow", error=trouble)
        elif self._told and not trouble:
            log.info("the index of the record grows again")
        self._told = trouble


async def _pour(events: AsyncIterator[Recorded], into: asyncio.Queue[Recorded]) -> None:
    async for event in events:
        await into.put(event)
