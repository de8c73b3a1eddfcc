"""Lanes: what goes first when there is more to do than can be done at once."""

from typing import Final, Literal

from contracts.bookings import ReminderDue
from contracts.messages import MessageSendRequested
from contracts.model import Data

Lane = Literal["live", "reminder", "campaign"]

LANES: Final[tuple[Lane, ...]] = ("live", "reminder", "campaign")
"""First to last: whoever waits for an answer now comes before what was planned."""


def lane_of(data: Data) -> Lane:
    """The lane an event travels in. Inside a lane every conversation keeps its order."""
    match data:
        case ReminderDue() | MessageSendRequested(purpose="reminder"):
            return "reminder"
        case MessageSendRequested(purpose="campaign"):
            return "campaign"
        case _:
            return "live"
