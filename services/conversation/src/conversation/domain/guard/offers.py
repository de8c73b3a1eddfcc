"""Services and products that the business is said to have and does not."""

import re

from contracts.tenants import Language
from conversation.domain.guard.grounds import Grounds
from conversation.domain.guard.plain import Sentence, words_in
from conversation.domain.guard.vocabulary import SHORTEST
from conversation.domain.guard.wording import wording_of

MOST_WORDS = 12  # of an offer that are looked at


def invented_offer(sentences: tuple[Sentence, ...], language: Language, grounds: Grounds) -> bool:
    """Whether a trade's word, or the thing that is offered, is none of the business's."""
    for sentence in sentences:
        if sentence.asks:
            continue
        for clause in sentence.clauses:
            if clause.denied or clause.open:
                continue
            if _of_another_trade(clause.text, language, grounds) or _unknown(clause.text, language, grounds):
                return True
    return False


def _of_another_trade(text: str, language: Language, grounds: Grounds) -> bool:
    knows = grounds.vocabulary.knows
    return any(not all(map(knows, words_in(match[0]))) for match in wording_of(language).trade.finditer(text))


def _unknown(text: str, language: Language, grounds: Grounds) -> bool:
    """Of what is offered, more is strange than known."""
    wording = wording_of(language)
    strange = known = 0
    for part in (*_after(text, wording.offers), *_before(text, wording.offered)):
        for word in part:
            if len(word) < SHORTEST or word in wording.everyday:
                continue
            if grounds.vocabulary.knows(word):
                known += 1
            else:
                strange += 1
    return strange > 0 and strange >= known


def _after(text: str, shape: re.Pattern[str]) -> list[list[str]]:
    return [words_in(text[match.end() :])[:MOST_WORDS] for match in shape.finditer(text)]


def _before(text: str, shape: re.Pattern[str]) -> list[list[str]]:
    return [words_in(text[: match.start()])[-MOST_WORDS:] for match in shape.finditer(text)]
