"""The one table of all events: type, model, owner, consumers.

The routing key of an event is its type. A keyed service takes all its events in order per
conversation, from its inbox; any other service has one work queue per event type.
"""

import builtins
from typing import Final, NamedTuple

from contracts import ai, bookings, completions, customers, decisions, messages, operations, tenants
from contracts.model import Data

KEYED_SERVICES: Final = ("conversation", "notifier")

ANY_SERVICE: Final = "any service"
"""The owner of what every service that takes events says in the same way about its own work."""

ANY_KEYED_SERVICE: Final = "any keyed service"
"""The owner of what the keyed services say about their inboxes."""

OPERATOR: Final = "bellhop"
"""The owner of what the `bellhop` command says itself, by no service."""


class EventType(NamedTuple):
    """One row: `owner` alone publishes it (or any service, each about itself); `consumers` get it."""

    type: str
    model: builtins.type[Data]
    owner: str
    consumers: tuple[str, ...]


_ALL = ("conversation", "ai-router", "scheduler", "notifier")

CATALOGUE: Final[tuple[EventType, ...]] = (
    EventType("tenant.configured.v1", tenants.TenantConfigured, "gateway", _ALL),
    EventType("message.received.v1", messages.MessageReceived, "gateway", ("conversation",)),
    EventType("receipt.received.v1", messages.ReceiptReceived, "gateway", ("notifier",)),
    EventType("vendor-event.received.v1", messages.VendorEventReceived, "gateway", ()),
    EventType("completion.requested.v1", completions.CompletionRequested, "conversation", ("ai-router",)),
    EventType("completion.generated.v1", completions.CompletionGenerated, "ai-router", ("conversation",)),
    EventType("completion.failed.v1", completions.CompletionFailed, "ai-router", ("conversation",)),
    EventType("completion.judged.v1", completions.CompletionJudged, "conversation", ("ai-router",)),
    EventType("ai.configured.v1", ai.AiConfigured, "gateway", ("ai-router",)),
    EventType("ai-budget.reached.v1", ai.AiBudgetReached, "ai-router", ()),
    EventType("ai-circuit.changed.v1", ai.AiCircuitChanged, "ai-router", ()),
    EventType("ai-key.changed.v1", ai.AiKeyChanged, "ai-router", ()),
    EventType("availability.requested.v1", bookings.AvailabilityRequested, "conversation", ("scheduler",)),
    EventType("availability.found.v1", bookings.AvailabilityFound, "scheduler", ("conversation",)),
    EventType("booking.requested.v1", bookings.BookingRequested, "conversation", ("scheduler",)),
    EventType("booking-move.requested.v1", bookings.BookingMoveRequested, "conversation", ("scheduler",)),
    EventType("booking-cancel.requested.v1", bookings.BookingCancelRequested, "conversation", ("scheduler",)),
    EventType("booking.confirmed.v1", bookings.BookingConfirmed, "scheduler", ("conversation",)),
    EventType("booking.moved.v1", bookings.BookingMoved, "scheduler", ("conversation",)),
    EventType("booking.cancelled.v1", bookings.BookingCancelled, "scheduler", ("conversation",)),
    EventType("booking.refused.v1", bookings.BookingRefused, "scheduler", ("conversation",)),
    EventType("reminder.due.v1", bookings.ReminderDue, "scheduler", ("conversation",)),
    EventType("consent.withdrawn.v1", customers.ConsentWithdrawn, "conversation", ("notifier",)),
    EventType("consent.given.v1", customers.ConsentGiven, "conversation", ("notifier",)),
    EventType("handover.requested.v1", customers.HandoverRequested, "conversation", ()),
    EventType("turn.decided.v1", decisions.TurnDecided, "conversation", ()),
    EventType("message-send.requested.v1", messages.MessageSendRequested, "conversation", ("notifier",)),
    EventType("message.sent.v1", messages.MessageSent, "notifier", ()),
    EventType("message.delivered.v1", messages.MessageDelivered, "notifier", ()),
    EventType("message.read.v1", messages.MessageRead, "notifier", ()),
    EventType("message.failed.v1", messages.MessageFailed, "notifier", ()),
    EventType("message.suppressed.v1", messages.MessageSuppressed, "notifier", ()),
    EventType("message.uncertain.v1", messages.MessageUncertain, "notifier", ()),
    EventType("capability.paused.v1", operations.CapabilityPaused, "gateway", KEYED_SERVICES),
    EventType("capability.resumed.v1", operations.CapabilityResumed, "gateway", KEYED_SERVICES),
    EventType("capability.stepped.v1", operations.CapabilityStepped, "gateway", KEYED_SERVICES),
    EventType("failure-job.requested.v1", operations.FailureJobRequested, "gateway", _ALL),
    EventType("failure.retried.v1", operations.FailureRetried, ANY_SERVICE, ()),
    EventType("failure.discarded.v1", operations.FailureDiscarded, ANY_SERVICE, ()),
    EventType(
        "conversation-release.requested.v1",
        operations.ConversationReleaseRequested,
        ANY_KEYED_SERVICE,
        KEYED_SERVICES,
    ),
    EventType("conversation.released.v1", operations.ConversationReleased, ANY_KEYED_SERVICE, ()),
    EventType("waiting.discarded.v1", operations.WaitingDiscarded, ANY_KEYED_SERVICE, ()),
    EventType(
        "partitions-change.requested.v1",
        operations.PartitionsChangeRequested,
        "gateway",
        KEYED_SERVICES,
    ),
    EventType("partitions.changed.v1", operations.PartitionsChanged, ANY_KEYED_SERVICE, ()),
    EventType("record.redriven.v1", operations.RecordRedriven, OPERATOR, ()),
)  # fmt: skip

_BY_TYPE = {row.type: row for row in CATALOGUE}
_BY_MODEL = {row.model: row for row in CATALOGUE}


class UnknownEventType(LookupError):
    """No row of the catalogue has this type."""


def row_of(event_type: str) -> EventType:
    """The row of an event type. Raises UnknownEventType."""
    try:
        return _BY_TYPE[event_type]
    except KeyError:
        raise UnknownEventType(f"the catalogue has no event type {event_type!r}") from None


def type_of(data: Data | type[Data]) -> str:
    """The event type that carries this data."""
    return _BY_MODEL[data if isinstance(data, type) else type(data)].type


def publishers_of(row: EventType) -> tuple[str, ...]:
    """The services that publish an event type."""
    return {ANY_SERVICE: _ALL, ANY_KEYED_SERVICE: KEYED_SERVICES}.get(row.owner, (row.owner,))


def asked_by(service: str) -> tuple[builtins.type[Data], ...]:
    """What a service asks of others that answer it: its request facts to services without a keyed inbox."""
    return tuple(
        row.model
        for row in CATALOGUE
        if row.owner == service and ".requested." in row.type and set(row.consumers) - set(KEYED_SERVICES)
    )


def consumed_by(service: str) -> tuple[EventType, ...]:
    """All rows a service consumes, in the order of the table."""
    return tuple(row for row in CATALOGUE if service in row.consumers)
