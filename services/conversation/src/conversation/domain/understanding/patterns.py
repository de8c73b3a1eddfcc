"""Turn the templates of a language file into regular expressions.

A template is a regular expression over normalised text in which `{name}` stands for one of the
language's words of that kind. `{clock:first}` captures under another name.
"""

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import lru_cache

from conversation.domain.understanding.lexicon import Lexicon, WhenKind, lexicon_of
from conversation.domain.understanding.model import Language

HOUR = r"(?:2[0-4]|[01]?\d)(?!\d)"
MINUTE = r"[0-5]\d(?!\d)"
DAY = r"(?:3[01]|[12]\d|0?[1-9])(?![\d])"
YEAR = r"(?:20|19)\d\d(?!\d)"
NUMERIC_DATE = (
    r"(?:20\d\d(?:-[01]?\d-|/[01]?\d/|\.[01]?\d\.)[0-3]?\d"
    r"|[0-3]?\d(?:-[0-3]?\d-|/[0-3]?\d/|\.[0-3]?\d\.)(?:19|20)?\d\d"
    r"|[0-3]?\d/[0-3]?\d)(?![/\d])"
)
# In figures anywhere, in words ("quindici") as a clause of its own.
BARE_CLOCK = r"(?P<clock>(?=\d){clock}|(?:(?<=^)|(?<=\| )){clock}(?= \||$))"
PLACEHOLDER = re.compile(r"\{([a-z_]+)(?::([a-z_]+))?\}")  # {2} and {0,3} stay counts


@dataclass(frozen=True)
class Mention:
    """One place in the text where a shape of the language was found."""

    kind: WhenKind
    start: int
    end: int
    parts: Mapping[str, str]


def any_of(phrases: Iterable[str]) -> str:
    """An alternation of literal phrases, the longest first."""
    ordered = sorted(set(phrases), key=lambda phrase: (-len(phrase), phrase))
    return "|".join(re.escape(phrase).replace(r"\ ", " ") for phrase in ordered)


def bounded(pattern: str) -> re.Pattern[str]:
    """The pattern between word boundaries, and not inside a longer number or price."""
    return re.compile(rf"(?<![\w/])(?<!\d[.:-])(?:{pattern})(?![\w])(?![.:/]\d)")


class Templates:
    """The placeholders of one language, and templates compiled with them."""

    def __init__(self, lexicon: Lexicon) -> None:
        self._alternations = {
            name: "|".join(sorted(group, key=len, reverse=True)) for name, group in lexicon.groups.items()
        }
        self._alternations |= _calendar_words(lexicon) | _clock_words(lexicon)
        self._alternations["clock"] = self._clock(lexicon)

    def compile(self, template: str) -> re.Pattern[str]:
        """Raises KeyError for a placeholder that the language does not have."""
        return bounded(self.expand(template, named=True))

    def expand(self, template: str, *, named: bool = False) -> str:
        """The template as a regular expression; `named` captures each placeholder once."""
        captured = set(re.findall(r"\(\?P<(\w+)>", template))

        def fill(match: re.Match[str]) -> str:
            name, alias = match[1], match[2] or match[1]
            alternatives = self._alternations[name]
            if "{" in alternatives:
                alternatives = self.expand(alternatives)
            if not named or alias in captured:
                return f"(?:{alternatives})"
            captured.add(alias)
            return f"(?P<{alias}>{alternatives})"

        filled = PLACEHOLDER.sub(fill, template)
        return filled if named else re.sub(r"\(\?P<\w+>", "(?:", filled)

    def _clock(self, lexicon: Lexicon) -> str:
        shapes = "|".join(f"(?:{self.expand(shape)})" for shape in lexicon.clock)
        meridiem = self._alternations["meridiem"]
        return rf"(?:{shapes})(?: ?(?:{meridiem})(?!\w))?"


def _calendar_words(lexicon: Lexicon) -> dict[str, str]:
    return {
        "number": rf"\d{{1,3}}|{any_of(lexicon.numbers)}",
        "day": rf"{DAY}(?:{any_of(lexicon.groups['ordinal_endings'])})?|{_day_words(lexicon)}",
        "ordinal_day": rf"{DAY}(?:{any_of(lexicon.groups['ordinal_endings'])})|" + any_of(lexicon.ordinals),
        "month": any_of(lexicon.months),
        "year": YEAR,
        "weekday": any_of(lexicon.weekdays),
        "relative": any_of(lexicon.relative_days),
        "holiday": any_of((*lexicon.holidays, *lexicon.easter_days)),
        "day_and_part": any_of(lexicon.day_and_part),
        "unit": any_of(lexicon.units),
        "duration": any_of(lexicon.durations),
        "daypart": any_of(lexicon.dayparts),
        "numeric": NUMERIC_DATE,
    }


def _day_words(lexicon: Lexicon) -> str:
    spoken = [word for word, value in lexicon.numbers.items() if 1 <= value <= 31]
    return any_of([*spoken, *lexicon.ordinals])


def _clock_words(lexicon: Lexicon) -> dict[str, str]:
    numbers = {w: n for w, n in lexicon.numbers.items() if w not in lexicon.articles}
    hours = [word for word, value in numbers.items() if value <= 24]
    minutes = [word for word, value in numbers.items() if 1 <= value <= 59]
    return {
        "hour": rf"{HOUR}|{any_of([*hours, *lexicon.named_hours])}",
        "fraction": any_of(lexicon.fractions),
        "named_hour": any_of(lexicon.named_hours),
        "digital": r"(?:2[0-4]|[01]?\d)[:.][0-5]\d(?!\d)(?::[0-5]\d)?",
        "minutes": rf"{MINUTE}|[1-9](?!\d)|{any_of([*minutes, *lexicon.fractions])}",
        "meridiem": any_of(lexicon.meridiems),
    }


@lru_cache(maxsize=8)
def templates_of(language: Language) -> Templates:
    return Templates(lexicon_of(language))


@lru_cache(maxsize=8)
def shapes_of(
    language: Language, *, bare_hours: bool = False
) -> tuple[tuple[WhenKind, re.Pattern[str]], ...]:
    """The shapes of days and times; with `bare_hours` a number alone is a time, too."""
    templates = templates_of(language)
    shapes = tuple(
        (kind, templates.compile(template))
        for kind, shapes in lexicon_of(language).when.items()
        for template in shapes
    )
    bare: tuple[WhenKind, re.Pattern[str]] = ("at", templates.compile(BARE_CLOCK))
    return (*shapes, bare) if bare_hours else shapes


def find_mentions(text: str, shapes: Iterable[tuple[WhenKind, re.Pattern[str]]]) -> tuple[Mention, ...]:
    """The longest shapes that do not overlap, in the order of the text.

    The longer reading of a place is the better one: "dopo le 17" beats "le 17", a phone number
    beats the hour inside it. Of two equally long ones the earlier shape wins.
    """
    found = [
        Mention(kind, match.start(), match.end(), _parts(match))
        for kind, shape in shapes
        for match in shape.finditer(text)
        if match.end() > match.start()
    ]
    taken: list[Mention] = []
    for mention in sorted(found, key=lambda m: m.start - m.end):
        if all(mention.end <= other.start or other.end <= mention.start for other in taken):
            taken.append(mention)
    return tuple(sorted(taken, key=lambda m: m.start))


def _parts(match: re.Match[str]) -> dict[str, str]:
    return {name: value for name, value in match.groupdict().items() if value is not None}
