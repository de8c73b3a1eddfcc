"""The run: from the record through the candidate into the sums, until it is told to end."""

import asyncio
import time
from contextlib import suppress
from typing import Any, Final

from chassis.record import Record, Recorded, Start
from contracts.envelope import Event
from contracts.events import MalformedEvent
from contracts.tenants import TenantConfigured
from ops.shadow.agreement import Agreement
from ops.shadow.board import Board
from ops.shadow.judging import Judging
from ops.shadow.past import Lately
from ops.shadow.turns import CONFIGURED, DECIDED, HEARD, SAID, Assembly, LiveTurn

HANDED_OVER: Final = 1_000
"""So many turns wait for the candidate; then the record is read no further."""

TOLD_EVERY: Final = 10.0
"""Seconds between two lines about how it goes."""

WANTED: Final = HEARD | SAID | {DECIDED, CONFIGURED}


class Watching:
    """One run. `unread` counts events that are none of the catalogue."""

    def __init__(
        self,
        record: Record,
        lately: Lately,
        judging: Judging,
        agreement: Agreement,
        board: Board,
        *,
        handed_over: int = HANDED_OVER,
    ) -> None:
        self.unread = 0
        self._record, self._lately, self._judging = record, lately, judging
        self._agreement, self._board = agreement, board
        self._assembly = Assembly()
        self._turns: asyncio.Queue[tuple[float, LiveTurn]] = asyncio.Queue(handed_over)

    @property
    def waiting(self) -> int:
        """Turns that wait for the candidate."""
        return self._turns.qsize()

    async def run(self, start: Start, turns: int | None, seconds: float | None) -> None:
        """Returns after so many turns or seconds, or when it is cancelled."""
        tasks = [asyncio.create_task(one) for one in (self._read(start), self._judge(turns), self._tell())]
        try:
            done, _ = await asyncio.wait(tasks, timeout=seconds, return_when=asyncio.FIRST_COMPLETED)
            for task in done:
                task.result()
        finally:
            for task in tasks:
                task.cancel()
                with suppress(asyncio.CancelledError):
                    await task

    async def _read(self, start: Start) -> None:
        async for recorded in self._record.follow(start):
            if recorded.type in WANTED and (turn := self._taken(recorded)):
                await self._turns.put((time.monotonic(), turn))

    def _taken(self, recorded: Recorded) -> LiveTurn | None:
        try:
            event: Event[Any] = recorded.event()
        except MalformedEvent:
            self.unread += 1
            return None
        if isinstance(event.data, TenantConfigured):
            self._lately.configured(event)
            return None
        return self._assembly.add(event)

    async def _judge(self, most: int | None) -> None:
        while most is None or self._agreement.turns < most:
            since, turn = await self._turns.get()
            self._lately.add(turn)
            judged = await self._judging.judge(turn, time.monotonic() - since)
            self._agreement.add(judged)
            self._board.judged(judged)

    async def _tell(self) -> None:
        while True:
            await asyncio.sleep(TOLD_EVERY)
            self._board.now_and_then()
