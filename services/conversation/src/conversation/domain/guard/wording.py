"""What the guard knows of one language, read from its file once."""

import re
from collections.abc import Iterable
from functools import cached_property, lru_cache
from importlib.resources import files
from typing import Final

import yaml
from pydantic import BaseModel, ConfigDict, TypeAdapter

from contracts.tenants import Language
from conversation.domain.understanding.lexicon import Lexicon, WordList, lexicon_of
from conversation.domain.understanding.text import WORD, fold
from conversation.messages import MESSAGES

_EVERYDAY: Final = TypeAdapter(dict[str, WordList])


class _File(BaseModel):
    """A language file of the guard. Patterns are matched against plain text, lists are plain words."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    turns: tuple[str, ...]  # words that begin a clause of its own: "but"
    denials: tuple[str, ...]
    no_denials: tuple[str, ...]  # what looks like one: "no problem"
    doubts: tuple[str, ...]  # "not sure", "a colleague will"
    assertions: tuple[str, ...]  # at the start of a clause that a denial before it does not reach
    conditions: tuple[str, ...]  # "if", "once": what follows has not happened
    opens: tuple[str, ...]
    closes: tuple[str, ...]
    every_day: tuple[str, ...]
    weekend: tuple[str, ...]
    span: tuple[str, ...]  # between two days: "to"
    agrees: tuple[str, ...]  # how a sentence begins that says yes to what was asked
    ours: tuple[str, ...]  # of what we have, do or give
    advises: tuple[str, ...]  # how a clause begins that tells the customer what to do
    asking: tuple[str, ...]  # how the question begins in a sentence that has more than one clause
    supposing: tuple[str, ...]  # "if": what follows is nobody's statement
    light_forms: tuple[str, ...]  # how verbs and adverbs look that name nothing
    promises: dict[str, tuple[str, ...]]
    done: tuple[str, ...]  # that something has been or will be done for the customer
    available: tuple[str, ...]
    instructions: tuple[str, ...]  # talk of the instructions themselves


class Wording:
    """The file, compiled."""

    def __init__(self, language: Language) -> None:
        file = _File.model_validate(_read(language))
        self._language = language
        self.turns = _whole(file.turns)
        self.denying = _whole(file.denials)
        self.not_denying = _whole(file.no_denials)
        self.doubting = _whole(file.doubts)
        self.asserts = _whole(file.assertions)
        self.conditional = _whole(file.conditions)
        self.opens, self.closes = _whole(file.opens), _whole(file.closes)
        self.every_day, self.weekend, self.span = map(_whole, (file.every_day, file.weekend, file.span))
        self.agrees, self.ours = _whole(file.agrees), _whole(file.ours)
        self.advises = _whole(file.advises)
        self.light_forms = _whole(file.light_forms)
        self.asking, self.supposing = _whole(file.asking), _whole(file.supposing)
        self.promises = {name: _whole(patterns) for name, patterns in file.promises.items()}
        self.done, self.available = _whole(file.done), _whole(file.available)
        self.instructions = _whole(file.instructions)

    def harmless(self, word: str, *, name: bool = False) -> bool:
        """Whether a plain word by itself claims nothing: grammar, courtesies, and all that Bellhop says.

        A name is known whole or not at all.
        """
        words, beginnings = self._everyday
        return word in words or (not name and any(word[:n] in beginnings for n in range(2, len(word) + 1)))

    @cached_property
    def _everyday(self) -> tuple[frozenset[str], frozenset[str]]:
        """Whole words, and beginnings of words."""
        groups = _EVERYDAY.validate_python(_read(f"everyday.{self._language}"))
        listed = {word for group in groups.values() for word in group}
        ours = {word for text in MESSAGES[self._language].values() for word in WORD.findall(fold(text))}
        beginnings = frozenset(word[:-1] for word in listed if word.endswith("*"))
        return _calendar(lexicon_of(self._language)) | ours | listed, beginnings


@lru_cache(maxsize=8)
def wording_of(language: Language) -> Wording:
    """Raises pydantic.ValidationError for a malformed file."""
    return Wording(language)


def _whole(patterns: tuple[str, ...]) -> re.Pattern[str]:
    return re.compile(rf"(?<!\w)(?:{'|'.join(patterns) or '(?!)'})(?!\w)")


def _calendar(lexicon: Lexicon) -> frozenset[str]:
    """Words for days, times and numbers."""
    tables: tuple[Iterable[str], ...] = (
        lexicon.weekdays, lexicon.months, lexicon.relative_days, lexicon.holidays, lexicon.day_and_part,
        lexicon.dayparts, lexicon.units, lexicon.numbers, lexicon.ordinals, lexicon.named_hours,
    )  # fmt: skip
    words = {word for table in tables for phrase in table for word in WORD.findall(phrase)}
    return frozenset(words | {f"{day}s" for day in lexicon.weekdays})


def _read(name: str) -> object:
    return yaml.safe_load(files("conversation.domain.guard").joinpath(f"{name}.yaml").read_text("utf-8"))
