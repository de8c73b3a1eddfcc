"""The product's own record of the run: its event log, read from the beginning when all is over."""

import json
from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any, Final
from uuid import UUID

from chassis.record import open_record
from ops.chaos.ledger import Doubt, Doubted
from ops.chaos.questions import marker_in

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
    """All events of the log so far. Raises Unavailable."""
    async with open_record(rabbitmq_url, "the judge of a chaos run") as record:
        return [json.loads(one.body) async for one in record.read()]
