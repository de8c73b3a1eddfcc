"""What a message means for an appointment: an answer, a change, more about the open wish, a new one."""

from collections.abc import Callable
from dataclasses import replace

from conversation.domain import (
    booking_flow,
    cancelling,
    correcting,
    moving,
    offers,
    open_questions,
    open_wish,
    wish,
)
from conversation.domain.appointments import just_booked, listed, words_of
from conversation.domain.questions import ask_otherwise
from conversation.domain.reading import Reading
from conversation.domain.shifts import shifted
from conversation.domain.state import Conversation, Draft
from conversation.domain.turn import Outcome, Scene
from conversation.domain.understanding import Intent

Rule = Callable[[Conversation, Reading, Scene], Outcome | None]


def wish_in(conversation: Conversation, reading: Reading, scene: Scene, *, only_said: bool) -> Outcome | None:
    """What the message means for an appointment; None if nothing.

    `only_said`: the words have a meaning already, so a wish must be said beside them, not inferred.
    """
    rules: tuple[Rule, ...] = (_answer, _change, open_wish.refined, _beginning)
    if only_said:
        said = reading.has(Intent.BOOK) and (reading.sure or bool(reading.services and reading.when))
        rules = (_answer, open_wish.refined, _beginning) if said else (_answer,)
    for rule in rules:
        if (outcome := rule(conversation, reading, scene)) is not None:
            return outcome
    return None


def _answer(conversation: Conversation, reading: Reading, scene: Scene) -> Outcome | None:
    """The answer to a question with a closed set of answers."""
    draft = conversation.draft
    if draft is None:
        return None
    agreed = reading.has(Intent.AFFIRM) and not reading.has(Intent.DENY)
    dropped = reading.has(Intent.DROP) and not reading.adds_to_a_wish
    outcome = None
    match draft.asked:
        case "cancel" | "replace" if dropped:
            outcome = _kept(conversation, scene)
        case _ if dropped:
            outcome = booking_flow.let_go(conversation, scene)
        case "cancel" if agreed or reading.has(Intent.CANCEL):
            outcome = cancelling.confirmed(conversation, scene)
        case "replace" if agreed:
            agreed_on = booking_flow.merge(conversation.drafted(asked=None), reading)
            outcome = booking_flow.proceed(agreed_on, scene)
        case "cancel" | "replace" if reading.has(Intent.DENY):
            outcome = _kept(conversation, scene)
        case "human" if agreed:
            outcome = open_questions.call_human(conversation.but(draft=None), scene)
        case "booking" if reading.booking or reading.adds_to_a_wish or reading.has(Intent.ALL):
            pick = moving.pick if draft.purpose == "move" else cancelling.pick
            outcome = pick(conversation, reading, scene)
        case "offer" if (slot := offers.taken(draft, reading, scene)) and not reading.has(Intent.CANCEL):
            outcome = booking_flow.take(conversation, slot, reading, scene)
        case "name" if reading.has(Intent.DENY):
            outcome = ask_otherwise(conversation, scene)
        case "name" if (name := _bare_name(reading)) is not None:
            named = booking_flow.merge(conversation.but(name=name), replace(reading, name=name))
            outcome = booking_flow.proceed(named, scene)
    return outcome


def _bare_name(reading: Reading) -> str | None:
    """A few words with nothing else in them, in answer to "your name?"."""
    if reading.name:
        return reading.name
    words = reading.text.split()
    plain = 1 <= len(words) <= 4 and all(word.strip(".,'’-").isalpha() for word in words)
    known = any(intent is not Intent.UNKNOWN for intent in reading.intents)
    return reading.text.strip(" .,") if plain and not known and not reading.adds_to_a_wish else None


def _kept(conversation: Conversation, scene: Scene) -> Outcome:
    draft = conversation.draft
    known = conversation.booking(draft.booking) if draft else None
    conversation = conversation.but(draft=None)
    if known is None:
        return Outcome(conversation, (scene.phrases("no_problem"),))
    words = words_of(known.appointment, scene)
    return Outcome(conversation, (scene.phrases("kept", service=words["service"], moment=words["moment"]),))


def _change(conversation: Conversation, reading: Reading, scene: Scene) -> Outcome | None:
    """Cancel, move, or list appointments."""
    if (corrected := correcting.begin(conversation, reading, scene)) is not None:
        return corrected
    if (moved := _shifted(conversation, reading, scene)) is not None:
        return moved
    first = reading.intents[0] if reading.intents else None
    # "Non posso venire, facciamo venerdì?" wants another day rather than none.
    moves = reading.has(Intent.MOVE) and (first is Intent.MOVE or reading.when is not None)
    if first is Intent.CANCEL and not moves:
        return cancelling.begin(conversation, reading, scene)
    if first in (Intent.MOVE, Intent.CANCEL):
        return _move(conversation, reading, scene)
    if reading.has(Intent.MY_BOOKINGS) and first not in (Intent.BOOK, Intent.AVAILABILITY):
        return _list_bookings(conversation, scene)
    return None


def _shifted(conversation: Conversation, reading: Reading, scene: Scene) -> Outcome | None:
    """ "Un'ora dopo?", "le lendemain plutôt" about the appointment just made, or the only one."""
    coming = conversation.coming(scene.now)
    meant = just_booked(conversation, scene) or (coming[0] if len(coming) == 1 else None)
    if conversation.draft or meant is None or not shifted(reading.text, scene.local(meant.start)):
        return None
    return moving.move(conversation, meant, reading, scene)


def _move(conversation: Conversation, reading: Reading, scene: Scene) -> Outcome | None:
    """Another time for an appointment, or for the wish that is still open (then None: it is merged)."""
    draft = conversation.draft
    about_draft = draft is not None and (draft.booking is not None or not conversation.coming(scene.now))
    if draft is None or draft.purpose == "cancel" or not (about_draft or not reading.sure):
        return moving.begin(conversation, reading, scene)
    if reading.when is None and draft.asked == "offer":
        return booking_flow.decline(conversation, scene)
    asks_again = draft.purpose == "move" and reading.when is None
    return moving.begin(conversation, reading, scene) if asks_again else None


def _list_bookings(conversation: Conversation, scene: Scene) -> Outcome:
    coming = conversation.coming(scene.now)
    if not coming:
        return Outcome(conversation, (scene.phrases("no_bookings"),))
    if len(coming) == 1:
        return Outcome(conversation, (scene.phrases("my_booking", **words_of(coming[0], scene)),))
    return Outcome(conversation, (f"{scene.phrases('my_bookings')}\n{listed(coming, scene)}",))


def _beginning(conversation: Conversation, reading: Reading, scene: Scene) -> Outcome | None:
    """A new wish. A bare day or time right after a booking changes that booking instead."""
    if not _wishes(conversation.draft, reading):
        return None
    said = reading.has(Intent.BOOK, Intent.AVAILABILITY) and reading.sure
    recent = just_booked(conversation, scene)
    changes = bool(reading.when or reading.staff)
    if recent is None or not changes or said or reading.services:
        return booking_flow.begin(conversation, reading, scene)
    if reading.when and not reading.staff and wish.fits(scene.local(recent.start), reading.when):
        return None  # "A domani!" after booking for tomorrow
    return moving.change_of_mind(conversation, recent, reading, scene)


def _wishes(draft: Draft | None, reading: Reading) -> bool:
    """Whether the message wants an appointment; beside a question only if it says so."""
    asks = reading.has(*_QUESTIONS)
    looks = reading.has(Intent.AVAILABILITY) and not reading.has(Intent.HOURS)
    wants = reading.has(Intent.BOOK, Intent.SOONEST) or looks
    if draft and draft.asked in ("booking", "cancel"):
        return wants and reading.sure
    if asks:
        return wants and (reading.sure or bool(reading.services and reading.when))
    leaves = reading.has(Intent.BYE) and not (reading.when and reading.when.times)
    return not leaves and (wants or bool(reading.when or reading.services))


_QUESTIONS = (Intent.HOURS, Intent.ADDRESS, Intent.PRICES, Intent.SERVICES, Intent.OFFERS, Intent.HUMAN)
