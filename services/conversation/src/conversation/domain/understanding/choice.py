"""Which of the offered options a message points at."""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache

from conversation.domain.understanding.lexicon import Lexicon, lexicon_of
from conversation.domain.understanding.model import Expecting, Language, When
from conversation.domain.understanding.patterns import any_of, bounded
from conversation.domain.understanding.text import normalise, words

CLOCK = re.compile(r"(?<!\d)([01]?\d|2[0-4])[:.h]([0-5]\d)(?!\d)")


@dataclass(frozen=True)
class _Patterns:
    no_place: re.Pattern[str]
    ordinal: re.Pattern[str]
    number: re.Pattern[str]


@lru_cache(maxsize=8)
def _patterns(language: Language) -> _Patterns:
    lexicon = lexicon_of(language)
    pointers, numbers = any_of(lexicon.choice.pointers), any_of(lexicon.numbers)
    return _Patterns(
        no_place=bounded("|".join(lexicon.choice.no_places)),
        ordinal=bounded(any_of(lexicon.choice.ordinals)),
        number=bounded(rf"(?:(?:{pointers}) )?(\d|{numbers})[)°]?"),
    )


def find_choice(text: str, options: Sequence[str], lexicon: Lexicon, when: When | None) -> int | None:
    """0-based index of the option meant in normalised `text`; None when it is not clear.

    A time beats a number in the list: "alle 3" is three o'clock if an option is at 15:00.
    """
    if not options:
        return None
    titles = [normalise(option) for option in options]
    for found in (
        _by_title(text, titles),
        _by_time(titles, when),
        _by_position(text, len(titles), lexicon),
        _by_bare_hour(text, titles),
    ):
        if found is not None:
            return found
    return None


def asks_for_a_time(asked: Expecting) -> bool:
    """Whether times of day are offered, so that a bare "17" is one, too."""
    return asked.slot == "choice" and any(map(CLOCK.search, asked.options))


def _by_title(text: str, titles: Sequence[str]) -> int | None:
    said = f" {text.replace('|', ' ')} "
    whole = [i for i, title in enumerate(titles) if title and f" {title} " in said]
    if whole:
        return max(whole, key=lambda i: len(titles[i]))
    spoken = {word for word in words(text) if len(word) >= 3}
    hits = [len(spoken & set(words(title))) for title in titles]
    best = max(hits, default=0)
    return hits.index(best) if best and hits.count(best) == 1 else None


def _by_time(titles: Sequence[str], when: When | None) -> int | None:
    if when is None or len(when.times) != 1:
        return None
    said = (when.times[0].hour, when.times[0].minute)
    return _only([i for i, title in enumerate(titles) if said in _clocks(title)])


def _clocks(title: str) -> list[tuple[int, int]]:
    return [(int(m[1]), int(m[2])) for m in CLOCK.finditer(title)]


def _by_position(text: str, count: int, lexicon: Lexicon) -> int | None:
    words_for_places = lexicon.choice.ordinals
    patterns = _patterns(lexicon.language)
    text = patterns.no_place.sub("-", text)
    if match := patterns.ordinal.search(text):
        place = words_for_places[match[0]]
    elif match := patterns.number.fullmatch(text):
        place = lexicon.numbers[match[1]] if match[1] in lexicon.numbers else int(match[1])
    else:
        return None
    index = place - 1 if place > 0 else count + place
    return index if 0 <= index < count and place != 0 else None


def _by_bare_hour(text: str, titles: Sequence[str]) -> int | None:
    match = re.fullmatch(r"(?:[^\W\d]+ ){0,6}(\d{1,2})", text)
    if match is None:
        return None
    hours = {int(match[1]), int(match[1]) + 12}
    return _only([i for i, t in enumerate(titles) if any(h in hours for h, _ in _clocks(t))])


def _only(found: Sequence[int]) -> int | None:
    return found[0] if len(found) == 1 else None
