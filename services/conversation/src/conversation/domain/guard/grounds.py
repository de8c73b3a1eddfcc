"""What an answer may rest on: the business's configuration, the moment, and what was said in this talk."""

from dataclasses import dataclass
from datetime import datetime
from functools import cached_property

from contracts.completions import Utterance
from contracts.tenants import Language, TenantConfig
from conversation.domain.guard.business import Business
from conversation.domain.guard.figure import Value
from conversation.domain.guard.mentions import services_in
from conversation.domain.guard.plain import plain
from conversation.domain.guard.reckoning import moments_in, reckoned, values_in
from conversation.domain.guard.vocabulary import Vocabulary, vocabulary_of


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
    def business(self) -> Business:
        return Business(self.config)

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
        told = (*self.business.own, *self.business.facts, *self.said)
        return frozenset().union(*map(values_in, told), reckoned(self.config, self.now))

    @cached_property
    def moments(self) -> frozenset[Value]:
        """Times, dates and ages that the customer has named."""
        return frozenset().union(*map(moments_in, self.heard))

    @cached_property
    def asked(self) -> frozenset[Value]:
        """Figures that the customer named: to be denied, never to be agreed to."""
        return frozenset().union(*map(values_in, self.heard))

    @cached_property
    def vocabulary(self) -> Vocabulary:
        """The words of what the business says of itself, and has said."""
        return vocabulary_of((*self.business.own, *self.business.answers, *self.said))

    @cached_property
    def echo(self) -> Vocabulary:
        """The words of what is asked: they may be taken up, and claim nothing by themselves."""
        return vocabulary_of((*self.business.questions, *self.heard))

    @cached_property
    def called(self) -> Vocabulary:
        """The words of the customer's names."""
        return vocabulary_of(tuple(plain(name, self.language) for name in self.names))

    @property
    def _own_turns(self) -> tuple[Utterance, ...]:
        return tuple(turn for turn in self.turns if turn.role == "business")

    def _nameless(self, text: str) -> str:
        """Whoever is called "Anna, 90 % off" and greeted so has been promised nothing."""
        for name in self.names:
            text = text.replace(name, " ")
        return text
