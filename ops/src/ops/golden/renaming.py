"""Puts invented names in the place of real ones, wherever a text says them."""

import re
from collections.abc import Iterable

from conversation.domain.understanding.lexicon import lexicon_of
from conversation.domain.understanding.text import fold
from ops.golden.cast import Cast
from ops.golden.vocabulary import WORD, Words

_LIKE = {
    "a": "aàáâãäåā", "c": "cçćč", "e": "eèéêëēę", "i": "iìíîïī", "n": "nñń", "o": "oòóôõöøō", "s": "sśš",
    "u": "uùúûüū", "y": "yýÿ", "z": "zźžż", "l": "lł", "d": "dđ",
}  # fmt: skip
_GAP = r"[\W_]{1,3}"
SHORTEST_SPACED = 4
"""Letters: "m a r t a" is a name written apart, while "a l" may be anything."""

PARTICLES = frozenset(word for code in ("it", "en", "fr") for word in lexicon_of(code).names.particles)
"""Small words inside a name, which tell nothing: "di", "van"."""


class Renaming:
    """Knows the names of one conversation. A word of the business is replaced only inside a whole name."""

    def __init__(self, names: Iterable[str], words: Words, cast: Cast) -> None:
        self._words, self._cast = words, cast
        self._surnames: dict[str, bool] = {}  # each word of a name, folded; whether it is a surname
        self._whole: dict[str, list[str]] = {}  # names of several words, by their letters
        whole = [name for name in names if self._learn(name)]
        single = [word for word in self._surnames if word not in words.business]
        shown = sorted((*whole, *single), key=len, reverse=True)
        self._pattern = re.compile("|".join(map(spelled, shown)) or r"(?!)", re.IGNORECASE)

    def _learn(self, name: str) -> bool:
        """Takes the words of a name in; whether it has several."""
        parts = [word for word in WORD.findall(name) if len(word) > 1 and fold(word) not in PARTICLES]
        for n, word in enumerate(parts):
            self._surnames.setdefault(fold(word), n > 0)
        if len(parts) > 1:
            self._whole[fold("".join(WORD.findall(name)))] = WORD.findall(name)
        return len(parts) > 1

    def whole(self, name: str) -> str:
        """What stands for a name that fills a field. One the business uses as well ("Marco") stays."""
        if fold(name.strip()) in self._words.business:
            return name
        return WORD.sub(self._word, re.sub(r"\d", "0", name))

    def apply(self, text: str, read: Iterable[str] = ()) -> str:
        """The text with invented names. `read`: names that are sure to stand in it, however written."""
        sure = frozenset(fold(word) for name in read for word in WORD.findall(name))
        return self._pattern.sub(lambda match: self._replaced(match, sure), text)

    def _replaced(self, match: re.Match[str], sure: frozenset[str]) -> str:
        written = "".join(WORD.findall(match[0]))
        folded = fold(written)
        if folded in self._whole and len(WORD.findall(match[0])) != len(self._whole[folded]):
            return " ".join(self._cased(word, written) for word in self._whole[folded])
        if folded not in self._surnames or folded in self._whole:
            return WORD.sub(self._word, match[0])
        if folded in self._words.common and folded not in sure and not written_as_a_name(match):
            return match[0]
        return self._cast.name(written, surname=self._surnames[folded])

    def _cased(self, word: str, written: str) -> str:
        cased = word.upper() if written.isupper() else word.lower() if written.islower() else word.title()
        return WORD.sub(self._word, cased)

    def _word(self, match: re.Match[str]) -> str:
        word = match[0]
        if fold(word) in PARTICLES or len(word) == 1:
            return word
        return self._cast.name(word, surname=self._surnames.get(fold(word), False))


def spelled(name: str) -> str:
    """A pattern for a name in any accents, written together, with its words apart, or letter by letter."""
    parts = ["".join(map(_letter, fold(word))) for word in WORD.findall(name)]
    letters = [_letter(char) for word in WORD.findall(name) for char in fold(word)]
    ways = [r"[\W_]*".join(parts), re.escape(name)]
    if len(letters) >= SHORTEST_SPACED:
        ways.append(_GAP.join(letters))
    return rf"(?<![^\W\d_])(?:{'|'.join(ways)})(?![^\W\d_])"


def _letter(char: str) -> str:
    return f"[{_LIKE[char]}]" if char in _LIKE else re.escape(char)


def written_as_a_name(match: re.Match[str]) -> bool:
    """Whether a word that means something else as well is a name here: a capital where no sentence begins,
    or one that a stop or another capital follows."""
    if not match[0].istitle():
        return False
    before, after = match.string[: match.start()].rstrip(), match.string[match.end() :]
    begins = not before or before[-1] in ".!?\n:…"
    following = re.match(r"\s+([^\W\d_])", after)
    return not begins or following is None or following[1].isupper()
