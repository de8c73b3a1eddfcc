"""Text in the one form that the guard compares: folded, numbers in figures, cut into clauses."""

import re
import unicodedata
from functools import lru_cache
from typing import Final, NamedTuple

from text_to_num import alpha2digit  # type: ignore[import-untyped]

from contracts.tenants import Language
from conversation.domain.guard.shapes import DOZENS
from conversation.domain.guard.wording import Wording, wording_of
from conversation.domain.understanding.lexicon import lexicon_of
from conversation.domain.understanding.patterns import any_of
from conversation.domain.understanding.text import fold

_PLAINER: Final = str.maketrans("’‘`´–—\u00a0\u202f\u2009\u2011", "''''--   -")
_MILLIONS: Final = re.compile(r"\b(\d{1,3}) 1000000\b")  # "2 million" after text2num
_DOZEN: Final = re.compile(rf"\b(?:(?:une?|una?|a) )?({any_of(DOZENS)})\b", re.IGNORECASE)
_NAME: Final = re.compile(r"(?<=[^.!?…:*\-–•\d\s] )[A-ZÀ-Ý][^\W\d_]+")
_WORD: Final = re.compile(r"(?<!\d)[^\W\d_]+")
_SENTENCE: Final = re.compile(r"(?<!\d)\.(?!\w)|(?<=\d)\.(?=\s|$)|[!?\n]")
_STRETCH: Final = re.compile(r"(?<!\d):|:(?!\d)|;")
_CLAUSE: Final = re.compile(r"(?<!\d),|,(?!\d)|[()\"«»“”…]| - ")


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
    counted = _DOZEN.sub(lambda match: str(DOZENS[match[1].lower()]), text.translate(_PLAINER))
    digits = str(alpha2digit(counted, language, 0))
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
    """A denial or a doubt reaches over commas, until something is asserted or a colon comes."""
    wording = wording_of(language)
    clauses: list[Clause] = []
    for stretch in _STRETCH.split(wording.turns.sub(";", sentence)):
        before = Clause("", denied=False, open=False)
        for part in filter(None, map(str.strip, _CLAUSE.split(stretch))):
            before = _clause(part, before, wording)
            clauses.append(before)
    return tuple(clauses)


def _clause(text: str, before: Clause, wording: Wording) -> Clause:
    meant = wording.not_denying.sub(" ", text)
    goes_on = bool(before.text) and not wording.asserts.search(meant)
    supposed = wording.supposing.search(meant)
    sure = meant[: supposed.start()] if supposed else meant  # "if you are not happy, …" denies nothing
    denied = bool(wording.denying.search(sure)) or (goes_on and before.denied)
    doubted = bool(wording.doubting.search(meant)) or (goes_on and before.open)
    return Clause(text, denied, doubted)


def names_in(text: str) -> frozenset[str]:
    """The words that are written with a capital inside a sentence, plain."""
    return frozenset(written(match) for match in _NAME.findall(text))


def words_in(text: str) -> list[str]:
    """The words of a plain text, numbers and signs left out."""
    return _WORD.findall(text)
