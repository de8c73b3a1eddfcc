"""The booking saga: what becomes of a booking when a request about it arrives.

    booking.requested         choosing ── place held in a diary ──→ confirmed
                                 └─────── nothing free ───────────→ refused
    booking-move.requested    confirmed ─ new place held ─→ confirmed there, old place given back
    booking-cancel.requested  confirmed ──→ cancelled, place given back

Each request goes the same way, one write at a time: `try_place` says in the booking which place is wanted,
then the diary is written, then `agree` records the outcome with the answer, then void claims are given back
and the reminder is set. `at_once` and `refuse` answer without holding anything. All of these are pure: the
same booking and event give the same result, so a request that broke off anywhere is taken up again.
"""

from datetime import timedelta
from typing import Any, Literal

from contracts.bookings import (
    BookingCancelled,
    BookingCancelRequested,
    BookingConfirmed,
    BookingMoved,
    BookingMoveRequested,
    BookingRefused,
    BookingRequested,
    Refusal,
    Slot,
)
from contracts.envelope import Event, Instant
from contracts.tenants import TenantConfig
from scheduler.domain.booking import Agreed, Booking
from scheduler.domain.diary import Claim, Place
from scheduler.domain.wish import Wish

Request = BookingRequested | BookingMoveRequested | BookingCancelRequested


def new_booking(event: Event[Any]) -> Booking:
    """A booking nothing is known of yet."""
    return Booking(id=event.data.booking_id, created_at=event.time, updated_at=event.time)


def at_once(booking: Booking, event: Event[Any]) -> Booking | None:
    """The outcome where nothing new has to be held; None where a place must be found."""
    request: Request = event.data
    if isinstance(request, BookingRequested):
        return _ask_again(booking, event) if booking.agreed else None
    if booking.agreed is None:
        return refuse(booking, event, "unknown_booking")
    if booking.status == "cancelled":
        return refuse(booking, event, "cancelled")
    if isinstance(request, BookingCancelRequested):
        return _cancel(booking, event, booking.agreed)
    return _stay(booking, event, request, booking.agreed)


def wish_of(booking: Booking, event: Event[Any]) -> Wish:
    """What the customer asks for in a `booking.requested` or `booking-move.requested`."""
    request: BookingRequested | BookingMoveRequested = event.data
    if isinstance(request, BookingRequested):
        return Wish(request.service_id, request.start, event.time, booking.id, request.resource_id)
    held = booking.appointment
    return Wish(
        held.service_id, request.start, event.time, booking.id,
        resource_id=request.resource_id, preferred=held.resource_id, held=held.start,
    )  # fmt: skip


def try_place(booking: Booking, event: Event[Any], place: Place) -> Booking:
    """The request means to hold this place. Nothing is promised yet."""
    return booking.trying(event.id, place)


def agree(booking: Booking, event: Event[Any], claim: Claim, config: TenantConfig) -> Booking:
    """The place is held: confirmed or moved."""
    request: BookingRequested | BookingMoveRequested = event.data
    reminder_at = reminder_for(claim.place.start, event.time, config)
    terms = {"claim": claim, "reminder_at": reminder_at, "by": event.id}
    given_up = tuple(one for one in booking.tried(event.id) if one != claim)
    if isinstance(request, BookingRequested):
        agreed = Agreed(
            service_id=request.service_id, customer=request.personal,
            conversation_id=event.partitionkey, **terms,
        )  # fmt: skip
        confirmed = _changed(booking, event, status="confirmed", agreed=agreed)
        answer = BookingConfirmed(appointment=confirmed.appointment)
        return confirmed.answering(event.id, answer, given_up)
    before = _agreed(booking)
    moved = _changed(booking, event, agreed=before.model_copy(update=terms))
    previous = before.claim.place.start
    answer_moved = BookingMoved(appointment=moved.appointment, previous_start=previous)
    return moved.answering(event.id, answer_moved, (*given_up, before.claim))


def refuse(
    booking: Booking, event: Event[Any], reason: Refusal, alternatives: tuple[Slot, ...] = ()
) -> Booking:
    """The request cannot be met. What was agreed before stays agreed."""
    request: Request = event.data
    refused = _changed(booking, event, status="refused") if booking.agreed is None else booking
    known = booking.agreed.service_id if booking.agreed else None
    answer = BookingRefused(
        booking_id=booking.id, request=_kind(request), reason=reason,
        service_id=getattr(request, "service_id", known), start=getattr(request, "start", None),
        alternatives=alternatives,
    )  # fmt: skip
    return refused.answering(event.id, answer, booking.tried(event.id))


def reminder_for(start: Instant, now: Instant, config: TenantConfig) -> Instant | None:
    """When to remind, unless that has gone by already."""
    due = start - timedelta(hours=config.booking.reminder_hours)
    return due if due > now else None


def _ask_again(booking: Booking, event: Event[Any]) -> Booking:
    """The booking exists already: it is as it was agreed, or it is over."""
    if booking.status == "cancelled":
        return refuse(booking, event, "cancelled")
    answer = BookingConfirmed(appointment=booking.appointment)
    return booking.answering(event.id, answer, booking.tried(event.id))


def _stay(
    booking: Booking, event: Event[Any], request: BookingMoveRequested, agreed: Agreed
) -> Booking | None:
    """A move to where the appointment is already: nothing changes, and the customer hears that it stands."""
    place = agreed.claim.place
    if request.start != place.start or request.resource_id not in (None, place.resource_id):
        return None
    answer = BookingMoved(appointment=booking.appointment, previous_start=place.start)
    return booking.answering(event.id, answer, booking.tried(event.id))


def _cancel(booking: Booking, event: Event[Any], agreed: Agreed) -> Booking:
    over = agreed.model_copy(update={"reminder_at": None, "by": event.id})
    cancelled = _changed(booking, event, status="cancelled", agreed=over)
    answer = BookingCancelled(appointment=booking.appointment)
    return cancelled.answering(event.id, answer, (*booking.tried(event.id), agreed.claim))


def _changed(booking: Booking, event: Event[Any], **changes: Any) -> Booking:
    return booking.model_copy(update={"updated_at": event.time, **changes})


def _agreed(booking: Booking) -> Agreed:
    if booking.agreed is None:
        raise ValueError(f"nothing was agreed for booking {booking.id}")
    return booking.agreed


def _kind(request: Request) -> Literal["book", "move", "cancel"]:
    match request:
        case BookingRequested():
            return "book"
        case BookingMoveRequested():
            return "move"
        case _:
            return "cancel"
