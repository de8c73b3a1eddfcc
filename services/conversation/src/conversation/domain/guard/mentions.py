"""Which services a text speaks of, and where."""

import re
from dataclasses import dataclass
from functools import lru_cache
from typing import Final

from contracts.tenants import TenantConfig
from conversation.domain.guard.plain import written
from conversation.domain.guard.vocabulary import SHORTEST, stem_of

_WORD: Final = re.compile(r"[^\W\d_]+")
_SMALL: Final = frozenset(
    ("and", "for", "the", "del", "per", "con", "pour", "avec", "des", "les", "dei", "enfant", "mon")
)


@dataclass(frozen=True)
class Mention:
    """One or several services that the same words may mean."""

    services: frozenset[str]
    start: int
    end: int


_Names = tuple[tuple[str, tuple[str, ...]], ...]


def mentions_in(text: str, config: TenantConfig) -> tuple[Mention, ...]:
    """Those in a plain text, by place; neighbouring words that agree on a service are one mention."""
    return _mentions(text, tuple((one.id, (*one.name.all(), *one.aliases)) for one in config.services))


@lru_cache(maxsize=512)
def _mentions(text: str, names: _Names) -> tuple[Mention, ...]:
    table = _table(names)
    found: list[Mention] = []
    for match in _WORD.finditer(text):
        meant = table.get(stem_of(match[0]))
        if not meant:
            continue
        last = found[-1] if found else None
        beside = last and text[last.end : match.start()].strip(" '-s") == ""
        if last and beside and (meant & last.services or len(meant) > 1):
            found[-1] = Mention(meant & last.services or last.services, last.start, match.end())
        else:
            found.append(Mention(meant, match.start(), match.end()))
    return tuple(found)


@lru_cache(maxsize=128)
def _table(names: _Names) -> dict[str, frozenset[str]]:
    table: dict[str, frozenset[str]] = {}
    for service, each in names:
        for word in _WORD.findall(written(" ".join(each))):
            if len(word) >= SHORTEST and word not in _SMALL:
                stem = stem_of(word)
                table[stem] = table.get(stem, frozenset()) | {service}
    return table


def services_in(text: str, config: TenantConfig) -> frozenset[str]:
    """The ids of all services that a plain text may speak of."""
    return frozenset(one for mention in mentions_in(text, config) for one in mention.services)
