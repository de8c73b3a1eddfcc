"""One customer message as the dialogue reads it: whose language it is in, and what it says."""

from datetime import datetime, time

from contracts.messages import Inbound
from contracts.tenants import Language, TenantConfig
from conversation.domain.reading import Reading, picked, with_choice
from conversation.domain.state import Conversation, Draft, Question, Topic
from conversation.domain.understanding import Expecting, Intent, Term, Understanding, Vocabulary, understand
from conversation.domain.understanding.foreign import is_foreign
from conversation.domain.understanding.model import Slot as ExpectedSlot

TOO_FEW_WORDS = 2  # to change the language of the talk

_EXPECTED: dict[Question, ExpectedSlot] = {
    "service": "service", "when": "when", "day": "when", "time": "choice", "date": "choice",
    "name": "name", "offer": "choice", "booking": "choice", "cancel": "confirm",
    "replace": "confirm", "human": "confirm",
}  # fmt: skip


def read(
    heard: Inbound, conversation: Conversation, config: TenantConfig, now: datetime, *, aware: bool
) -> Reading:
    """`now` is local. `aware` is false for a message written before the open question was seen."""
    language = language_of(heard, conversation, config)
    tapped = picked(heard.choice, Reading(heard.text, language), config) if heard.choice else None
    if tapped:
        return tapped
    draft = conversation.draft if aware else None
    said = understand(
        heard.text, now=now, vocabulary=vocabulary(config),
        expecting=_expecting(draft, conversation.topic, config),
        languages=config.languages, current=conversation.language or _hinted(heard, config),
    )  # fmt: skip
    clear = conversation.language is None or _clear(heard.text, said)
    spoken = said.language if clear and said.language in config.languages else None
    if clear and is_foreign(heard.text, config.languages):
        spoken = _bridge(config)
    return with_choice(_reading(heard.text, said, spoken or language), said, draft, config)


def _bridge(config: TenantConfig) -> Language:
    """What we speak with somebody whose language we do not: English, where the business has it."""
    return "en" if "en" in config.languages else config.languages[0]


def language_of(heard: Inbound, conversation: Conversation, config: TenantConfig) -> Language:
    """The language so far: the conversation's, else what the channel hints at, else the business's first."""
    known = conversation.language
    if known and known in config.languages:
        return known
    return _hinted(heard, config) or config.languages[0]


def _hinted(heard: Inbound, config: TenantConfig) -> Language | None:
    hint = (heard.language_hint or "")[:2].lower()
    return next((one for one in config.languages if one == hint), None)


def vocabulary(config: TenantConfig) -> Vocabulary:
    """What customers of this business may name."""
    return Vocabulary(
        services=tuple(Term(one.id, (*one.name.all(), *one.aliases)) for one in config.services),
        staff=tuple(Term(one.id, (one.name, *one.aliases)) for one in config.staff),
    )


def _expecting(draft: Draft | None, topic: Topic | None, config: TenantConfig) -> Expecting:
    opening = [interval.start for intervals in config.hours.values() for interval in intervals]
    late = not opening or min(opening) >= time(8)
    if draft is None or draft.asked is None:
        which: ExpectedSlot = (
            "service" if topic and len(topic.services) > 1 else None
        )  # "uomo", after two prices
        return Expecting(which, morning_hours_unlikely=late)
    titles = tuple(option.title for option in draft.options)
    return Expecting(_EXPECTED[draft.asked], titles, morning_hours_unlikely=late)


def _clear(text: str, said: Understanding) -> bool:
    """Two words are little evidence against the language spoken so far; a greeting is enough."""
    return len(text.split()) > TOO_FEW_WORDS or said.intent in (Intent.GREET, Intent.THANKS)


def _reading(text: str, said: Understanding, language: Language) -> Reading:
    return Reading(
        text=text, language=language, intents=said.intents or (said.intent,),
        confidence=said.confidence, when=said.when, services=said.services, staff=said.staff,
        name=said.name, follow_up=said.follow_up, source=said.source, corrects=said.corrects,
        bundle=said.bundle, open_rest=said.open_rest, maybe_name=said.maybe_name,
    )  # fmt: skip
