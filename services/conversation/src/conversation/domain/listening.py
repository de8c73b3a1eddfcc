"""One message of the customer, answered: questions first, then the wish, else courtesy, facts, an AI."""

from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta

from contracts.bookings import Appointment
from conversation.domain import booking_flow, cancelling, faq, moving, offers, open_questions, wish
from conversation.domain.answers import answers
from conversation.domain.appointments import listed, words_of
from conversation.domain.questions import ask_otherwise, repeat
from conversation.domain.reading import Reading
from conversation.domain.small_talk import hello, small_talk
from conversation.domain.state import Conversation, Draft
from conversation.domain.turn import Outcome, Scene
from conversation.domain.understanding import Intent

Rule = Callable[[Conversation, Reading, Scene], Outcome | None]

DRAFT_LASTS = timedelta(minutes=30)
JUST_BOOKED = timedelta(minutes=30)


def respond(conversation: Conversation, reading: Reading, scene: Scene) -> Outcome:
    """Every message gets one answer: something said, or something requested that will be told."""
    conversation = _current(conversation, reading, scene)
    greeting = hello(conversation, scene) if reading.has(Intent.GREET) else None
    fact = _certain_fact(reading, scene)
    told = (fact,) if fact else answers(reading, scene)
    outcome = _wish(conversation, reading, scene, only_said=bool(fact))
    if reading.has(Intent.HUMAN):
        outcome = _calling_human(outcome or Outcome(conversation), scene)
    elif outcome is None and told:
        outcome = repeat(conversation, scene)
    if outcome is None:
        return _otherwise(conversation, reading, scene)
    outcome = outcome.after(*told)
    return outcome.after(greeting) if greeting and outcome.says else outcome


def _calling_human(outcome: Outcome, scene: Scene) -> Outcome:
    called = open_questions.call_human(outcome.conversation, scene)
    joined = outcome.after(*called.says, requests=called.requests)
    return replace(joined, conversation=called.conversation)


def _current(conversation: Conversation, reading: Reading, scene: Scene) -> Conversation:
    """Without a draft that was left lying, and knowing the name that was said."""
    draft = conversation.draft
    if draft and scene.now - draft.touched > DRAFT_LASTS:
        conversation = conversation.but(draft=None)
    return conversation.but(name=reading.name or conversation.name)


def _certain_fact(reading: Reading, scene: Scene) -> str | None:
    """A known question, word for word: "quanto costa disdire?" is answered, and nothing is cancelled."""
    if reading.has(Intent.HOURS, Intent.STOP):
        return None
    fact = faq.answer_to(reading.text, scene.config, closeness=faq.CERTAIN)
    return fact.answer.in_(scene.phrases.language) if fact else None


def _wish(conversation: Conversation, reading: Reading, scene: Scene, *, only_said: bool) -> Outcome | None:
    """What the message means for an appointment; None if nothing.

    `only_said`: the words have a meaning already, so a wish must be said beside them, not inferred.
    """
    rules: tuple[Rule, ...] = (_answer, _change, _draft, _beginning)
    if only_said:
        said = reading.sure and reading.has(Intent.BOOK)
        rules = (_answer, _draft, _beginning) if said else (_answer,)
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
    outcome = None
    match draft.asked:
        case "cancel" if agreed or reading.has(Intent.CANCEL):
            outcome = cancelling.confirmed(conversation, scene)
        case "cancel" if reading.has(Intent.DENY):
            outcome = _kept(conversation, scene)
        case "human" if agreed:
            outcome = open_questions.call_human(conversation.but(draft=None), scene)
        case "booking" if reading.booking or reading.adds_to_a_wish:
            pick = moving.pick if draft.purpose == "move" else cancelling.pick
            outcome = pick(conversation, reading, scene)
        case "offer" if (slot := offers.taken(draft, reading, scene)) and not reading.has(Intent.CANCEL):
            outcome = booking_flow.take(conversation, slot, scene)
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
    draft = conversation.draft
    first = reading.intents[0] if reading.intents else None
    # "Non posso venire, facciamo venerdì?" wants another day rather than none.
    moves = reading.has(Intent.MOVE) and (first is Intent.MOVE or reading.when is not None)
    if first is Intent.CANCEL and not moves:
        return cancelling.begin(conversation, reading, scene)
    if first in (Intent.MOVE, Intent.CANCEL):
        changeable = draft is not None and draft.purpose != "cancel" and reading.when is not None
        if changeable and draft and (draft.booking or not conversation.coming(scene.now)):
            return None
        return moving.begin(conversation, reading, scene)
    if reading.has(Intent.MY_BOOKINGS):
        return _list_bookings(conversation, scene)
    return None


def _list_bookings(conversation: Conversation, scene: Scene) -> Outcome:
    coming = conversation.coming(scene.now)
    if not coming:
        return Outcome(conversation, (scene.phrases("no_bookings"),))
    if len(coming) == 1:
        return Outcome(conversation, (scene.phrases("my_booking", **words_of(coming[0], scene)),))
    return Outcome(conversation, (f"{scene.phrases('my_bookings')}\n{listed(coming, scene)}",))


def _draft(conversation: Conversation, reading: Reading, scene: Scene) -> Outcome | None:
    """More about the open wish, or another mind about it."""
    draft = conversation.draft
    if draft is None or draft.asked in ("booking", "cancel"):
        return None
    anew = reading.has(Intent.BOOK) and reading.sure and draft.purpose == "move"
    if anew:
        return None
    before = conversation.but(draft=draft.but(asked=None, options=(), touched=scene.now))
    merged = booking_flow.merge(before, _relative(conversation, reading, scene))
    if merged != before:
        return booking_flow.proceed(merged, scene)
    if reading.has(Intent.DENY):
        return booking_flow.decline(conversation, scene)
    return repeat(conversation, scene) if reading.has(Intent.BOOK, Intent.AVAILABILITY) else None


def _relative(conversation: Conversation, reading: Reading, scene: Scene) -> Reading:
    """The reading with what it leaves out of a move taken from the appointment that is moved."""
    draft = conversation.draft
    known = conversation.booking(draft.booking) if draft and draft.purpose == "move" else None
    if draft is None or known is None or wish.names_day(draft.when):
        return reading
    when = moving.destination(scene.local(known.appointment.start), reading)
    return replace(reading, when=when if when != wish.NOTHING else None)


def _beginning(conversation: Conversation, reading: Reading, scene: Scene) -> Outcome | None:
    """A new wish. A bare day or time right after a booking changes that booking instead."""
    if not _wishes(conversation.draft, reading):
        return None
    said = reading.has(Intent.BOOK, Intent.AVAILABILITY) and reading.sure
    recent = _just_booked(conversation, scene)
    if recent is None or reading.when is None or said or reading.services:
        return booking_flow.begin(conversation, reading, scene)
    if wish.fits(scene.local(recent.start), reading.when):
        return None  # "A domani!" after booking for tomorrow
    return moving.change_of_mind(conversation, recent, reading, scene)


def _wishes(draft: Draft | None, reading: Reading) -> bool:
    """Whether the message wants an appointment; beside a question only if it says so."""
    asks = reading.has(*_QUESTIONS)
    looks = reading.has(Intent.AVAILABILITY) and not reading.has(Intent.HOURS)
    wants = reading.has(Intent.BOOK) or looks
    if draft and draft.asked in ("booking", "cancel"):
        return wants and reading.sure
    if asks:
        return wants and (reading.sure or bool(reading.services and reading.when))
    leaves = reading.has(Intent.BYE) and not (reading.when and reading.when.times)
    return not leaves and (wants or bool(reading.when or reading.services))


_QUESTIONS = (Intent.HOURS, Intent.ADDRESS, Intent.PRICES, Intent.SERVICES, Intent.HUMAN)


def _just_booked(conversation: Conversation, scene: Scene) -> Appointment | None:
    fresh = [
        one.appointment for one in conversation.bookings
        if not one.cancelled and one.appointment.start > scene.now and scene.now - one.told <= JUST_BOOKED
    ]  # fmt: skip
    return fresh[-1] if fresh else None


def _otherwise(conversation: Conversation, reading: Reading, scene: Scene) -> Outcome:
    """No question we answer and no wish: a known fact, a courtesy, or not understood."""
    if fact := faq.answer_to(reading.text, scene.config):
        return repeat(conversation, scene).after(fact.answer.in_(scene.phrases.language))
    answer = small_talk(conversation, reading, scene)
    if answer is None and reading.name:
        answer = scene.phrases("nice_to_meet", name=reading.name)
    open_draft = conversation.draft is not None
    if answer and not (open_draft and reading.has(Intent.AFFIRM) and not reading.has(Intent.THANKS)):
        return repeat(conversation, scene).after(answer)
    if open_draft and "?" not in reading.text:
        return ask_otherwise(conversation, scene)
    return open_questions.ask_ai(conversation, scene)
