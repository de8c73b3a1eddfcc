"""Promises: what is free, cheaper, paid back or guaranteed, done for the customer, or still to be had."""

import re

from contracts.tenants import Language
from conversation.domain.guard.figures import figures_in
from conversation.domain.guard.grounds import Grounds
from conversation.domain.guard.mentions import Mention, mentions_in, services_in
from conversation.domain.guard.plain import Clause, Sentence, written
from conversation.domain.guard.vocabulary import content_of, stem_of
from conversation.domain.guard.wording import wording_of
from conversation.domain.understanding.lexicon import lexicon_of

_SPEAKING: tuple[Language, ...] = ("it", "en", "fr")


def broken_promise(sentences: tuple[Sentence, ...], language: Language, grounds: Grounds) -> str:
    """What is promised that the facts do not hold, in a word; empty if nothing."""
    before = ""
    for sentence in sentences:
        for clause in sentence.clauses:
            if clause.denied:
                continue
            if _done(clause, sentence, language, grounds):
                return "done"
            if _available(clause, sentence, language, grounds):
                return "availability"
            for name, shape in wording_of(language).promises.items():
                if shape.search(clause.text) and not _granted(name, sentence, before, language, grounds):
                    return name
        before = sentence.text
    return ""


def _done(clause: Clause, sentence: Sentence, language: Language, grounds: Grounds) -> bool:
    done = wording_of(language).done
    return _states(done, clause, sentence, language) and not _said_before(done, sentence, grounds)


def _available(clause: Clause, sentence: Sentence, language: Language, grounds: Grounds) -> bool:
    available = wording_of(language).available
    stated = not clause.open and _states(available, clause, sentence, language)
    return stated and not _said_before(available, sentence, grounds)


def _states(shape: re.Pattern[str], clause: Clause, sentence: Sentence, language: Language) -> bool:
    """Says so, and neither asks nor says "if" or "once" before it."""
    match = shape.search(clause.text)
    if match is None or sentence.asks:
        return False
    return not wording_of(language).conditional.search(clause.text[: match.start()])


def _said_before(shape: re.Pattern[str], sentence: Sentence, grounds: Grounds) -> bool:
    """The business has said so in this talk, of the same services and figures."""
    services = services_in(sentence.text, grounds.config)
    figures = [one.values for one in figures_in(sentence.text)]
    for said in grounds.said:
        told = services_in(said, grounds.config)
        held = {value for one in figures_in(said) for value in one.values}
        if shape.search(said) and services <= told and all(values & held for values in figures):
            return True
    return False


def _granted(name: str, sentence: Sentence, before: str, language: Language, grounds: Grounds) -> bool:
    """Some fact promises the same of the same thing, and no service is promised beside it."""
    shape = wording_of(language).promises[name]
    config = grounds.config
    ourselves = _stems(written(f"{config.name} {config.kind}"))
    about = (
        _about(shape.sub(" ", sentence.text), language) - ourselves or _about(before, language) - ourselves
    )
    services = services_in(sentence.text, grounds.config)
    granting = [text for text in (*grounds.business.facts, *grounds.said) if _promises(name, text)]
    if any(about & _stems(text) and services <= services_in(text, grounds.config) for text in granting):
        return True
    free = {one.id for one in grounds.config.services if one.price == 0}
    mentions = _nearest(shape, sentence.text, mentions_in(sentence.text, grounds.config))
    return name == "free" and bool(mentions) and all(one.services & free for one in mentions)


def _nearest(shape: re.Pattern[str], text: str, mentions: tuple[Mention, ...]) -> list[Mention]:
    """For each promise the service beside it: "a free estimate of your driveway"."""
    return [
        min(mentions, key=lambda one: min(abs(one.start - match.end()), abs(match.start() - one.end)))
        for match in shape.finditer(text)
        if mentions
    ]


def _promises(name: str, text: str) -> bool:
    return any(wording_of(each).promises[name].search(text) for each in _SPEAKING)


def _about(text: str, language: Language) -> frozenset[str]:
    return frozenset(stem_of(word) for word in content_of(text).difference(lexicon_of(language).common_words))


def _stems(text: str) -> frozenset[str]:
    return frozenset(stem_of(word) for word in content_of(text))
