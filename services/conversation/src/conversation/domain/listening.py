"""One message of the customer, answered: questions first, then the wish, else courtesy, facts, an AI."""

from dataclasses import replace
from datetime import timedelta

from conversation.domain import faq, open_questions
from conversation.domain.answers import answers
from conversation.domain.appointment_talk import wish_in
from conversation.domain.appointments import just_booked
from conversation.domain.questions import ask_otherwise, repeat
from conversation.domain.reading import Reading
from conversation.domain.small_talk import hello, small_talk
from conversation.domain.state import Conversation
from conversation.domain.topic import followed_up, remembering
from conversation.domain.turn import Outcome, Scene
from conversation.domain.understanding import Intent

DRAFT_LASTS = timedelta(hours=6)  # who is at work answers hours later


def respond(conversation: Conversation, reading: Reading, scene: Scene) -> Outcome:
    """Every message gets one answer: something said, or something requested that will be told."""
    conversation = _current(conversation, reading, scene)
    reading = followed_up(conversation, reading, scene)
    conversation = remembering(conversation, reading, scene)
    greeting = hello(conversation, scene) if reading.has(Intent.GREET) else None
    fact = _certain_fact(reading, scene)
    told = (fact,) if fact else answers(_about(conversation, reading, scene), scene)
    outcome = wish_in(conversation, reading, scene, only_said=bool(fact))
    if reading.has(Intent.HUMAN):
        outcome = _calling_human(outcome or Outcome(conversation), scene)
    elif outcome is None and told:
        outcome = repeat(conversation, scene)
    if outcome is None:
        return _greeted(_otherwise(conversation, reading, scene), reading, greeting)
    outcome = replace(outcome, conversation=outcome.conversation.but(unclear=0)).after(*told)
    return outcome.after(greeting) if greeting and outcome.says else outcome


def _greeted(outcome: Outcome, reading: Reading, greeting: str | None) -> Outcome:
    """An open question that began with a greeting: who we are goes before the answer, or the AI's."""
    if greeting is None or not reading.greets_and_more:
        return outcome
    if outcome.says:
        return outcome.after(greeting)
    return replace(outcome, conversation=outcome.conversation.but(preface=(greeting,)))


def _about(conversation: Conversation, reading: Reading, scene: Scene) -> Reading:
    """ "Quanto costa?" in the middle of a wish, or right after it, asks about what is wished."""
    recent, draft = just_booked(conversation, scene), conversation.draft
    booked = (recent.service_id,) if recent else ()
    if reading.services or not reading.has(Intent.PRICES):
        return reading
    return replace(reading, services=draft.services if draft else booked)


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


def _otherwise(conversation: Conversation, reading: Reading, scene: Scene) -> Outcome:
    """No question we answer and no wish: a known fact, a courtesy, or not understood."""
    understood = conversation.but(unclear=0)
    if fact := faq.answer_to(reading.text, scene.config):
        return repeat(understood, scene).after(fact.answer.in_(scene.phrases.language))
    if conversation.draft and reading.wordless:
        return repeat(understood, scene)
    for rule in (_introduced, _courtesy):
        if (outcome := rule(conversation, reading, scene)) is not None:
            return outcome
    if conversation.draft and "?" not in reading.text:
        return ask_otherwise(conversation, scene)
    return open_questions.ask_ai(conversation, scene)


def _introduced(conversation: Conversation, reading: Reading, scene: Scene) -> Outcome | None:
    """ "Mi chiamo Marta": noted, and the open question repeated. So is a bare name, if we knew none."""
    asked = conversation.draft is not None and conversation.draft.asked is not None
    name = reading.name
    if asked and conversation.customer_name is None:
        name = name or reading.maybe_name
    if name is None or (_says_more(reading) and not asked):
        return None
    told = scene.phrases("name_noted" if asked else "nice_to_meet", name=name)
    return repeat(conversation.but(name=name, unclear=0), scene).after(told)


def _says_more(reading: Reading) -> bool:
    return reading.intents != (Intent.UNKNOWN,)


def _courtesy(conversation: Conversation, reading: Reading, scene: Scene) -> Outcome | None:
    """Hello, thanks and the like, unless there is more to it; then the open question again."""
    answer = None if reading.greets_and_more else small_talk(conversation, reading, scene)
    if answer is None:
        return None
    understood = conversation.but(unclear=0)
    if reading.has(Intent.BYE):
        return Outcome(understood, (answer,))  # "ci penso": the question may wait
    if conversation.draft and reading.has(Intent.AFFIRM) and not reading.has(Intent.THANKS):
        return None
    return repeat(understood, scene).after(answer)
