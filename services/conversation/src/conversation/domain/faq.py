"""What the business knows: finds the fact whose question is closest to what the customer asks."""

import re
import unicodedata
from functools import lru_cache

from contracts.tenants import Fact, TenantConfig

CLOSE = 0.7  # share of a known question's words that must be met
CERTAIN = 1.0
_CONTENT = 3  # letters; shorter words are mostly grammar
_SHORT = 5  # letters; of a shorter word only the last one may differ


def answer_to(text: str, config: TenantConfig, *, closeness: float = CLOSE) -> Fact | None:
    """The fact that answers `text`; None if no known question is close enough."""
    asked = _content_words(text)
    scored = [(_closeness(asked, question), fact) for fact in config.facts for question in fact.questions]
    score, fact = max(scored, key=lambda one: one[0], default=(0.0, None))
    return fact if score >= closeness else None


def _closeness(asked: frozenset[str], question: str) -> float:
    known = _known_words(question)
    met = sum(any(_same(one, other) for other in asked) for one in known)
    return met / len(known) if known else 0.0


@lru_cache(maxsize=4096)
def _known_words(question: str) -> frozenset[str]:
    return _content_words(question)


def _content_words(text: str) -> frozenset[str]:
    parts = unicodedata.normalize("NFKD", text.casefold())
    plain = "".join(char for char in parts if not unicodedata.combining(char))
    return frozenset(word for word in re.findall(r"\w+", plain) if len(word) >= _CONTENT)


def _same(one: str, other: str) -> bool:
    """Equal but for the ending: "carta" and "carte", "cane" and "cani", "dog" and "dogs"."""
    shorter = min(len(one), len(other))
    if shorter <= _CONTENT:
        return one.removesuffix("s") == other.removesuffix("s")
    stem = shorter - (1 if shorter <= _SHORT else 2)
    return one[:stem] == other[:stem] and abs(len(one) - len(other)) <= 2
