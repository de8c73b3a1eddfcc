"""Text in the one form that the guard compares: folded, numbers in figures, cut into clauses."""

import re
import unicodedata
from functools import lru_cache
from typing import Final, NamedTuple

from text_to_num import alpha2digit  # type: ignore[import-untyped]

from contracts.tenants import Language
from conversation.domain.guard.wording import wording_of
from conversation.domain.understanding.lexicon import lexicon_of
from conversation.domain.understanding.text import fold

_PLAINER: Final = str.maketrans("’‘`´–—\u00a0\u202f\u2009\u2011", "''''--   -")
_MILLIONS: Final = re.compile(r"\b(\d{1,3}) 1000000\b")  # "2 million" after text2num
_WORD: Final = re.compile(r"[^\W\d_]+")
_SENTENCE: Final = re.compile(r"(?<!\d)\.(?!\w)|(?<=\d)\.(?=\s|$)|[!?\n]")
_CLAUSE: Final = re.compile(r"(?<!\d)[,:]|[,:](?!\d)|[;()\"«»“”…]| - ")


class Clause(NamedTuple):
    """A part of a sentence. `denied`: it says what is not. `open`: it does not say for sure."""

    text: str
    denied: bool
    open: bool


class Sentence(NamedTuple):
    text: str
    clauses: tuple[Clause, ...]
    asks: bool


def visible(text: str) -> str:
    """Without characters that nobody sees."""
    return "".join(char for char in text if char in "\n\t" or unicodedata.category(char)[0] != "C")


def written(text: str) -> str:
    """Folded, with one kind of apostrophe, dash and space."""
    return fold(text.translate(_PLAINER))


@lru_cache(maxsize=4096)
def plain(text: str, language: Language) -> str:
    """As `written`, with the numbers of this language in figures."""
    digits = str(alpha2digit(text.translate(_PLAINER), language, 0))
    return written(_MILLIONS.sub(r"\g<1>000000", digits))


def language_of(text: str, expected: Language) -> Language:
    """The language that most words of `text` belong to; `expected` where that leaves a doubt."""
    words = _WORD.findall(fold(text))
    languages: tuple[Language, ...] = (expected, "it", "en", "fr")
    return max(languages, key=lambda each: sum(word in lexicon_of(each).own_words for word in words))


@lru_cache(maxsize=1024)
def sentences_of(text: str, language: Language) -> tuple[Sentence, ...]:
    """The sentences of a plain text, in order."""
    found, start = [], 0
    for end in (*_SENTENCE.finditer(text), None):
        part = text[start : end.start() if end else len(text)].strip()
        if part:
            found.append(Sentence(part, _clauses(part, language), end is not None and end[0] == "?"))
        start = end.end() if end else start
    return tuple(found)


def _clauses(sentence: str, language: Language) -> tuple[Clause, ...]:
    wording = wording_of(language)
    cut = wording.turns.sub(";", sentence)
    parts = [part.strip() for part in _CLAUSE.split(cut) if part.strip()]
    clauses: list[Clause] = []
    for part in parts:
        meant = wording.not_denying.sub(" ", part)
        goes_on = bool(clauses) and not wording.asserts.search(meant)
        denied = bool(wording.denying.search(meant)) or (goes_on and clauses[-1].denied)
        doubted = bool(wording.doubting.search(meant)) or (goes_on and clauses[-1].open)
        clauses.append(Clause(part, denied, doubted))
    return tuple(clauses)


def words_in(text: str) -> list[str]:
    """The words of a plain text, numbers and signs left out."""
    return _WORD.findall(text)
