"""Calling an appointment off. With exactly one it is done at once: fewest turns, and easily booked again."""

from dataclasses import replace
from uuid import UUID

from contracts.bookings import Appointment, BookingCancelRequested
from conversation.domain.appointments import choices, listed, meant
from conversation.domain.booking_flow import let_go
from conversation.domain.questions import ask
from conversation.domain.reading import Reading
from conversation.domain.state import Conversation, Draft, Waiting
from conversation.domain.turn import Outcome, Scene
from conversation.domain.understanding import Intent


def begin(conversation: Conversation, reading: Reading, scene: Scene) -> Outcome:
    """ "Annulla la prenotazione" """
    draft, coming = conversation.draft, conversation.coming(scene.now)
    found = meant(coming, reading, scene)
    named = bool(reading.when or reading.services)
    if draft and draft.purpose == "move" and draft.booking and not named:
        return _ask_whether(conversation, draft.booking, scene)
    if draft and draft.purpose == "book" and not (named and len(found) == 1):
        return let_go(conversation, scene)
    if not coming:
        return Outcome(conversation.but(draft=None), (scene.phrases("no_bookings"),))
    if len(found) == 1 or (found and (reading.has(Intent.ALL) or reading.bundle)):
        return cancel(conversation, found, scene)
    if len(coming) == 1:
        return _ask_whether(conversation, coming[0].booking_id, scene)
    return _ask_which(conversation, found or coming, scene)


def cancel(conversation: Conversation, appointments: tuple[Appointment, ...], scene: Scene) -> Outcome:
    """Asks the scheduler to call them off, one after the other."""
    first, *later = (one.booking_id for one in appointments)
    waiting = Waiting(request="cancel", booking=first, then=tuple(later), since=scene.now)
    requested = BookingCancelRequested(booking_id=first)
    return Outcome(conversation.but(draft=None, waiting=waiting), requests=(requested,))


def go_on(before: Conversation, outcome: Outcome, scene: Scene) -> Outcome:
    """After one of several: calls off the next, and what is to be said of this one waits for the last."""
    waiting, conversation = before.waiting, outcome.conversation
    if waiting is None or conversation.waiting:
        return outcome
    left = tuple(one for one in conversation.coming(scene.now) if one.booking_id in waiting.then)
    if not left:
        return outcome
    return cancel(conversation.but(preface=(*conversation.preface, *outcome.says)), left, scene)


def confirmed(conversation: Conversation, scene: Scene) -> Outcome | None:
    """ "Sì" to "shall I cancel?"; None if the appointment has gone meanwhile."""
    draft = conversation.open_draft
    coming = conversation.coming(scene.now)
    found = next((one for one in coming if one.booking_id == draft.booking), None)
    return cancel(conversation, (found,), scene) if found else None


def pick(conversation: Conversation, reading: Reading, scene: Scene) -> Outcome | None:
    """The answer to "which appointment?"; None if it does not tell."""
    coming = conversation.coming(scene.now)
    if reading.has(Intent.ALL):
        asked = {one.id for one in conversation.open_draft.options}
        found = tuple(
            one for one, shown in zip(coming, choices(coming, scene), strict=False) if shown.id in asked
        )
        return cancel(conversation, found, scene) if found else None
    found = meant(coming, reading, scene)
    return cancel(conversation, found, scene) if len(found) == 1 else None


def _ask_whether(conversation: Conversation, booking: UUID, scene: Scene) -> Outcome:
    draft = Draft(purpose="cancel", booking=booking, touched=scene.now)
    return ask(conversation.but(draft=draft), scene, "cancel")


def _ask_which(conversation: Conversation, candidates: tuple[Appointment, ...], scene: Scene) -> Outcome:
    draft = Draft(purpose="cancel", touched=scene.now)
    asked = ask(conversation.but(draft=draft), scene, "booking", choices(candidates, scene))
    return replace(asked, says=(f"{asked.says[0]}\n{listed(candidates[:10], scene)}",))
