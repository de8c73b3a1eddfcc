"""Find the tenant's services and staff in a message."""

from collections.abc import Collection
from dataclasses import dataclass
from functools import lru_cache

from conversation.domain.understanding.model import Term
from conversation.domain.understanding.spelling import Speller
from conversation.domain.understanding.text import normalise, words

TENANTS_KEPT = 128  # vocabularies prepared at a time; the bound on what is remembered of names
JOINED_WITHIN = 3  # words: "e anche una piega"


@dataclass(frozen=True)
class _Match:
    id: str
    said: frozenset[str]
    whole: bool


@dataclass(frozen=True)
class _Prepared:
    """Each term's id with the words that each of its names needs."""

    needed: tuple[tuple[str, tuple[frozenset[str], ...]], ...]
    speller: Speller


@lru_cache(maxsize=2 * TENANTS_KEPT)  # services and staff
def _prepared(terms: tuple[Term, ...]) -> _Prepared:
    needed = tuple((term.id, tuple(map(_needed, term.names))) for term in terms)
    return _Prepared(needed, speller_of(terms))


@lru_cache(maxsize=2 * TENANTS_KEPT)
def speller_of(*groups: tuple[Term, ...]) -> Speller:
    """Repairs towards the words of these names."""
    return Speller([w for terms in groups for term in terms for w in _name_words(term)], remembered=256)


def match_terms(
    text: str, terms: tuple[Term, ...], *, modifiers: Collection[str] = frozenset(), alone: bool = False
) -> tuple[str, ...]:
    """Ids of the terms named in normalised `text`, in the tenant's order.

    A name said in part ("taglio") matches every term that has the part; a fuller match of the same
    words ("taglio donna") leaves only itself. `modifiers` ("uomo", in their `stem_of` form) name nothing
    by themselves, unless `alone`: then the message answers the question which one.
    """
    said = _stems(text, terms)
    return tuple(match.id for match in _matches(said, terms, frozenset() if alone else modifiers))


def named_together(
    text: str, terms: tuple[Term, ...], joiners: Collection[str], *, modifiers: Collection[str] = frozenset()
) -> tuple[tuple[str, ...], ...]:
    """Ids of several terms, joined by an "and", in the order said; () if it is one or they are not joined.

    Those that the same words may name stand together: "taglio e piega" is (cut-women, cut-men), (blow-dry).
    """
    said = _stems(text, terms)
    groups: dict[int, tuple[str, ...]] = {}
    for match in _matches(said, terms, modifiers):
        place = min(map(said.index, match.said))
        groups[place] = (*groups.get(place, ()), match.id)
    last = max(groups, default=0)
    before = said[max(last - JOINED_WITHIN, 0) : last]
    joined = len(groups) > 1 and any(stem_of(word) in before for word in joiners)
    return tuple(ids for _, ids in sorted(groups.items())) if joined else ()


def _stems(text: str, terms: tuple[Term, ...]) -> list[str]:
    return [stem_of(_prepared(terms).speller.repair(word)) for word in words(text)]


def _matches(said: Collection[str], terms: tuple[Term, ...], weak: Collection[str]) -> list[_Match]:
    spoken = frozenset(said)
    found = (_match(term, needed, spoken, weak) for term, needed in _prepared(terms).needed)
    matches = [one for one in found if one is not None]
    return [m for m in matches if not any(_covers(other, m) for other in matches)]


def _match(
    term: str, names: tuple[frozenset[str], ...], said: frozenset[str], weak: Collection[str]
) -> _Match | None:
    found: list[_Match] = []
    for needed in names:
        hit = needed & said
        if hit and (hit == needed or any(len(word) >= 4 and word not in weak for word in hit)):
            found.append(_Match(term, hit, hit == needed))
    return max(found, key=lambda m: (len(m.said), m.whole), default=None)


def _covers(better: _Match, other: _Match) -> bool:
    if better.id == other.id or not other.said <= better.said:
        return False
    return len(better.said) > len(other.said) or (better.whole and not other.whole)


def _name_words(term: Term) -> list[str]:
    return [word for name in term.names for word in words(normalise(name))]


def _needed(name: str) -> frozenset[str]:
    return frozenset(map(stem_of, words(normalise(name)))) - _SMALL


def stem_of(word: str) -> str:
    """Without the ending that number and gender change: "tagli" and "taglio", "mens" and "men"."""
    if len(word) == 4:
        return word.removesuffix("s")
    return word.rstrip("aeios") if len(word) >= 5 else word


_SMALL = frozenset(("di", "da", "de", "of", "the", "la", "le", "il", "e", "and", "et", "per", "pour", "s"))
