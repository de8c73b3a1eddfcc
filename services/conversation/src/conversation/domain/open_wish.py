"""More about the wish that is open, or another mind about it."""

from dataclasses import replace

from conversation.domain import booking_flow, moving, offers, wish
from conversation.domain.questions import repeat
from conversation.domain.reading import Reading
from conversation.domain.state import Conversation
from conversation.domain.turn import Outcome, Scene
from conversation.domain.understanding import Intent


def refined(conversation: Conversation, reading: Reading, scene: Scene) -> Outcome | None:
    """More about the open wish, or another mind about it."""
    draft = conversation.draft
    if draft is None or draft.asked in ("booking", "cancel"):
        return None
    anew = reading.has(Intent.BOOK) and reading.sure and draft.purpose == "move"
    if anew:
        return None
    before = conversation.but(draft=draft.but(asked=None, options=(), touched=scene.now))
    said_so = _relative(conversation, reading, scene)
    merged = booking_flow.merge(before, said_so)
    if said_so.when and reading.has(Intent.EARLIER, Intent.LATER):
        merged = merged.drafted(near=said_so.when.not_after or said_so.when.not_before)
    if merged != before:
        return booking_flow.proceed(merged, scene)
    if reading.has(Intent.DENY):
        return booking_flow.decline(conversation, scene)
    said = reading.has(Intent.BOOK, Intent.AVAILABILITY, Intent.ANYONE, Intent.SOONEST)
    return repeat(conversation, scene) if said else None


def _relative(conversation: Conversation, reading: Reading, scene: Scene) -> Reading:
    """The reading with what is said relative to the times on the table or to the appointment moved."""
    draft = conversation.draft
    if draft and draft.asked == "offer" and (moved := offers.moved_on(draft, reading, scene)):
        return replace(reading, when=moved)
    known = conversation.booking(draft.booking) if draft and draft.purpose == "move" else None
    if draft is None or known is None or wish.names_day(draft.when):
        return reading
    when = moving.destination(scene.local(known.appointment.start), reading)
    return replace(reading, when=when if when != wish.NOTHING else None)
