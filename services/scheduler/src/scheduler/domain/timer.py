"""Timers: something that shall happen at a moment, whatever restarts in between."""

from uuid import UUID, uuid5

from pydantic import JsonValue

from contracts.envelope import Instant
from contracts.model import Data
from scheduler.domain.booking import Booking

REMINDER = "reminder"


class Timer(Data):
    """`kind` says who is called when it is due, `key` makes it unique within its tenant."""

    key: str
    kind: str
    due: Instant
    payload: dict[str, JsonValue]


def reminder_key(booking_id: UUID, claim: int) -> str:
    """Every agreed time of a booking has a reminder of its own, which dies with that time."""
    return f"{REMINDER}:{booking_id}:{claim}"


def reminder_timer(booking: Booking) -> Timer | None:
    """The timer of the booking's reminder; None if there is nothing to remind of."""
    agreed = booking.agreed
    if booking.status != "confirmed" or agreed is None or agreed.reminder_at is None:
        return None
    return Timer(
        key=reminder_key(booking.id, agreed.claim.number), kind=REMINDER, due=agreed.reminder_at,
        payload={"booking_id": str(booking.id), "claim": agreed.claim.number},
    )  # fmt: skip


def still_wanted(timer: Timer, booking: Booking, now: Instant) -> bool:
    """Whether to remind after all: the time still stands and has not come yet."""
    return reminder_timer(booking) == timer and now < booking.appointment.start


def reminder_id(booking_id: UUID, due: Instant) -> UUID:
    """The id of the reminder event, whichever replica fires it and however often."""
    return uuid5(booking_id, f"{REMINDER}/{due.isoformat()}")
