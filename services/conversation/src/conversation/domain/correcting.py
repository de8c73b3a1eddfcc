"""Another service than the one just booked: "scusa, volevo dire colore".

The appointment gives way only after a yes, and only when the new one is known to fit.
"""

from dataclasses import replace

from contracts.bookings import BookingCancelled
from conversation.domain import wish
from conversation.domain.appointments import just_booked
from conversation.domain.questions import ask
from conversation.domain.reading import Reading
from conversation.domain.scheduler_requests import request
from conversation.domain.state import Conversation, Draft
from conversation.domain.turn import Outcome, Scene
from conversation.domain.understanding import Intent

_NO_CORRECTIONS = (
    Intent.MOVE, Intent.CANCEL, Intent.PRICES, Intent.OFFERS, Intent.SERVICES, Intent.HOURS,
    Intent.AVAILABILITY,
)  # fmt: skip


def begin(conversation: Conversation, reading: Reading, scene: Scene) -> Outcome | None:
    """Asks whether to exchange the appointment; None if the message corrects nothing."""
    recent = just_booked(conversation, scene)
    anew = reading.has(*_NO_CORRECTIONS) or (reading.has(Intent.BOOK) and reading.sure)
    if conversation.draft or recent is None or anew or not reading.corrects:
        return None
    if not reading.services or recent.service_id in reading.services:
        return None
    when = wish.merged(wish.exactly(scene.local(recent.start)), reading.when or wish.NOTHING)
    draft = Draft(
        purpose="book", services=reading.services, when=when, booking=recent.booking_id, touched=scene.now,
    )  # fmt: skip
    return ask(conversation.but(draft=draft), scene, "replace")


def gave_way(conversation: Conversation, cancelled: BookingCancelled) -> bool:
    """Whether this appointment was called off for the sake of the open wish."""
    draft, waiting = conversation.draft, conversation.waiting
    booking = cancelled.appointment.booking_id
    expected = waiting is not None and waiting.booking == booking
    return expected and draft is not None and draft.purpose == "book" and draft.booking == booking


def book_instead(conversation: Conversation, draft: Draft, told: str, scene: Scene) -> Outcome:
    """The time is free now: asks for it, and tells both in one reply."""
    asked = request(conversation.but(draft=draft.but(booking=None)), scene)
    if asked.conversation.waiting is None:
        return asked.after(told)
    waits = asked.conversation.but(preface=(*conversation.preface, told))
    return replace(asked, conversation=waits)
