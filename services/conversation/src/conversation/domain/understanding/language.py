"""Guess the language of a message from its words."""

from collections.abc import Sequence

from conversation.domain.understanding.lexicon import lexicon_of
from conversation.domain.understanding.model import Language
from conversation.domain.understanding.text import words

OWN_WORD = 2.0  # a word that only this language has
SHARED_WORD = 0.5
REPAIRED_WORD = 1.0
ENOUGH = 1.0
CLEAR_LEAD = 0.2


def guess_language(
    text: str, languages: Sequence[Language], current: Language | None = None
) -> Language | None:
    """The language with the most evidence in normalised `text`; `current` wins a tie.

    None when there is no evidence ("15:30", "ok") or it is even.
    """
    scores = {language: _score(text, language, languages) for language in languages}
    best = max(scores.values(), default=0.0)
    if best < ENOUGH:
        return None
    near = [language for language, score in scores.items() if best - score <= CLEAR_LEAD]
    if len(near) == 1:
        return near[0]
    return current if current in near else None


def _score(text: str, language: Language, languages: Sequence[Language]) -> float:
    return sum(_evidence(word, language, languages) for word in words(text))


def _evidence(word: str, language: Language, languages: Sequence[Language]) -> float:
    knowing = [other for other in languages if word in lexicon_of(other).own_words]
    if language in knowing:
        return OWN_WORD if len(knowing) == 1 else SHARED_WORD / len(knowing)
    repaired = not knowing and lexicon_of(language).speller.repair(word) != word
    return REPAIRED_WORD if repaired else 0.0
