"""What the scheduler is asked: which times are free, and to book, move or call off."""

from dataclasses import replace
from datetime import datetime
from uuid import UUID

from contracts.bookings import (
    AvailabilityRequested,
    BookingCancelRequested,
    BookingMoveRequested,
    BookingRequested,
    Customer,
)
from conversation.domain import wish
from conversation.domain.appointments import words_of
from conversation.domain.state import Conversation, Waiting
from conversation.domain.turn import Outcome, Scene

SLOTS_ASKED_FOR = 50  # enough of a day to choose three good ones from


def look(conversation: Conversation, scene: Scene) -> Outcome:
    """Asks the scheduler what is free."""
    draft = conversation.open_draft
    day = replace(draft.when, not_before=None, not_after=None) if draft.when.times else draft.when
    earliest, latest = wish.window(day, scene.now, scene.config)
    requested = AvailabilityRequested(
        service_id=draft.services[0], resource_id=draft.staff, earliest=earliest, latest=latest,
        moving=draft.booking, limit=SLOTS_ASKED_FOR,
    )  # fmt: skip
    waiting = Waiting(request="availability", since=scene.now)
    return Outcome(conversation.but(waiting=waiting), requests=(requested,))


def request(conversation: Conversation, scene: Scene) -> Outcome:
    """Everything is known: asks the scheduler for it, once."""
    draft = conversation.open_draft
    start = wish.instant(draft.when.dates[0], draft.when.times[0], scene.config)
    same = (
        one for one in conversation.coming(scene.now)
        if one.start == start and one.service_id == draft.services[0]
        and draft.staff in (None, one.resource_id)
    )  # fmt: skip
    if standing := next(same, None):
        words = words_of(standing, scene)
        told = scene.phrases("already_booked", service=words["service"], moment=words["moment"])
        return Outcome(conversation.but(draft=None), (told,))
    if draft.purpose == "book" and draft.booking:
        return _instead(conversation, draft.booking, start, scene)
    asked = conversation.drafted(asked=None, options=(), offered=(), touched=scene.now)
    if draft.purpose == "move" and draft.booking:
        moving = BookingMoveRequested(booking_id=draft.booking, start=start, resource_id=draft.staff)
        waiting = Waiting(request="move", booking=draft.booking, since=scene.now)
        return Outcome(asked.but(waiting=waiting), requests=(moving,))
    booking = BookingRequested(
        booking_id=scene.new_booking_id(), service_id=draft.services[0], resource_id=draft.staff,
        start=start, personal=_customer(conversation),
    )  # fmt: skip
    waiting = Waiting(request="book", booking=booking.booking_id, since=scene.now)
    return Outcome(asked.but(waiting=waiting), requests=(booking,))


def _instead(conversation: Conversation, booking: UUID, start: datetime, scene: Scene) -> Outcome:
    """Before another appointment: the one that gives way is called off, once the time is known to be free."""
    draft = conversation.open_draft
    if not any(slot.start == start and draft.staff in (None, slot.resource_id) for slot in draft.offered):
        return look(conversation, scene)
    waiting = Waiting(request="cancel", booking=booking, since=scene.now)
    requested = BookingCancelRequested(booking_id=booking)
    return Outcome(conversation.but(waiting=waiting), requests=(requested,))


def _customer(conversation: Conversation) -> Customer:
    contact = conversation.known_contact
    name = conversation.customer_name or contact.address
    return Customer(name=name, channel=contact.channel, address=contact.address)
