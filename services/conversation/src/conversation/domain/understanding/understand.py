"""Read one customer message by rules: the same text and moment give the same reading."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from functools import lru_cache

from conversation.domain.understanding.choice import find_choice
from conversation.domain.understanding.intents import COURTESIES, Scored, command, find_intents
from conversation.domain.understanding.language import guess_language
from conversation.domain.understanding.lexicon import lexicon_of
from conversation.domain.understanding.model import (
    Expecting,
    Intent,
    Language,
    Understanding,
    Vocabulary,
    When,
)
from conversation.domain.understanding.names import bare_name, introduced_name
from conversation.domain.understanding.reading import read_as
from conversation.domain.understanding.terms import match_terms, speller_of
from conversation.domain.understanding.text import normalise
from conversation.domain.understanding.when import read_when
from conversation.domain.understanding.wishes import Wish

LANGUAGES: tuple[Language, ...] = ("it", "en", "fr")
NOTHING_ASKED = Expecting()
LONGEST_TEXT = 2_000  # characters; what follows in a longer message is not read
INFERRED = 0.6  # a day or a service without a verb is most likely a booking,
ANSWERED = 0.8  # and more surely so when the bot has just asked for it
_ABOUT_A_BOOKING = (Intent.MOVE, Intent.CANCEL, Intent.MY_BOOKINGS, Intent.BOOK)


@dataclass(frozen=True)
class _Setting:
    """What a reading needs beside the words."""

    now: datetime
    vocabulary: Vocabulary
    expecting: Expecting
    languages: tuple[Language, ...]


def understand(
    text: str,
    *,
    now: datetime,
    vocabulary: Vocabulary,
    expecting: Expecting = NOTHING_ASKED,
    languages: tuple[Language, ...] = LANGUAGES,
    current: Language | None = None,
) -> Understanding:
    """What the message says. `now` is aware and in the tenant's zone.

    `languages` are the tenant's, the default first; `current` is that of the conversation so far.
    The intent of a bare answer (a name, an option) is UNKNOWN, with a confidence above zero.
    """
    text = text[:LONGEST_TEXT]
    plain = normalise(text)
    language = guess_language(plain, languages, current)
    if (slash := command(text)) is not None:
        return Understanding(slash, 1.0, language, None, (), (), None, None, (slash,))
    setting = _Setting(now, vocabulary, expecting, languages)
    order = _reading_order(language, current, languages)
    first = _read(text, plain, order[0], setting)
    if language is None or first.confidence == 0:
        others = [_read(text, plain, each, setting) for each in order[1:]]
        first = max([first, *others], key=_told)
    return replace(first, language=language)


def _reading_order(
    guessed: Language | None, current: Language | None, languages: Sequence[Language]
) -> tuple[Language, ...]:
    likely = (guessed, current, *languages)
    return tuple(dict.fromkeys(each for each in likely if each is not None and each in languages))


def _told(reading: Understanding) -> tuple[int, float]:
    """How much a reading found; of equal ones `max` takes the likelier language."""
    when = reading.when
    if when is None:
        return 0, reading.confidence
    parts = (when.dates, when.times, when.not_before, when.not_after, when.date_range)
    return sum(part not in ((), None) for part in parts), reading.confidence


def _read(text: str, plain: str, language: Language, setting: _Setting) -> Understanding:
    """The message as a speaker of `language` takes it."""
    lexicon, asked, vocabulary = lexicon_of(language), setting.expecting, setting.vocabulary
    said = read_as(
        plain,
        language,
        keep=_foreign_words(language, setting.languages),
        names=speller_of(vocabulary.services, vocabulary.staff),
    )
    scored, when = _change_of_mind(said, language, setting, find_intents(said, language, asked.slot))
    services = match_terms(
        said,
        vocabulary.services,
        modifiers=lexicon.service_modifiers,
        alone=asked.slot in ("service", "choice"),
    )
    answered = bool(when or services or _beyond_courtesy(scored))
    known = _words_of_no_name(setting.languages)
    name = introduced_name(text, lexicon, known)
    if name is None and asked.slot == "name" and not answered:
        name = bare_name(text, lexicon, known)
    own_name = match_terms(normalise(name), vocabulary.staff) if name else ()
    reading = Understanding(
        intent=Intent.UNKNOWN,
        confidence=0.0,
        language=language,
        when=when,
        services=services,
        staff=tuple(s for s in match_terms(said, vocabulary.staff) if s not in own_name),
        name=name,
        choice=find_choice(said, asked.options, lexicon, when) if asked.options else None,
        intents=(),
    )
    return _with_intents(reading, scored, asked)


def _with_intents(reading: Understanding, scored: Sequence[Scored], asked: Expecting) -> Understanding:
    """Add the intents found; a day, a service or a person without any wish is one to book."""
    found = _without_second_wish(scored)
    wishes = any(intent not in COURTESIES for intent, _ in found)
    if not wishes and (reading.when or reading.services or reading.staff):
        sure = ANSWERED if asked.slot in ("when", "service", "choice") else INFERRED
        agreed = any(intent is Intent.AFFIRM for intent, _ in found)
        found.insert(1 if agreed else 0, (Intent.BOOK, sure))
    if not found:
        answer = reading.name is not None or reading.choice is not None
        return replace(reading, confidence=ANSWERED if answer else 0.0)
    intent, confidence = found[0]
    intents = tuple(intent for intent, _ in found)
    return replace(reading, intent=intent, confidence=confidence, intents=intents)


def _change_of_mind(
    said: str, language: Language, setting: _Setting, scored: Sequence[Scored]
) -> tuple[Sequence[Scored], When | None]:
    """What is wanted when; "I can't make it tomorrow, Thursday?" moves rather than cancels."""
    wish = _wish(scored)
    when = read_when(said, language, setting.now, setting.expecting, wish)
    if wish == "cancel" and when is not None:
        offered = read_when(said, language, setting.now, setting.expecting, "new")
        if offered is not None and set(offered.dates) < set(when.dates):
            moved = [(Intent.MOVE if i is Intent.CANCEL else i, score) for i, score in scored]
            return moved, offered
    return scored, when


def _without_second_wish(scored: Sequence[Scored]) -> list[Scored]:
    """ "Vorrei disdire l'appuntamento" has the words of a booking, but asks for none."""
    first = next((i for i, _ in scored if i in _ABOUT_A_BOOKING), None)
    weaker = _ABOUT_A_BOOKING[_ABOUT_A_BOOKING.index(first) + 1 :] if first else ()
    return [s for s in scored if s[0] not in weaker or s[0] is Intent.CANCEL]


def _wish(scored: Sequence[Scored]) -> Wish:
    intents = [intent for intent, _ in scored]
    if Intent.MOVE in intents:
        return "move"
    return "cancel" if Intent.CANCEL in intents else "new"


def _beyond_courtesy(scored: Sequence[Scored]) -> bool:
    """Greetings and thanks may stand beside a name; "no" and "boh" may not."""
    beside = (Intent.GREET, Intent.THANKS, Intent.AFFIRM, Intent.BYE)
    return any(intent not in beside for intent, _ in scored)


@lru_cache(maxsize=32)
def _foreign_words(language: Language, languages: tuple[Language, ...]) -> frozenset[str]:
    others = (lexicon_of(other).word_set for other in languages if other != language)
    return frozenset().union(*others)


@lru_cache(maxsize=8)
def _words_of_no_name(languages: tuple[Language, ...]) -> frozenset[str]:
    lexicons = [lexicon_of(language) for language in languages]
    names = frozenset(name for lexicon in lexicons for name in lexicon.given_names)
    return frozenset().union(*(lexicon.word_set for lexicon in lexicons)) - names
