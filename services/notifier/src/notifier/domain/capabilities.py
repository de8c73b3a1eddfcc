"""Which of the things that a business can pause an event of the notifier belongs to."""

from typing import Any, Final

from contracts.envelope import Event
from contracts.messages import MessageSendRequested, Purpose
from contracts.operations import Capability

_OF_PURPOSE: Final[dict[Purpose, tuple[Capability, ...]]] = {
    "reply": ("sending",),
    "reminder": ("reminders", "sending"),
    "campaign": ("campaigns", "sending"),
    "consent": (),
}


def capabilities_of(event: Event[Any]) -> tuple[Capability, ...]:
    """All that goes out can be paused but the answer to STOP and START."""
    return _OF_PURPOSE[event.data.purpose] if isinstance(event.data, MessageSendRequested) else ()


async def urgent(event: Event[Any]) -> bool:
    """Who wants to be written to and what vendors report is known at once, whatever waits to go out."""
    return not capabilities_of(event)
