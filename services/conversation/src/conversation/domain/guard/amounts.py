"""Whether the figures of an answer are those of the facts, and beside the service they belong to."""

import re
from dataclasses import dataclass, replace
from decimal import Decimal
from typing import Final

from conversation.domain.guard.belonging import duration_of, is_bare_figure_of, is_of, price_of
from conversation.domain.guard.figure import Figure, Kind, Value
from conversation.domain.guard.figures import figures_in
from conversation.domain.guard.grounds import Grounds
from conversation.domain.guard.mentions import mentions_in
from conversation.domain.guard.plain import Sentence
from conversation.domain.guard.sums import multiples, sums

_TAKES: Final = re.compile(
    r"\b(?:takes?|lasts?|dura\w*|dure\w*|long|ci vuole|ci vogliono|serve|servono)\b|\bmin\b"
)
_PRICES: Final = re.compile(r"\b(?:prices|prezzi|prix|tarifs|tariffe)\b")


@dataclass(frozen=True)
class _Account:
    """What the figures of one answer are held against. `priced`: the prices it names and those of
    its services, `totals`: what they make together; `altogether`: minutes of its services together."""

    grounds: Grounds
    known: frozenset[Value]
    priced: frozenset[Decimal]
    totals: frozenset[Decimal]
    altogether: frozenset[Decimal]


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
    meant = [one for one in config.services if one.id in sure]
    listed = frozenset(one.price.normalize() for one in meant if one.price is not None)
    told = {v[1] for one in sentences for f in figures_in(one.text) if f.kind == "price" for v in f.values}
    priced = listed | {amount for amount in told if isinstance(amount, Decimal)}
    every = frozenset(one.id for one in config.services)
    overview = any(_PRICES.search(one.text) for one in sentences)
    known = grounds.known | grounds.held_by_services(every if overview else named)
    lasting = sums(Decimal(one.duration) for one in meant)
    return _Account(grounds, known, frozenset(priced), sums(priced), lasting)


def _holds(figure: Figure, sentence: Sentence, account: _Account) -> bool:
    grounds = account.grounds
    denied = any(one.denied and figure.text in one.text for one in sentence.clauses)
    if denied and figure.values & grounds.asked:
        return True
    match figure.kind:
        case "price":
            return _is_price(figure, sentence, account)
        case "number":
            return bool(figure.values & account.known) or is_bare_figure_of(figure, sentence, grounds)
    lasts = frozenset(value for value in figure.values if value[0] == "duration")
    if lasts and _TAKES.search(sentence.text):
        return _is_duration(replace(figure, values=lasts), sentence, account)
    return _of(figure, account.altogether) or bool(figure.values & (account.known | grounds.moments))


def _is_price(figure: Figure, sentence: Sentence, account: _Account) -> bool:
    if _of(figure, account.totals | multiples(account.priced, sentence.text)):
        return True
    return bool(figure.values & account.known) and is_of(figure, sentence, account.grounds, price_of)


def _is_duration(figure: Figure, sentence: Sentence, account: _Account) -> bool:
    if _of(figure, account.altogether):
        return True
    return bool(figure.values & account.known) and is_of(figure, sentence, account.grounds, duration_of)


def _of(figure: Figure, amounts: frozenset[Decimal]) -> bool:
    return any(value[1] in amounts for value in figure.values)
