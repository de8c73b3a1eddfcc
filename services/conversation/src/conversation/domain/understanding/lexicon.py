"""The words of one language: everything the rules know about it, read from its file."""

import re
from functools import cached_property, lru_cache
from importlib.resources import files
from typing import Annotated, Literal

import yaml
from pydantic import BaseModel, BeforeValidator, ConfigDict

from conversation.domain.understanding.model import Intent, Language
from conversation.domain.understanding.spelling import Speller
from conversation.domain.understanding.text import without_accents, words

Unit = Literal["minute", "hour", "day", "week", "month"]
Meridiem = Literal["am", "pm"]
WhenKind = Literal[
    "relative_day",
    "weekday",
    "this_weekday",
    "next_weekday",
    "weekday_next_week",
    "day_month",
    "numeric",
    "day_only",
    "in_units",
    "in_minutes",
    "this_week",
    "next_week",
    "weekend",
    "next_weekend",
    "next_month",
    "next_days",
    "in_month",
    "day_span",
    "at",
    "either",
    "after",
    "before",
    "between",
    "daypart",
    "day_and_part",
    "holiday",
    "noise",
]


def _split(text: object) -> object:
    return tuple(text.split()) if isinstance(text, str) else text


WordList = Annotated[tuple[str, ...], BeforeValidator(_split)]


class Strict(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)


class Roles(Strict):
    """Words beside a day or time that say what it is to the wish. Each entry is a pattern."""

    source: tuple[str, ...]  # before what is given up: "from", "dell'appuntamento di"
    source_after: tuple[str, ...]  # after it: "appointment" in "my Tuesday appointment"
    instead: tuple[str, ...]  # before what is refused: "instead of", "not"
    refused_after: tuple[str, ...]  # after what is refused: "I can't"
    destination: tuple[str, ...]  # before what is wanted: "to"


class Cues(Strict):
    """The patterns of one intent, by how much they prove."""

    strong: tuple[str, ...] = ()
    weak: tuple[str, ...] = ()
    lead: tuple[str, ...] = ()  # only at the start of a clause
    whole: tuple[str, ...] = ()  # only as the whole message


class NameCues(Strict):
    """How people introduce themselves."""

    sure: tuple[str, ...]  # "mi chiamo": whatever follows is a name
    likely: tuple[str, ...]  # "sono": a name only if it looks like one
    particles: WordList  # small words inside a name: "di", "van"


class ChoiceWords(Strict):
    """How people point at one of the options offered."""

    ordinals: dict[str, int]  # 1 is the first, -1 the last
    no_places: tuple[str, ...]  # patterns in which such a word is none: "un'ora prima"
    pointers: tuple[str, ...]  # before a number: "la", "numero", "option"


class Lexicon(Strict):
    """One language. Words are written as in `text.normalise`: folded, apostrophes as spaces."""

    language: Language
    borrowed: WordList  # words of another language that are understood here as well
    follow_ups: tuple[str, ...]  # before what the last question is asked about again: "and"
    corrections: tuple[str, ...]  # patterns that take back what was said before
    alternatives: WordList  # between two services, of which one is wanted: "or", "rather"
    joiners: WordList  # between two services that are wanted together
    common_words: WordList  # frequent words that tell the language and need no repair
    given_names: WordList  # first names close to another word here; never repaired
    abbreviations: dict[str, str]
    groups: dict[str, tuple[str, ...]]  # alternations for the patterns below, as {name}
    numbers: dict[str, int]
    articles: tuple[str, ...]  # numbers that are no hour by themselves: "una"
    ordinals: dict[str, int]
    weekdays: dict[str, int]  # Monday is 0
    months: dict[str, int]
    relative_days: dict[str, int]
    holidays: dict[str, tuple[int, int]]  # month and day
    easter_days: dict[str, int]  # days after Easter Sunday
    day_and_part: dict[str, tuple[int, str]]  # "stasera": day from today, day part
    units: dict[str, Unit]
    durations: dict[str, int]  # minutes
    named_hours: dict[str, int]
    fractions: dict[str, int]  # minutes
    meridiems: dict[str, Meridiem]
    dayparts: dict[str, tuple[str, str]]  # from, to; "00:00" or "24:00" is an open side
    next_weekday: tuple[Literal["coming", "following"], ...]
    clock: tuple[str, ...]
    when: dict[WhenKind, tuple[str, ...]]
    roles: Roles
    intents: dict[Intent, Cues]
    unwanted: tuple[str, ...]  # before a wish, takes it back: "non voglio"
    names: NameCues
    choice: ChoiceWords
    service_modifiers: WordList  # words that name no service alone: "uomo"
    fillers: WordList  # words that add nothing: "grazie", "per favore"

    @cached_property
    def word_set(self) -> frozenset[str]:
        """Every word this language file mentions."""
        return frozenset((*self.common_words, *self.service_modifiers)) | self.content_words

    @cached_property
    def own_words(self) -> frozenset[str]:
        """The words that may tell this language from others."""
        return self.word_set - frozenset(self.borrowed)

    @cached_property
    def content_words(self) -> frozenset[str]:
        """The words that carry a meaning for the rules."""
        return frozenset(word for phrase in self._phrases() for word in words(_literal(phrase)))

    @cached_property
    def speller(self) -> Speller:
        return Speller(self.content_words, (*self.common_words, *self.given_names))

    def _phrases(self) -> list[str]:
        tables: tuple[dict[str, object], ...] = (
            dict(self.numbers),
            dict(self.weekdays),
            dict(self.months),
            dict(self.relative_days),
            dict(self.holidays),
            dict(self.easter_days),
            dict(self.day_and_part),
            dict(self.units),
            dict(self.named_hours),
            dict(self.ordinals),
            dict(self.fractions),
            dict(self.durations),
            dict(self.meridiems),
            dict(self.choice.ordinals),
            dict(self.dayparts),
            dict(self.abbreviations),
        )
        phrases = [key for table in tables for key in table]
        phrases += [word for group in self.groups.values() for word in group]
        for cues in self.intents.values():
            phrases += [*cues.strong, *cues.weak, *cues.lead, *cues.whole]
        phrases += [shape for shapes in self.when.values() for shape in shapes]
        phrases += [*self.names.sure, *self.choice.pointers]
        return [*phrases, *self.abbreviations.values(), *self.fillers]


def _literal(pattern: str) -> str:
    """The whole words inside a pattern; placeholders and open-ended words are left out."""
    out = re.sub(r"\w*\\w[*+]|\\.|\{[^}]*\}|\w*\[[^]]*\]\w*", " ", pattern)
    out = re.sub(r"(\w+)(\w)\?", r"\1 \1\2", out)  # "hours?" is "hour" and "hours"
    return " ".join(words(out))


@lru_cache(maxsize=8)
def lexicon_of(language: Language) -> Lexicon:
    """Read a language's file once. Raises pydantic.ValidationError for a malformed file."""
    source = files("conversation").joinpath("languages", f"{language}.yaml")
    plain = without_accents(source.read_text("utf-8"))  # authors may write "martedì"
    return Lexicon.model_validate(yaml.safe_load(plain))
