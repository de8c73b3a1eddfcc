"""What an answer may rest on: the business's configuration, the moment, and what was said in this talk."""

import re
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import cached_property, lru_cache
from typing import Final, get_args

from contracts.completions import Utterance
from contracts.tenants import Fact, Language, Localised, TenantConfig
from conversation.domain.guard.figures import Value, figures_in
from conversation.domain.guard.mentions import services_in
from conversation.domain.guard.plain import plain, written
from conversation.domain.guard.vocabulary import Vocabulary, vocabulary_of

_YEARS: Final = re.compile(r"\b(?:years?|ann[oi]|ans?)\b")
NEAR_DAYS = 8  # whose dates anybody may reckon from today
_LANGUAGES: tuple[Language, ...] = get_args(Language)


@dataclass(frozen=True)
class Grounds:
    """`now` is local. `turns`: the talk so far, oldest first. `names`: what the customer is called, by their
    own word. `rules` are the instructions that the AI got, `facts_told` the part of them that it may repeat.
    """

    config: TenantConfig
    now: datetime
    language: Language
    turns: tuple[Utterance, ...]
    names: tuple[str, ...] = ()
    rules: str = ""
    facts_told: str = ""

    @cached_property
    def texts(self) -> tuple[str, ...]:
        """All that the business has written about itself, plain."""
        config, first = self.config, self.config.languages[0]
        own = [config.name, config.kind, config.persona or "", config.phone or ""]
        named = [name for one in config.staff for name in (one.name, *one.aliases)]
        named += [name for one in config.services for name in one.aliases]
        fixed = (plain(text, first) for text in (*own, *named))
        localised = [one.name for one in config.services]
        localised += [config.address] if config.address else []
        return (*fixed, *(text for one in localised for text in _plain_all(one, first)), *self.facts)

    @cached_property
    def places(self) -> tuple[str, ...]:
        """The parts of the address that hold numbers, plain: "14 leather lane"."""
        address, first = self.config.address, self.config.languages[0]
        parts = [
            part.strip()
            for text in (_plain_all(address, first) if address else ())
            for part in text.split(",")
        ]
        return tuple(part for part in parts if any(map(str.isdigit, part)))

    @cached_property
    def facts(self) -> tuple[str, ...]:
        """Each fact with its questions, in each language."""
        return tuple(text for fact in self.config.facts for text in _told(fact, self.config.languages[0]))

    @cached_property
    def said(self) -> tuple[str, ...]:
        """What the business said in this talk, plain."""
        return tuple(plain(self._nameless(turn.text), self.language) for turn in self._own_turns)

    @cached_property
    def heard(self) -> tuple[str, ...]:
        """What the customer said in this talk, plain. It is no ground but for times and dates."""
        return tuple(plain(turn.text, self.language) for turn in self.turns if turn.role == "customer")

    @cached_property
    def raw(self) -> str:
        """All that the business says of itself or has said, in small letters as it was written."""
        answers = [text for fact in self.config.facts for text in fact.answer.all()]
        address = self.config.address.all() if self.config.address else ()
        said = [self._nameless(turn.text) for turn in self._own_turns]
        own = (self.config.phone or "", self.config.persona or "", *address)
        return "\n".join((*own, *answers, *said)).lower()

    @cached_property
    def talked_of(self) -> frozenset[str]:
        """The services that this talk has named, by their ids."""
        return frozenset(one for text in (*self.said, *self.heard) for one in services_in(text, self.config))

    def held_by_services(self, also: frozenset[str]) -> frozenset[Value]:
        """Prices and durations of the services that were talked of, and of these."""
        values: set[Value] = set()
        for one in self.config.services:
            if one.id in self.talked_of | also:
                values.add(("duration", one.duration))
                values |= {("price", one.price.normalize())} if one.price is not None else set()
        return frozenset(values)

    @cached_property
    def known(self) -> frozenset[Value]:
        """Every figure that may be named, whatever the answer is about."""
        told = {value for text in (*self.texts, *self.said) for value in _values(text)}
        return frozenset(told | self._reckoned())

    @cached_property
    def moments(self) -> frozenset[Value]:
        """Times, dates and ages that the customer has named."""
        return frozenset(value for text in self.heard for value in _moments(text))

    @cached_property
    def asked(self) -> frozenset[Value]:
        """Figures that the customer named: to be denied, never to be agreed to."""
        return frozenset(value for text in self.heard for value in _values(text))

    @cached_property
    def vocabulary(self) -> Vocabulary:
        """The words of all this."""
        return vocabulary_of((*self.texts, *self.said))

    @property
    def _own_turns(self) -> tuple[Utterance, ...]:
        return tuple(turn for turn in self.turns if turn.role == "business")

    def _nameless(self, text: str) -> str:
        """Whoever is called "Anna, 90 % off" and greeted so has been promised nothing."""
        for name in self.names:
            text = text.replace(name, " ")
        return text

    def _reckoned(self) -> set[Value]:
        config, now = self.config, self.now
        days = [*config.closed_days, *((now + timedelta(days=n)).date() for n in range(-1, NEAR_DAYS))]
        bounds = {
            end for intervals in config.hours.values() for one in intervals for end in (one.start, one.end)
        }
        values: set[Value] = {("date", (day.month, day.day)) for day in days}
        values |= {("number", str(day.day)) for day in config.closed_days} | {("number", str(now.year))}
        values |= {("time", end.hour * 60 + end.minute) for end in (*bounds, now.time())}
        counts = (len(config.services), len(config.staff), sum(map(bool, config.hours.values())))
        return values | {("number", str(count)) for count in counts}


def _told(fact: Fact, first: Language) -> tuple[str, ...]:
    questions = " ".join(written(one) for one in fact.questions)
    return tuple(f"{text} . {questions}" for text in _plain_all(fact.answer, first))


def _plain_all(text: Localised, first: Language) -> list[str]:
    return [
        plain(one, language) if language in _LANGUAGES else plain(one, first)
        for language, one in text.root.items()
    ]


@lru_cache(maxsize=4096)
def _values(text: str) -> frozenset[Value]:
    found: set[Value] = set()
    for one in figures_in(text):
        found.update(value for value in one.values if one.kind != "number" or value[0] == "number")
        found.update(_as_numbers(one.text))
    return frozenset(found)


@lru_cache(maxsize=4096)
def _moments(text: str) -> frozenset[Value]:
    """Times, dates and ages; a bare number may be a time."""
    return frozenset(
        value
        for one in figures_in(text)
        if one.kind in ("time", "date", "number") or _YEARS.search(one.text)
        for value in one.values
        if value[0] != "number"
    )


def _as_numbers(text: str) -> list[Value]:
    return [("number", number) for number in dict.fromkeys(_digits(text))]


def _digits(text: str) -> list[str]:
    return [part for part in "".join(c if c.isdigit() else " " for c in text).split() if part]
