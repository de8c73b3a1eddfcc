"""What an answer says about being open: which days, which hours."""

from collections.abc import Iterator
from datetime import date, time
from itertools import pairwise
from typing import Final, NamedTuple

from contracts.tenants import WEEKDAYS, Language
from conversation.domain.guard.days import days_in, weekdays_in
from conversation.domain.guard.figures import figures_in
from conversation.domain.guard.grounds import Grounds
from conversation.domain.guard.plain import Clause, Sentence, words_in
from conversation.domain.guard.vocabulary import SHORTEST
from conversation.domain.guard.wording import Wording, wording_of
from conversation.domain.understanding.lexicon import lexicon_of

_CLOSING: Final = frozenset(("close", "closes", "chiudiamo", "chiude", "chiudono", "fermons", "ferment"))
"""What is done at an hour: "on Saturday we close earlier" calls no day closed."""


class _Claim(NamedTuple):
    """One word for open or closed with what belongs to it. Times in minutes of the day, as alternatives."""

    text: str
    shut: bool
    denied: bool
    days: tuple[date, ...]
    times: tuple[frozenset[object], ...]


def wrong_opening(sentences: tuple[Sentence, ...], language: Language, grounds: Grounds) -> bool:
    """Whether it says open of a closed day, closed of an open one, or an hour that is none of the day's."""
    if not grounds.config.hours:
        return False
    said = [sentence for sentence in sentences if not sentence.asks]
    if any(_names_closed_day(sentence, language, grounds) for sentence in said):
        return True
    claims = (one for sentence in said for one in _claims(sentence, language, grounds.now.date()))
    return any(not _true(claim, grounds) for claim in claims)


def _names_closed_day(sentence: Sentence, language: Language, grounds: Grounds) -> bool:
    """Something shall be on a weekday on which nobody is here, and that no fact speaks of."""
    wording = wording_of(language)
    if wording.closes.search(sentence.text) or any(one.denied or one.open for one in sentence.clauses):
        return False
    spoken = _days_named((*grounds.business.facts, *grounds.said), language)
    closed = {WEEKDAYS.index(day) for day in WEEKDAYS if not grounds.config.hours.get(day)}
    return bool(set(weekdays_in(sentence.text, language)) & closed - spoken)


def _days_named(texts: tuple[str, ...], language: Language) -> set[int]:
    """By their whole names: the texts may be of any language, and "mon" is a day in one alone."""
    names = lexicon_of(language).weekdays
    return {
        names[word] for text in texts for word in words_in(text) if len(word) > SHORTEST and word in names
    }


def _claims(sentence: Sentence, language: Language, today: date) -> Iterator[_Claim]:
    wording = wording_of(language)
    for clause in _about_opening(sentence, wording):
        for text in _one_by_one(clause.text, wording) if not clause.open else ():
            times = tuple(
                frozenset(value[1] for value in one.values if value[0] == "time")
                for one in figures_in(text) if one.kind == "time"
            )  # fmt: skip
            shut = bool(wording.closes.search(text))
            yield _Claim(text, shut, clause.denied, days_in(text, language, today), times)


def _about_opening(sentence: Sentence, wording: Wording) -> Iterator[Clause]:
    """The clauses that say open or closed; one that goes on about days or hours belongs to the one before."""
    current: Clause | None = None
    before = ""
    for clause in sentence.clauses:
        if wording.opens.search(clause.text) or wording.closes.search(clause.text):
            if current:
                yield current
            current = clause if current else clause._replace(text=f"{before}{clause.text}")
        elif current and not wording.ours.search(clause.text):
            current = current._replace(text=f"{current.text}, {clause.text}")
        before = f"{clause.text}, "
    if current:
        yield current


def _one_by_one(text: str, wording: Wording) -> list[str]:
    """ "open on Friday and closed on Sunday": each word of it with what follows."""
    places = sorted(
        match.start() for shape in (wording.opens, wording.closes) for match in shape.finditer(text)
    )
    return [text[start:end] for start, end in pairwise((0, *places[1:], len(text)))]


def _true(claim: _Claim, grounds: Grounds) -> bool:
    opening = grounds.config.opening
    spans = _spans(claim.days, grounds)
    if not (claim.shut or claim.denied):
        open_days = all(opening(day) for day in claim.days)
        return open_days and all(any(_within(time, spans) for time in times) for times in claim.times)
    if claim.times or not claim.days:
        return claim.denied or _ends(claim, spans, grounds)
    return not any(opening(day) for day in claim.days) or not _CLOSING.isdisjoint(claim.text.split())


def _ends(claim: _Claim, spans: list[tuple[int, int]], grounds: Grounds) -> bool:
    """Whether the hours are such at which a day's hours begin or end, or those that were asked about."""
    ends: set[object] = {end for span in spans for end in span}
    asked = {value[1] for value in grounds.moments if value[0] == "time"}
    return all(times & (ends | asked) for times in claim.times)


def _spans(days: tuple[date, ...], grounds: Grounds) -> list[tuple[int, int]]:
    """The opening hours of these days, or of the whole week, in minutes of the day."""
    config = grounds.config
    chosen = [config.opening(day) for day in days] if days else list(config.hours.values())
    return [(_minutes(one.start), _minutes(one.end)) for intervals in chosen for one in intervals]


def _minutes(moment: time) -> int:
    return moment.hour * 60 + moment.minute


def _within(minutes: object, spans: list[tuple[int, int]]) -> bool:
    return isinstance(minutes, int) and any(start <= minutes <= end for start, end in spans)
