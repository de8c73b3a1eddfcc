"""The customer's own name."""

import re
from collections.abc import Collection, Sequence
from dataclasses import dataclass
from itertools import takewhile

from conversation.domain.understanding.lexicon import Lexicon
from conversation.domain.understanding.text import fold

LONGEST_NAME = 5
INSIDE_NAME = re.compile(r"[ \t]*['’\-.]?[ \t]*")


@dataclass(frozen=True)
class _Word:
    folded: str
    start: int
    end: int
    capital: bool


def introduced_name(text: str, lexicon: Lexicon, known: Collection[str]) -> str | None:
    """The name after "mi chiamo" and the like, as written, or None.

    `known` are words that make no name. After a weaker cue ("sono") only what looks like a name
    counts: capitals, or nothing else behind it.
    """
    spoken = _words(text)
    folded = [word.folded for word in spoken]
    for cues, sure in ((lexicon.names.sure, True), (lexicon.names.likely, False)):
        for cue in sorted(cues, key=len, reverse=True):
            name = _after(cue.split(), folded, spoken, text, lexicon, known, sure)
            if name:
                return name
    return None


def bare_name(text: str, lexicon: Lexicon, known: Collection[str]) -> str | None:
    """The whole message as a name, courtesies left out: "Marta Rossi, grazie"."""
    if re.search(r"[\d?]", text):
        return None
    spoken = [word for word in _words(text) if word.folded not in lexicon.fillers]
    if not 1 <= len(spoken) <= LONGEST_NAME:
        return None
    name = _name_from(spoken, text, lexicon, known)
    return _shown(name, text) if name and len(name) == len(spoken) else None


def _after(
    cue: Sequence[str],
    folded: Sequence[str],
    spoken: Sequence[_Word],
    text: str,
    lexicon: Lexicon,
    known: Collection[str],
    sure: bool,
) -> str | None:
    for at in range(len(folded) - len(cue)):
        if list(folded[at : at + len(cue)]) != list(cue):
            continue
        rest = spoken[at + len(cue) :]
        name = _name_from(rest, text, lexicon, known)
        if name and (sure or name[0].capital or (at == 0 and len(name) == len(rest))):
            return _shown(name, text)
    return None


def _name_from(spoken: Sequence[_Word], text: str, lexicon: Lexicon, known: Collection[str]) -> list[_Word]:
    name: list[_Word] = []
    for word in takewhile(lambda w: not name or _together(name[-1], w, text), spoken):
        particle = word.folded in lexicon.names.particles
        if len(name) == LONGEST_NAME or (word.folded in known and not particle):
            break
        if name and name[0].capital and not word.capital and not particle:
            break
        name.append(word)
    while name and name[-1].folded in lexicon.names.particles:
        name.pop()
    return name if any(len(word.folded) > 1 for word in name) else []


def _together(left: _Word, right: _Word, text: str) -> bool:
    return INSIDE_NAME.fullmatch(text[left.end : right.start]) is not None


def _shown(name: Sequence[_Word], text: str) -> str:
    written = " ".join(text[name[0].start : name[-1].end].split())
    one_case = written.islower() or (written.isupper() and len(written) > 3)
    return re.sub(r"[^\W\d_]+", lambda m: m[0].capitalize(), written) if one_case else written


def _words(text: str) -> list[_Word]:
    return [_Word(fold(m[0]), m.start(), m.end(), m[0][0].isupper()) for m in re.finditer(r"[^\W\d_]+", text)]
