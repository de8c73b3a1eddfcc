"""What is said to the others when a delivery changes."""

from datetime import datetime
from typing import Any, Final

from contracts.decisions import SendChecks
from contracts.envelope import Event
from contracts.events import caused
from contracts.messages import (
    MessageDelivered,
    MessageFailed,
    MessageRead,
    MessageSent,
    MessageSuppressed,
    MessageUncertain,
)
from contracts.model import Data
from notifier.domain.delivery import Delivery, State

SOURCE: Final = "notifier"

_SPOKEN: Final[tuple[State, ...]] = ("sent", "delivered", "read", "failed", "suppressed", "uncertain")
"""The position of a fact is its event's number under the cause, so ids never collide."""


def said_of(cause: Event[Any], before: Delivery, after: Delivery, now: datetime) -> tuple[Event[Any], ...]:
    """One event for each fact that has become known, in the turn that the message belongs to."""
    events = (
        caused(cause, number, _statement(fact, after), source=SOURCE, time=now)
        for number, fact in enumerate(_SPOKEN)
        if after.at(fact) and not before.at(fact) and not _outdone(fact, after)
    )
    turn = {"correlationid": after.correlation_id, "partitionkey": after.conversation_id}
    return tuple(event.model_copy(update=turn) for event in events)


def _outdone(fact: State, after: Delivery) -> bool:
    return fact == "failed" and after.state != "failed"


def _statement(fact: State, after: Delivery) -> Data:
    checks = SendChecks(opted_out=after.opted_out, tries=after.attempts, slowed_down=after.slowed_down)
    match fact:
        case "sent":
            return MessageSent(
                message_id=after.id, channel=after.channel, vendor_message_id=after.vendor_message_id or "",
                checks=checks,
            )  # fmt: skip
        case "delivered":
            return MessageDelivered(message_id=after.id)
        case "read":
            return MessageRead(message_id=after.id)
        case "failed":
            return MessageFailed(
                message_id=after.id, code=after.failed_code, reason=after.failed_reason or "", checks=checks
            )
        case "suppressed":
            return MessageSuppressed(message_id=after.id, reason="opted_out", checks=checks)
        case _:
            return MessageUncertain(message_id=after.id, reason=after.uncertain_reason or "", checks=checks)
