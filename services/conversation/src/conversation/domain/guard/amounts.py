"""Whether the figures of an answer are those of the facts, and beside the service they belong to."""

import re
from collections.abc import Callable
from dataclasses import dataclass, replace
from decimal import Decimal
from itertools import combinations
from typing import Final, get_args

from contracts.tenants import Language, Service
from conversation.domain.guard.figures import Figure, Kind, Value, figures_in
from conversation.domain.guard.grounds import Grounds
from conversation.domain.guard.mentions import Mention, mentions_in, services_in
from conversation.domain.guard.plain import Sentence, words_in
from conversation.domain.guard.shapes import PRICE_WORD, UNITS
from conversation.domain.guard.vocabulary import content_of, stem_of
from conversation.domain.understanding.lexicon import lexicon_of

MOST_PARTS = 6  # of a sum
_TAKES: Final = re.compile(
    r"\b(?:takes?|lasts?|dura\w*|dure\w*|long|ci vuole|ci vogliono|serve|servono)\b|\bmin\b"
)
_PRICES: Final = re.compile(r"\b(?:prices|prezzi|prix|tarifs|tariffe)\b")


@dataclass(frozen=True)
class _Account:
    """What the figures of one answer are held against. `listed`: prices of the services it names."""

    grounds: Grounds
    known: frozenset[Value]
    listed: frozenset[Decimal]


def wrong_figure(sentences: tuple[Sentence, ...], grounds: Grounds, digits: frozenset[str]) -> Kind | None:
    """The kind of the first figure that nothing holds. `digits`: numbers written in figures; others count
    only as prices, times and the like, for "one" and "due" are words as well."""
    account = _account(sentences, grounds)
    for sentence in sentences:
        for figure in figures_in(sentence.text):
            if figure.kind == "number" and figure.text not in digits:
                continue
            if not _holds(figure, sentence, account):
                return figure.kind
    return None


def _account(sentences: tuple[Sentence, ...], grounds: Grounds) -> _Account:
    config = grounds.config
    mentions = [mention for one in sentences for mention in mentions_in(one.text, config)]
    named = frozenset(one for mention in mentions for one in mention.services)
    sure = {one for mention in mentions if len(mention.services) == 1 for one in mention.services}
    listed = {one.price.normalize() for one in config.services if one.id in sure and one.price is not None}
    every = frozenset(one.id for one in config.services)
    overview = any(_PRICES.search(one.text) for one in sentences)
    known = grounds.known | grounds.held_by_services(every if overview else named)
    return _Account(grounds, known, frozenset(listed))


def _holds(figure: Figure, sentence: Sentence, account: _Account) -> bool:
    grounds = account.grounds
    denied = any(one.denied and figure.text in one.text for one in sentence.clauses)
    if denied and figure.values & grounds.asked:
        return True
    if figure.kind == "price":
        if {value[1] for value in figure.values} & _sums(account.listed):
            return True
        return bool(figure.values & account.known) and _is_of(figure, sentence, grounds, _price_of)
    lasts = frozenset(value for value in figure.values if value[0] == "duration")
    if lasts and _TAKES.search(sentence.text):
        figure = replace(figure, values=lasts)
        return bool(lasts & account.known) and _is_of(figure, sentence, grounds, _duration_of)
    if figure.kind == "number":
        return bool(figure.values & account.known)
    return bool(figure.values & (account.known | grounds.moments))


def _price_of(service: Service) -> Value:
    return ("price", service.price.normalize() if service.price is not None else Decimal(-1))


def _duration_of(service: Service) -> Value:
    return ("duration", service.duration)


def _is_of(
    figure: Figure, sentence: Sentence, grounds: Grounds, value_of: Callable[[Service], Value]
) -> bool:
    """Whether it belongs to the service that is named beside it, or to a fact about the same thing."""
    beside = _beside(figure, mentions_in(sentence.text, grounds.config))
    if beside is None:
        return True
    services = (grounds.config.service(one) for one in sorted(beside.services))
    if any(value_of(one) in figure.values for one in services if one):
        return True
    return _told_so(figure, sentence, beside, grounds)


def _beside(figure: Figure, mentions: tuple[Mention, ...]) -> Mention | None:
    before = [one for one in mentions if one.end <= figure.start]
    after = [one for one in mentions if one.start >= figure.end]
    return before[-1] if before else after[0] if after else None


def _told_so(figure: Figure, sentence: Sentence, beside: Mention, grounds: Grounds) -> bool:
    """A fact, or the business in this talk, names the figure, and more of what the sentence is about."""
    about = _stems(sentence.text) - _stems(sentence.text[beside.start : beside.end])
    others = {value for one in figures_in(sentence.text) if one != figure for value in one.values}
    unpriced = figure.kind == "price" and not any(_priced(one, grounds) for one in beside.services)
    for text in (*grounds.facts, *grounds.said):
        held = {value for one in figures_in(text) for value in one.values}
        told = services_in(text, grounds.config)
        if not figure.values & held or (told and not told & beside.services):
            continue
        if about & _stems(text) or others & held or (unpriced and told):
            return True
    return False


def _priced(service: str, grounds: Grounds) -> bool:
    found = grounds.config.service(service)
    return found is not None and found.price is not None


def _stems(text: str) -> frozenset[str]:
    """Of the words that tell what a text is about."""
    return frozenset(stem_of(word) for word in content_of(text) if word not in _TELLING_NOTHING)


_TELLING_NOTHING: Final = frozenset(UNITS).union(
    ("fcfa", "euro", "euros", "dollars", "pounds", "rupees", "sterline", "francs"),
    *(lexicon_of(each).common_words for each in get_args(Language)),
    words_in(PRICE_WORD.pattern),
)


def _sums(parts: frozenset[Decimal]) -> set[Decimal]:
    most = sorted(parts)[:MOST_PARTS]
    return {
        sum(some, Decimal()).normalize() for n in range(2, len(most) + 1) for some in combinations(most, n)
    }
