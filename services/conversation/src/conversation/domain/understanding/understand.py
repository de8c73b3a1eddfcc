"""Read one customer message by rules: the same text and moment give the same reading."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime

from conversation.domain.understanding.choice import asks_for_a_time
from conversation.domain.understanding.intents import command
from conversation.domain.understanding.language import guess_language
from conversation.domain.understanding.model import Expecting, Language, Understanding, Vocabulary
from conversation.domain.understanding.purpose import INFERRED
from conversation.domain.understanding.reader import Setting, read_in
from conversation.domain.understanding.text import normalise

LANGUAGES: tuple[Language, ...] = ("it", "en", "fr")
NOTHING_ASKED = Expecting()
LONGEST_TEXT = 2_000  # characters; what follows in a longer message is not read


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
    order = _reading_order(language, current, languages)
    found = _best(text, order, language, Setting(now, vocabulary, expecting, languages))
    if asks_for_a_time(expecting) and found.when is None and found.choice is None:
        bare = replace(expecting, slot="when")
        found = _best(text, order, language, Setting(now, vocabulary, bare, languages))
    return replace(found, language=language)


def _best(text: str, order: Sequence[Language], language: Language | None, setting: Setting) -> Understanding:
    """The reading in the likeliest language, or in the one that finds more where that finds nothing."""
    first = read_in(order[0], text, setting)
    if language is None or first.confidence == 0:
        others = [read_in(each, text, setting) for each in order[1:]]
        # Where the language is clear, a word of another one must say more than a day by accident.
        first = max([first, *(r for r in others if language is None or r.confidence > INFERRED)], key=_told)
    return first


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
