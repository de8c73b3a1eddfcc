"""Which service a figure of an answer stands beside, and whether it is that service's."""

import re
from collections.abc import Callable
from decimal import Decimal
from typing import Final, get_args

from contracts.tenants import Language, Service
from conversation.domain.guard.figure import Figure, Value
from conversation.domain.guard.figures import figures_in
from conversation.domain.guard.grounds import Grounds
from conversation.domain.guard.mentions import Mention, mentions_in, services_in
from conversation.domain.guard.plain import Sentence, words_in
from conversation.domain.guard.shapes import PRICE_WORD, UNITS
from conversation.domain.guard.vocabulary import content_of, stem_of
from conversation.domain.understanding.lexicon import lexicon_of

_FOR: Final = re.compile(r" (?:for|pour|per)(?: \w{1,4}'?)? ?")
"""Between an amount and what it is paid for."""


def price_of(service: Service) -> Value:
    """-1 where it has none."""
    return ("price", service.price.normalize() if service.price is not None else Decimal(-1))


def duration_of(service: Service) -> Value:
    """In minutes."""
    return ("duration", service.duration)


def is_of(figure: Figure, sentence: Sentence, grounds: Grounds, value_of: Callable[[Service], Value]) -> bool:
    """Whether it belongs to the service that is named beside it, or to a fact about the same thing."""
    beside = _beside(figure, sentence.text, grounds)
    if beside is None:
        return True
    services = (grounds.config.service(one) for one in sorted(beside.services))
    if any(value_of(one) in figure.values for one in services if one):
        return True
    return _told_so(figure, sentence, beside, grounds)


def _beside(figure: Figure, text: str, grounds: Grounds) -> Mention | None:
    """The service before it, unless it is "for" the one behind."""
    mentions = mentions_in(text, grounds.config)
    before = [one for one in mentions if one.end <= figure.start]
    after = [one for one in mentions if one.start >= figure.end]
    if after and _FOR.fullmatch(text[figure.end : after[0].start]):
        return after[0]
    return before[-1] if before else after[0] if after else None


def is_bare_figure_of(figure: Figure, sentence: Sentence, grounds: Grounds) -> bool:
    """Whether a number is the price or the minutes of the service before it: "the colour 90"."""
    before = [one for one in mentions_in(sentence.text, grounds.config) if one.end <= figure.start]
    services = (grounds.config.service(one) for one in (before[-1].services if before else ()))
    held = {str(value) for one in services if one for value in (one.duration, one.price)}
    return any(value[1] in held for value in figure.values)


def _told_so(figure: Figure, sentence: Sentence, beside: Mention, grounds: Grounds) -> bool:
    """A fact, or the business in this talk, names the figure, and more of what the sentence is about."""
    about = _stems(sentence.text) - _stems(sentence.text[beside.start : beside.end])
    others = {value for one in figures_in(sentence.text) if one != figure for value in one.values}
    unpriced = figure.kind == "price" and not any(_priced(one, grounds) for one in beside.services)
    for text in (*grounds.business.facts, *grounds.said):
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
