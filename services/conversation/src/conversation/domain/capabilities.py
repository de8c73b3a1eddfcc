"""Which of the things that a business can pause an event of a conversation belongs to."""

from typing import Any

from contracts.bookings import ReminderDue
from contracts.envelope import Event
from contracts.messages import MessageReceived
from contracts.operations import Capability
from conversation.domain.dialogue import ANSWERS


def capabilities_of(event: Event[Any]) -> tuple[Capability, ...]:
    """What customers write and what they are answered belongs to the replies; configurations to nothing."""
    if isinstance(event.data, ReminderDue):
        return ("reminders",)
    return ("replies",) if type(event.data) in (MessageReceived, *ANSWERS) else ()
