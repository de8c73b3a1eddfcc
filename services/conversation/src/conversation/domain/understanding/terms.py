"""Find the tenant's services and staff in a message."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass

from conversation.domain.understanding.model import Term
from conversation.domain.understanding.spelling import Speller
from conversation.domain.understanding.text import normalise, words


@dataclass(frozen=True)
class _Match:
    id: str
    said: frozenset[str]
    whole: bool


def speller_of(*groups: Sequence[Term]) -> Speller:
    """Repairs towards the words of these names."""
    return Speller([w for terms in groups for term in terms for w in _name_words(term)])


def match_terms(
    text: str, terms: Sequence[Term], *, modifiers: Collection[str] = (), alone: bool = False
) -> tuple[str, ...]:
    """Ids of the terms named in normalised `text`, in the tenant's order.

    A name said in part ("taglio") matches every term that has the part; a fuller match of the same
    words ("taglio donna") leaves only itself. `modifiers` ("uomo") name nothing by themselves,
    unless `alone`: then the message answers the question which one.
    """
    speller = speller_of(terms)
    said = frozenset(_singular(speller.repair(word)) for word in words(text))
    matches = [m for term in terms if (m := _match(term, said, modifiers, alone)) is not None]
    return tuple(m.id for m in matches if not any(_covers(other, m) for other in matches))


def _match(term: Term, said: frozenset[str], modifiers: Collection[str], alone: bool) -> _Match | None:
    found: list[_Match] = []
    for name in term.names:
        needed = frozenset(map(_singular, words(normalise(name)))) - _SMALL
        hit = needed & said
        telling = hit if alone else hit - frozenset(map(_singular, modifiers))
        if hit and (hit == needed or any(len(word) >= 4 for word in telling)):
            found.append(_Match(term.id, hit, hit == needed))
    return max(found, key=lambda m: (len(m.said), m.whole), default=None)


def _covers(better: _Match, other: _Match) -> bool:
    if better.id == other.id or not other.said <= better.said:
        return False
    return len(better.said) > len(other.said) or (better.whole and not other.whole)


def _name_words(term: Term) -> list[str]:
    return [word for name in term.names for word in words(normalise(name))]


def _singular(word: str) -> str:
    """Without the ending that number and gender change: "tagli" and "taglio", "mens" and "men"."""
    if len(word) == 4:
        return word.removesuffix("s")
    return word.rstrip("aeios") if len(word) >= 5 else word


_SMALL = frozenset(("di", "da", "de", "of", "the", "la", "le", "il", "e", "and", "et", "per", "pour", "s"))
