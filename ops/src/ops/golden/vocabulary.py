"""Words that are no customer's name, or not always: those of the business, and those of its languages."""

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from functools import lru_cache
from typing import Any

from contracts.tenants import TenantConfig
from conversation.domain.hearing import vocabulary
from conversation.domain.understanding.lexicon import lexicon_of
from conversation.domain.understanding.text import fold

WORD = re.compile(r"[^\W\d_]+")


@dataclass(frozen=True)
class Words:
    """`business`: what it calls its people, its services and itself; never a customer. `common`: words of its
    languages; a name only where one is written. `prose` is all the business says of itself, folded, letters
    and digits alone: a number or a street in it is public."""

    business: frozenset[str]
    common: frozenset[str]
    prose: str

    def public(self, text: str) -> bool:
        """Whether the business says this of itself."""
        return squeezed(text) in self.prose


@lru_cache(maxsize=4096)
def squeezed(text: str) -> str:
    """Folded letters and digits, all else left out."""
    return "".join(filter(str.isalnum, fold(text)))


def words_of(configs: Iterable[TenantConfig]) -> Words:
    """What the business and its languages say, in all the versions given."""
    configs = tuple(configs)
    texts = [text for config in configs for text in strings(_said_of_itself(config))]
    terms = (term for config in configs for kind in _kinds(config) for term in kind)
    named = {fold(word) for term in terms for name in term.names for word in WORD.findall(name)}
    proper = {fold(word) for text in texts for word in WORD.findall(text) if word[0].isupper()}
    lexicons = [lexicon_of(language) for config in configs for language in config.languages]
    plain = frozenset(fold(word) for text in texts for word in WORD.findall(text))
    return Words(
        business=frozenset(named | proper),
        common=plain.union(*(lexicon.word_set for lexicon in lexicons)),
        prose=" ".join(map(squeezed, texts)),
    )


def _kinds(config: TenantConfig) -> tuple[Any, ...]:
    known = vocabulary(config)
    return known.services, known.staff


def _said_of_itself(config: TenantConfig) -> Any:
    return config.model_dump(mode="json", exclude={"channels"})


def strings(content: Any) -> Iterator[str]:
    """All texts inside a JSON value, the names of fields left out."""
    return (text for _, text in fields(content))


def fields(content: Any, name: str = "") -> Iterator[tuple[str, str]]:
    """All texts inside a JSON value, each with the name of its field."""
    if isinstance(content, str):
        yield name, content
    elif isinstance(content, dict):
        for inner, value in content.items():
            yield from fields(value, inner)
    elif isinstance(content, list | tuple):
        for value in content:
            yield from fields(value, name)
