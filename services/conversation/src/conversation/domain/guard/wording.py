"""What the guard knows of one language, read from its file once."""

import re
from functools import cached_property, lru_cache
from importlib.resources import files

import yaml
from pydantic import BaseModel, ConfigDict

from contracts.tenants import Language
from conversation.domain.understanding.lexicon import WordList, lexicon_of
from conversation.domain.understanding.text import WORD, fold
from conversation.messages import MESSAGES


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
    offers: tuple[str, ...]  # before what the business is said to do or have
    offered: tuple[str, ...]  # after it
    promises: dict[str, tuple[str, ...]]
    done: tuple[str, ...]  # that something has been or will be done for the customer
    available: tuple[str, ...]
    instructions: tuple[str, ...]  # talk of the instructions themselves
    everyday: WordList  # words that name no service and no product
    trade: WordList  # beginnings of words that do, in any trade


class Wording:
    """The file, compiled."""

    def __init__(self, language: Language) -> None:
        source = files("conversation.domain.guard").joinpath(f"{language}.yaml").read_text("utf-8")
        file = _File.model_validate(yaml.safe_load(source))
        self._language, self._file = language, file
        self.turns = _whole(file.turns)
        self.denying = _whole(file.denials)
        self.not_denying = _whole(file.no_denials)
        self.doubting = _whole(file.doubts)
        self.asserts = _whole(file.assertions)
        self.conditional = _whole(file.conditions)
        self.opens, self.closes = _whole(file.opens), _whole(file.closes)
        self.every_day, self.weekend, self.span = map(_whole, (file.every_day, file.weekend, file.span))
        self.offers, self.offered = _whole(file.offers), _whole(file.offered)
        self.promises = {name: _whole(patterns) for name, patterns in file.promises.items()}
        self.done, self.available = _whole(file.done), _whole(file.available)
        self.instructions = _whole(file.instructions)
        self.trade = re.compile(
            rf"(?<!\w)(?:{'|'.join(sorted(file.trade, reverse=True)).replace('_', ' ')})\w*"
        )

    @cached_property
    def everyday(self) -> frozenset[str]:
        """Words that claim nothing: grammar, courtesies, and all that Bellhop itself says."""
        lexicon = lexicon_of(self._language)
        ours = {word for text in MESSAGES[self._language].values() for word in WORD.findall(fold(text))}
        return lexicon.word_set | ours | frozenset(self._file.everyday)


@lru_cache(maxsize=8)
def wording_of(language: Language) -> Wording:
    """Raises pydantic.ValidationError for a malformed file."""
    return Wording(language)


def _whole(patterns: tuple[str, ...]) -> re.Pattern[str]:
    return re.compile(rf"(?<!\w)(?:{'|'.join(patterns) or '(?!)'})(?!\w)")
