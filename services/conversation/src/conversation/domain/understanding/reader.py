"""One message as a speaker of one language takes it."""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import lru_cache

from conversation.domain.understanding.choice import find_choice
from conversation.domain.understanding.intents import Scored, find_intents
from conversation.domain.understanding.lexicon import lexicon_of
from conversation.domain.understanding.model import (
    Expecting,
    Intent,
    Language,
    Understanding,
    Vocabulary,
    When,
)
from conversation.domain.understanding.names import NameFinder
from conversation.domain.understanding.patterns import any_of, bounded
from conversation.domain.understanding.purpose import beyond_courtesy, wanted_when, with_intents
from conversation.domain.understanding.reading import read_as
from conversation.domain.understanding.remainder import asks_or_tells
from conversation.domain.understanding.terms import match_terms, named_together, speller_of, stem_of
from conversation.domain.understanding.text import normalise, words
from conversation.domain.understanding.when import read_source

MOST_NAMES = 3


@dataclass(frozen=True)
class Setting:
    """What a reading needs beside the words."""

    now: datetime
    vocabulary: Vocabulary
    expecting: Expecting
    languages: tuple[Language, ...]


def read_in(language: Language, text: str, setting: Setting) -> Understanding:
    asked, vocabulary = setting.expecting, setting.vocabulary
    said = read_as(
        normalise(text),
        language,
        keep=_foreign_words(language, setting.languages),
        names=speller_of(vocabulary.services, vocabulary.staff),
    )
    cues = find_intents(said, language, asked.slot, asks=text.rstrip().endswith("?"))
    scored, when = wanted_when(said, language, setting.now, asked, cues)
    services = match_terms(
        said,
        vocabulary.services,
        modifiers=_modifiers(setting.languages),
        alone=asked.slot in ("service", "choice"),
    )
    choice = find_choice(said, asked.options, lexicon_of(language), when)
    answered = bool(when or services or beyond_courtesy(scored))
    name = _name(text, language, setting, answered=answered)
    if name and asked.slot == "name" and when and not when.times:
        when = None  # "Carla Domenica"
    reading = Understanding(
        intent=Intent.UNKNOWN,
        confidence=0.0,
        language=language,
        when=when,
        services=services,
        staff=_staff(said, name, vocabulary),
        name=name,
        choice=choice,
        intents=(),
        follow_up=_follows_up(said, language),
        bundle=_bundle(said, language, setting) if len(services) > 1 else (),
        corrects=_corrections(language).search(said) is not None,
        source=_source(said, language, setting, scored),
        open_rest=not (when or services or name) and asks_or_tells(said, language, asks="?" in text),
        maybe_name=None if scored or answered else _maybe_name(text, language, setting),
    )
    return with_intents(reading, scored, asked)


def _bundle(said: str, language: Language, setting: Setting) -> tuple[tuple[str, ...], ...]:
    lexicon, services = lexicon_of(language), setting.vocabulary.services
    if any(word in lexicon.alternatives for word in words(said)):
        return ()
    return named_together(said, services, lexicon.joiners, modifiers=_modifiers(setting.languages))


def _source(said: str, language: Language, setting: Setting, scored: Sequence[Scored]) -> When | None:
    moves = any(intent is Intent.MOVE for intent, _ in scored)
    return read_source(said, language, setting.now, setting.expecting) if moves else None


def _follows_up(said: str, language: Language) -> bool:
    return _follow_ups(language).match(said) is not None


@lru_cache(maxsize=8)
def _corrections(language: Language) -> re.Pattern[str]:
    return bounded("|".join(lexicon_of(language).corrections))


@lru_cache(maxsize=8)
def _follow_ups(language: Language) -> re.Pattern[str]:
    return bounded(any_of(lexicon_of(language).follow_ups))


def _staff(said: str, name: str | None, vocabulary: Vocabulary) -> tuple[str, ...]:
    """The staff meant; who says "sono Giulia" does not ask for Giulia."""
    own = match_terms(normalise(name), vocabulary.staff) if name else ()
    return tuple(each for each in match_terms(said, vocabulary.staff) if each not in own)


def _name(text: str, language: Language, setting: Setting, *, answered: bool) -> str | None:
    finder = NameFinder(text, lexicon_of(language), _words_of_no_name(setting.languages))
    introduced = finder.introduced()
    if introduced is not None or setting.expecting.slot != "name":
        return introduced
    return finder.bare() if not answered else finder.with_surname(_calendar_words(setting.languages))


def _maybe_name(text: str, language: Language, setting: Setting) -> str | None:
    """Up to three words with capitals that no language knows: "Bob Dylan", not "Boh"."""
    finder = NameFinder(text, lexicon_of(language), _words_of_no_name(setting.languages))
    name = finder.bare()
    plain = name is not None and name in text and "!" not in text
    return name if name and plain and name.istitle() and len(name.split()) <= MOST_NAMES else None


@lru_cache(maxsize=32)
def _foreign_words(language: Language, languages: tuple[Language, ...]) -> frozenset[str]:
    others = (lexicon_of(other).word_set for other in languages if other != language)
    return frozenset().union(*others)


@lru_cache(maxsize=8)
def _modifiers(languages: tuple[Language, ...]) -> frozenset[str]:
    return frozenset(stem_of(word) for each in languages for word in lexicon_of(each).service_modifiers)


@lru_cache(maxsize=8)
def _calendar_words(languages: tuple[Language, ...]) -> frozenset[str]:
    """Days and months, which are surnames as well."""
    lexicons = [lexicon_of(language) for language in languages]
    return frozenset(word for each in lexicons for word in (*each.weekdays, *each.months))


@lru_cache(maxsize=8)
def _words_of_no_name(languages: tuple[Language, ...]) -> frozenset[str]:
    lexicons = [lexicon_of(language) for language in languages]
    names = frozenset(name for lexicon in lexicons for name in lexicon.given_names)
    return frozenset().union(*(lexicon.word_set for lexicon in lexicons)) - names
