"""Names of everything on the broker. Nobody else makes up a name."""

from typing import Final

EVENTS: Final = "events"
"""The topic exchange all events are published to; the routing key is the event's type."""

EVENT_LOG: Final = "events.log"
"""The stream that records all events."""

PARTITIONS: Final = 16
"""How many partitions a keyed inbox has until somebody asks for another number."""


def entrance(service: str) -> str:
    """The exchange by which everything for a keyed service comes in, however it is spread behind it."""
    return f"{service}.entrance"


def inbox(service: str, generation: int = 0) -> str:
    """The exchange that spreads a keyed service's events over its partitions by conversation.

    Each change of the number of partitions makes a new generation of them.
    """
    return f"{service}.inbox.g{generation}" if generation else f"{service}.inbox"


def partition(service: str, number: int, generation: int = 0) -> str:
    """One partition queue of a keyed inbox."""
    return f"{inbox(service, generation)}.{number}"


def inbox_stands(service: str) -> str:
    """An exchange nobody publishes to: where it stands, the keyed inbox has been set up already."""
    return f"{inbox(service)}.stands"


def work_queue(service: str, event_type: str) -> str:
    """The queue of one event type that all replicas of a service work off together."""
    return f"{service}.{event_type}"


def retry_queue(queue: str, delay_seconds: int) -> str:
    """Where a message waits before it goes back to `queue` alone."""
    return f"{queue}.retry.{delay_seconds}s"


def dead_letters(queue: str) -> str:
    """Where what cannot be handled lies, with its reason."""
    return f"{queue}.dlq"


SYSTEM: Final = "bellhop"
"""The tenant of events that concern the whole installation and no business."""
