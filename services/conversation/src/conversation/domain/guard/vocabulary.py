"""The words that a business uses of itself, to compare others with."""

from dataclasses import dataclass
from functools import lru_cache

from conversation.domain.guard.plain import words_in

SHORTEST = 3  # letters; shorter words are grammar
STEM = 4  # letters that two forms of a word share at least


@dataclass(frozen=True)
class Vocabulary:
    """Knows a word by its beginning: "washing" by "wash", "pieghe" by "piega"."""

    words: frozenset[str]
    beginnings: frozenset[str]

    def knows(self, word: str) -> bool:
        if word in self.words or _singular(word) in self.words:
            return True
        return len(word) >= STEM and word[: max(STEM, len(word) - 3)] in self.beginnings


def _singular(word: str) -> str:
    return f"{word[:-3]}y" if word.endswith("ies") else word.removesuffix("s")


@lru_cache(maxsize=256)
def vocabulary_of(texts: tuple[str, ...]) -> Vocabulary:
    """Of these plain texts."""
    words = frozenset().union(*map(content_of, texts))
    return Vocabulary(words, frozenset(word[:n] for word in words for n in range(STEM, len(word) + 1)))


@lru_cache(maxsize=4096)
def content_of(text: str) -> frozenset[str]:
    """The words of a plain text that may carry a meaning."""
    return frozenset(word for word in words_in(text) if len(word) >= SHORTEST)


def stem_of(word: str) -> str:
    """What the forms of a word share, roughly."""
    return word[: max(STEM, len(word) - 2)] if len(word) > STEM else word
