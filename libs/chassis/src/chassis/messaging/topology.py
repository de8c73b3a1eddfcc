"""Everything that stands on the broker, computed from the catalogue. Pure: nothing is declared here.

Every service declares the whole topology at start, so no order of starting loses an event.
"""

from dataclasses import dataclass, field
from functools import cache
from itertools import chain
from typing import Any, Final

from contracts import channels
from contracts.catalogue import CATALOGUE, KEYED_SERVICES, EventType, consumed_by

RETRY_DELAYS: Final = (1, 10, 60, 600)
"""Seconds a message waits before its second, third … try on a work queue."""

PARTITION_HEADER: Final = "partitionkey"

# NOTE: RabbitMQ 4 limits redeliveries to 20 unless told otherwise, and every restart of a consumer
# spends some on messages it had prefetched. Tries of ours are counted in a header of their own.
_DELIVERY_LIMIT: Final = 200
_LOG_BYTES: Final = 20_000_000_000
_LOG_SEGMENT_BYTES: Final = 100_000_000


@dataclass(frozen=True)
class Exchange:
    """An exchange to declare."""

    name: str
    kind: str
    arguments: dict[str, Any] = field(default_factory=dict)


@dataclass(frozen=True)
class Queue:
    """A queue to declare; all are durable."""

    name: str
    arguments: dict[str, Any]


@dataclass(frozen=True)
class Binding:
    """A way from an exchange to a queue or to another exchange."""

    source: str
    destination: str
    routing_key: str
    to_exchange: bool = False


@dataclass(frozen=True)
class Topology:
    """All that shall stand."""

    exchanges: tuple[Exchange, ...]
    queues: tuple[Queue, ...]
    bindings: tuple[Binding, ...]


@cache
def whole_topology() -> Topology:
    """The topology of the whole house."""
    services = sorted({service for row in CATALOGUE for service in row.consumers})
    parts = [_keyed(one) if one in KEYED_SERVICES else _worker(one) for one in services]
    log = Queue(
        channels.EVENT_LOG,
        {
            "x-queue-type": "stream",
            "x-max-length-bytes": _LOG_BYTES,
            "x-max-age": "30D",
            "x-stream-max-segment-size-bytes": _LOG_SEGMENT_BYTES,
        },
    )
    return Topology(
        exchanges=(Exchange(channels.EVENTS, "topic"), *chain(*(part.exchanges for part in parts))),
        queues=(log, *chain(*(part.queues for part in parts))),
        bindings=(
            Binding(channels.EVENTS, channels.EVENT_LOG, "#"),
            *chain(*(part.bindings for part in parts)),
        ),
    )


def _keyed(service: str) -> Topology:
    inbox = channels.inbox(service)
    partitions = [channels.partition(service, n) for n in range(channels.PARTITIONS)]
    spread = Exchange(inbox, "x-consistent-hash", {"hash-header": PARTITION_HEADER})
    single = {"x-single-active-consumer": True}
    return Topology(
        exchanges=(spread,),
        queues=(
            *(Queue(name, _quorum(dead_letters_of=inbox) | single) for name in partitions),
            Queue(channels.dead_letters(inbox), _quorum()),
        ),
        bindings=(
            # The routing key of a binding to a consistent-hash exchange is its weight.
            *(Binding(inbox, name, "1") for name in partitions),
            *(Binding(channels.EVENTS, inbox, row.type, to_exchange=True) for row in consumed_by(service)),
        ),
    )


def _worker(service: str) -> Topology:
    rows = consumed_by(service)
    return Topology(
        exchanges=(),
        queues=tuple(chain(*(_work_queues(service, row) for row in rows))),
        bindings=tuple(
            Binding(channels.EVENTS, channels.work_queue(service, row.type), row.type) for row in rows
        ),
    )


def _work_queues(service: str, row: EventType) -> list[Queue]:
    name = channels.work_queue(service, row.type)
    tiers = [
        Queue(
            channels.retry_queue(name, delay),
            {**_quorum(dead_letters_to=name), "x-message-ttl": delay * 1000},
        )
        for delay in RETRY_DELAYS
    ]
    return [Queue(name, _quorum(dead_letters_of=name)), *tiers, Queue(channels.dead_letters(name), _quorum())]


def _quorum(*, dead_letters_of: str | None = None, dead_letters_to: str | None = None) -> dict[str, Any]:
    target = dead_letters_to or (channels.dead_letters(dead_letters_of) if dead_letters_of else None)
    arguments: dict[str, Any] = {"x-queue-type": "quorum", "x-delivery-limit": _DELIVERY_LIMIT}
    if target:
        # Through the default exchange, straight to the one queue: no other consumer gets it again.
        arguments |= {
            "x-dead-letter-exchange": "",
            "x-dead-letter-routing-key": target,
            "x-dead-letter-strategy": "at-least-once",
            "x-overflow": "reject-publish",
        }
    return arguments
