"""What a business has written about itself, as plain text."""

from dataclasses import dataclass
from functools import cached_property
from typing import Final, get_args

from contracts.tenants import Fact, Language, Localised, TenantConfig
from conversation.domain.guard.plain import plain, written

_LANGUAGES: Final[tuple[Language, ...]] = get_args(Language)


@dataclass(frozen=True)
class Business:
    config: TenantConfig

    @cached_property
    def own(self) -> tuple[str, ...]:
        """Its names and services, where it is, how to reach it."""
        config, first = self.config, self._first
        own = [config.name, config.kind, config.persona or "", config.phone or ""]
        named = [name for one in config.staff for name in (one.name, *one.aliases)]
        named += [name for one in config.services for name in one.aliases]
        localised = [one.name for one in config.services]
        localised += [config.address] if config.address else []
        fixed = (plain(text, first) for text in (*own, *named))
        return (*fixed, *(text for one in localised for text in _plain_all(one, first)))

    @cached_property
    def places(self) -> tuple[str, ...]:
        """The parts of the address that hold numbers: "14 leather lane"."""
        address = self.config.address
        whole = _plain_all(address, self._first) if address else []
        parts = [part.strip() for text in whole for part in text.split(",")]
        return tuple(part for part in parts if any(map(str.isdigit, part)))

    @cached_property
    def answers(self) -> tuple[str, ...]:
        """What the facts say, in each language, and what each is about."""
        facts = self.config.facts
        told = [text for fact in facts for text in _plain_all(fact.answer, self._first)]
        return (*told, *(written(fact.id) for fact in facts))

    @cached_property
    def questions(self) -> tuple[str, ...]:
        """What the facts answer: words for it, but nothing that is so by itself."""
        return tuple(_asked(fact) for fact in self.config.facts)

    @cached_property
    def facts(self) -> tuple[str, ...]:
        """Each answer with its questions."""
        return tuple(
            f"{text} . {_asked(fact)}"
            for fact in self.config.facts
            for text in _plain_all(fact.answer, self._first)
        )

    @property
    def _first(self) -> Language:
        return self.config.languages[0]


def _asked(fact: Fact) -> str:
    return " ".join(written(one) for one in fact.questions)


def _plain_all(text: Localised, first: Language) -> list[str]:
    return [
        plain(one, language) if language in _LANGUAGES else plain(one, first)
        for language, one in text.root.items()
    ]
