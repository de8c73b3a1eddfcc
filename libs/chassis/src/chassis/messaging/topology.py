"""Everything that stands on the broker, computed from the catalogue. Pure: nothing is declared here.

Every service sets up the whole topology at start, so no order of starting loses an event.
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
TENANT_HEADER: Final = "tenantid"
LANE_HEADER: Final = "lane"
END_HEADER: Final = "x-bellhop-end"
"""On the message behind which nothing comes in its queue: the queue shall be deleted."""

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

    def __add__(self, other: "Topology") -> "Topology":
        return Topology(
            self.exchanges + other.exchanges, self.queues + other.queues, self.bindings + other.bindings
        )


def set_up_sign(service: str) -> Topology:
    """Says that a keyed inbox has been set up; declared last, so that it is true."""
    return Topology((Exchange(channels.inbox_stands(service), "fanout"),), (), ())


@cache
def common_topology() -> Topology:
    """All but the insides of keyed inboxes, whose number of partitions changes."""
    services = sorted({service for row in CATALOGUE for service in row.consumers})
    parts = [_entrance(one) if one in KEYED_SERVICES else _worker(one) for one in services]
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


def inbox_topology(service: str, generation: int = 0, count: int = channels.PARTITIONS) -> Topology:
    """One generation of a keyed inbox; nothing reaches it before `opened` is declared too."""
    inbox = channels.inbox(service, generation)
    partitions = [channels.partition(service, n, generation) for n in range(count)]
    # All generations share their dead letters.
    arguments = _quorum(dead_letters_of=channels.inbox(service)) | {"x-single-active-consumer": True}
    return Topology(
        exchanges=(Exchange(inbox, "x-consistent-hash", {"hash-header": PARTITION_HEADER}),),
        queues=tuple(Queue(name, arguments) for name in partitions),
        # The routing key of a binding to a consistent-hash exchange is its weight.
        bindings=tuple(Binding(inbox, name, "1") for name in partitions),
    )


def opened(service: str, generation: int = 0) -> Topology:
    """The one binding by which all that comes in reaches a generation, from one moment on."""
    inbox = channels.inbox(service, generation)
    return Topology((), (), (Binding(channels.entrance(service), inbox, "", to_exchange=True),))


def _entrance(service: str) -> Topology:
    entrance = channels.entrance(service)
    return Topology(
        exchanges=(Exchange(entrance, "fanout"),),
        queues=(Queue(channels.dead_letters(channels.inbox(service)), _quorum()),),
        bindings=tuple(
            Binding(channels.EVENTS, entrance, row.type, to_exchange=True) for row in consumed_by(service)
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
