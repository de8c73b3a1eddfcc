"""Sending messages in doubt again: by themselves when their time has come, or since a person says so.

A message goes out again only in its conversation's own turn: its request comes once more, under its own id,
and finds that another attempt was decided. Who decides writes that first, into the doubt; the rest follows
from it, however often it is begun.
"""

import asyncio
from dataclasses import dataclass, replace
from datetime import timedelta
from typing import Final
from uuid import UUID

from prometheus_client import Gauge

from chassis.clock import Clock
from chassis.observability.context import handling
from chassis.observability.logging import get_logger
from chassis.storage import Conflict
from notifier.domain.doubt import Doubt
from notifier.handlers.doubts import SETTLED, UNDECIDED, OpenDoubts, Request
from notifier.ports import Deliveries, Doubts, Publisher

OPEN = Gauge("bellhop_deliveries_uncertain", "Messages the vendor may or may not have got, not settled yet")

_CALLED_AGAIN: Final = timedelta(seconds=30)
_AT_ONCE: Final = 200
_MOST_COUNTED: Final = 10_000

log = get_logger(__name__)


@dataclass(frozen=True)
class Resending:
    """Decides and carries out what is done about open doubts."""

    open: OpenDoubts
    doubts: Doubts
    deliveries: Deliveries
    publisher: Publisher
    clock: Clock

    async def send_again(self, doubt: Doubt, job: UUID, request: Request) -> None:
        """A person wants it sent again; asked twice in one job it is decided once. Raises Conflict."""
        if doubt.job == job or doubt.due_at:
            return
        personal = doubt.personal.model_copy(update={"request": request})
        decided = {"due_at": self.clock(), "by_person": True, "job": job, "personal": personal}
        await self.doubts.save(doubt.model_copy(update=decided))

    async def leave(self, doubt: Doubt) -> None:
        """A person wants it left as it is. Raises Conflict."""
        await self.doubts.drop(doubt)
        SETTLED.labels("left").inc()

    async def follow(self) -> None:
        """A round a second."""
        await self.call()
        await asyncio.sleep(1)

    async def watch(self) -> None:
        """A count every fifteen seconds."""
        await self.count()
        await asyncio.sleep(15)

    async def call(self) -> None:
        """The requests of all doubts whose time has come are published again."""
        for doubt in await self.doubts.due(self.clock(), _AT_ONCE):
            await self._call(doubt)

    async def count(self) -> None:
        """Tells how many are open; beyond ten thousand it stops."""
        OPEN.set(len(await self.doubts.oldest(_MOST_COUNTED)))

    async def _call(self, doubt: Doubt) -> None:
        record = await self.deliveries.get(doubt.tenant, doubt.message_id)
        if record is None:
            return
        if record.delivery.state == "uncertain" and record.delivery.tries == doubt.tries:
            again = record.delivery.again("person" if doubt.by_person else "resend")
            try:
                record = await self.deliveries.save(replace(record, delivery=again))
            except Conflict:
                return  # a receipt, or another replica: the next round sees
            log.info("a message in doubt goes out again", message=str(doubt.message_id), by=again.again_by)
        with handling(doubt.personal.request):
            if record.delivery.state in UNDECIDED:
                await self.publisher.publish(doubt.personal.request)
            else:
                await self.open.known(record)
        # Should that get lost on its way, it comes again; whoever handles it ends the doubt.
        await self.open.changed(doubt, due_at=self.clock() + _CALLED_AGAIN)
