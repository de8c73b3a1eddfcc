"""The product's own record of the run: its event log, read from the beginning when all is over."""

import asyncio
import json
from collections import defaultdict
from collections.abc import AsyncIterator, Iterable
from dataclasses import dataclass
from typing import Any, Final
from uuid import UUID

import aio_pika

from chassis.messaging.broker import with_heartbeat
from contracts import channels
from ops.chaos.ledger import Doubt, Doubted
from ops.chaos.questions import marker_in

PREFETCH: Final = 500
QUIET: Final = 2.0
"""Seconds without another event after which the log is read to its end."""

_REQUESTED: Final = "message-send.requested.v1"
_UNCERTAIN: Final = "message.uncertain.v1"
_SETTLED: Final = frozenset({"message.sent.v1", "message.delivered.v1", "message.failed.v1"})


@dataclass(frozen=True)
class Record:
    """What happened. `trails` are by the event of the customer's message that began the turn."""

    doubted: list[Doubted]
    trails: dict[UUID, list[str]]

    def trail(self, event: UUID) -> str:
        """What the product did about one message, in order; each event once."""
        return " → ".join(dict.fromkeys(self.trails.get(event, ["nothing"])))


def recorded(events: Iterable[dict[str, Any]]) -> Record:
    """The record of these events, in their order. A copy of an event changes no doubt."""
    trails: dict[UUID, list[str]] = defaultdict(list)
    requests: dict[str, dict[str, Any]] = {}
    doubts: dict[str, Doubt] = {}
    for event in events:
        kind, about = event["type"], str(event["data"].get("message_id"))
        trails[UUID(event["correlationid"])].append(kind)
        if kind == _REQUESTED:
            requests[event["id"]] = event
        elif kind == _UNCERTAIN:
            doubts.setdefault(about, "held")
        elif kind in _SETTLED and about in doubts:
            doubts[about] = "resolved"
    doubted = [_doubted(requests[one], doubt) for one, doubt in doubts.items() if one in requests]
    return Record(doubted, trails)


def _doubted(request: dict[str, Any], doubt: Doubt) -> Doubted:
    said = request["data"]["personal"]
    return Doubted(UUID(request["correlationid"]), said["address"], marker_in(said["text"]), doubt)


async def read_log(rabbitmq_url: str) -> list[dict[str, Any]]:
    """All events of the log so far."""
    return [event async for event in _events(rabbitmq_url)]


async def _events(rabbitmq_url: str) -> AsyncIterator[dict[str, Any]]:
    async with await aio_pika.connect(with_heartbeat(rabbitmq_url)) as connection:
        channel = await connection.channel()
        await channel.set_qos(PREFETCH)
        log = await channel.declare_queue(channels.EVENT_LOG, passive=True)
        bodies: asyncio.Queue[bytes] = asyncio.Queue()

        async def take(message: aio_pika.abc.AbstractIncomingMessage) -> None:
            bodies.put_nowait(message.body)
            await message.ack()

        await log.consume(take, arguments={"x-stream-offset": "first"})
        while True:
            try:
                yield json.loads(await asyncio.wait_for(bodies.get(), QUIET))
            except TimeoutError:
                return
