"""The customer's own name."""

import re
from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass

from conversation.domain.understanding.lexicon import Lexicon
from conversation.domain.understanding.text import fold

LONGEST_NAME = 5
PHONE = re.compile(r"[+]?\d(?:[ .-]?\d){6,}")  # often sent along with the name
INSIDE_NAME = re.compile(r"[ \t]*['’\-.]?[ \t]*")


@dataclass(frozen=True)
class _Word:
    folded: str
    start: int
    end: int
    capital: bool


class NameFinder:
    """Looks for the customer's name in a message as written.

    `known` are words that make no name, whatever their place.
    """

    def __init__(self, text: str, lexicon: Lexicon, known: Collection[str]) -> None:
        self._text = text = PHONE.sub(lambda number: " " * len(number[0]), text)
        self._lexicon = lexicon
        self._known = known
        self._words = [
            _Word(fold(m[0]), m.start(), m.end(), m[0][0].isupper()) for m in re.finditer(r"[^\W\d_]+", text)
        ]

    def introduced(self) -> str | None:
        """The name after "mi chiamo" and the like, or None.

        After a weaker cue ("sono") only what looks like a name counts: capitals, or nothing else
        in the message.
        """
        cues = self._lexicon.names
        spoken = f" {' '.join(word.folded for word in self._words)} "
        for phrases, sure in ((cues.sure, True), (cues.likely, False)):
            for cue in sorted((each for each in phrases if f" {each} " in spoken), key=len, reverse=True):
                if name := next(self._names_after(cue.split(), sure=sure), None):
                    return name
        return None

    def bare(self) -> str | None:
        """The whole message as a name, courtesies left out: "Marta Rossi, grazie"."""
        if re.search(r"[\d?]", self._text):
            return None
        spoken = [word for word in self._words if word.folded not in self._lexicon.fillers]
        name = self._name_from(spoken)
        return self._shown(name) if name and len(name) == len(spoken) else None

    def with_surname(self, surnames: Collection[str]) -> str | None:
        """The whole message as a first name and one of these, which mean something else alone."""
        if len(self._words) < 2 or self._words[0].folded in (*self._known, *surnames):
            return None
        return NameFinder(self._text, self._lexicon, frozenset(self._known) - frozenset(surnames)).bare()

    def _names_after(self, cue: Sequence[str], *, sure: bool) -> Iterator[str]:
        folded = [word.folded for word in self._words]
        for at in range(len(folded) - len(cue)):
            if folded[at : at + len(cue)] != list(cue):
                continue
            rest = self._words[at + len(cue) :]
            name = self._name_from(rest)
            if name and (sure or name[0].capital or (at == 0 and len(name) == len(rest))):
                yield self._shown(name)

    def _name_from(self, spoken: Sequence[_Word]) -> list[_Word]:
        """The longest run of words at the start that may be parts of one name."""
        name: list[_Word] = []
        for word in spoken[:LONGEST_NAME]:
            particle = word.folded in self._lexicon.names.particles
            if name and not self._continues(name, word, particle=particle):
                break
            if word.folded in self._known and not particle:
                break
            name.append(word)
        while name and name[-1].folded in self._lexicon.names.particles:
            name.pop()
        return name if any(len(word.folded) > 1 for word in name) else []

    def _continues(self, name: Sequence[_Word], word: _Word, *, particle: bool) -> bool:
        between = self._text[name[-1].end : word.start]
        same_case = word.capital or particle or not name[0].capital
        return same_case and INSIDE_NAME.fullmatch(between) is not None

    def _shown(self, name: Sequence[_Word]) -> str:
        written = " ".join(self._text[name[0].start : name[-1].end].split())
        if written.islower() or (written.isupper() and len(written) > 3):
            return re.sub(r"[^\W\d_]+", lambda match: match[0].capitalize(), written)
        return written
