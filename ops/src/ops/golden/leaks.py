"""Looks for what must not be in a fixture: the real names, numbers and addresses, in whatever disguise."""

import base64
import binascii
import json
import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from functools import lru_cache
from typing import Any, Final

from conversation.domain.understanding.text import fold
from ops.golden.fixture import Fixture
from ops.golden.originals import SHORTEST, Original, originals_of
from ops.golden.patterns import Kind
from ops.golden.renaming import spelled, written_as_a_name
from ops.golden.strangers import strangers
from ops.golden.vocabulary import Words, squeezed, words_of
from ops.replay.history import History

_BASE64: Final = re.compile(r"[A-Za-z0-9+/_-]{8,}={0,2}")
_MOMENTS: Final = re.compile(
    r"\d{4}-\d\d-\d\d(?:[T ]\d\d:\d\d(?::\d\d(?:\.\d+)?)?)?|[0-9a-f]{8}-(?:[0-9a-f]{4}-){3}[0-9a-f]{12}"
)
"""Times and ids: their digits are nobody's number, even where they happen to hold one."""


@dataclass(frozen=True)
class Leak:
    """Something personal that is left: what kind of thing, and where in the file. Never what it is."""

    kind: Kind
    where: str


def leaks(fixture: Fixture, history: History, also: Iterable[str] = ()) -> list[Leak]:
    """All that is left of the people in `history`; empty if nothing leads back to them."""
    words = words_of(history.configs.values())
    originals = originals_of(history, words, also)
    found = {
        Leak(one.kind, where)
        for where, text in placed(json.loads(fixture.written()))
        for way in readings(text)
        for one in originals
        if way.shows(one, words)
    }
    left = {Leak(kind, where) for kind, where in strangers(fixture)}
    return sorted(found | left, key=lambda leak: (leak.where, leak.kind))


def placed(content: Any, where: str = "") -> Iterator[tuple[str, str]]:
    """All texts in a JSON value, with their place: "turns.3.said.0.data.text"."""
    if isinstance(content, str):
        yield where.removeprefix("."), content
    elif isinstance(content, dict):
        for name, value in content.items():
            yield from placed(value, f"{where}.{name}")
    elif isinstance(content, list):
        for n, value in enumerate(content):
            yield from placed(value, f"{where}.{n}")


class Reading:
    """One way to read a text, ready to be looked through for originals."""

    def __init__(self, text: str, *, backwards: bool = False) -> None:
        plain = "".join(filter(str.isdigit, _MOMENTS.sub(" ", text)))
        self._text = text[::-1] if backwards else text
        self._digits = plain[::-1] if backwards else plain
        self._squeezed = squeezed(self._text)

    def shows(self, original: Original, words: Words) -> bool:
        """Whether the original can be read here."""
        if original.kind == "name":
            return self._names(original.text, words)
        if original.numeric:
            return len(original.digits) >= SHORTEST and original.digits in self._digits
        return squeezed(original.text) in self._squeezed

    def _names(self, name: str, words: Words) -> bool:
        found = _pattern(name).finditer(self._text)
        if fold(name) not in words.common:
            return next(found, None) is not None
        return any(written_as_a_name(match) for match in found)


@lru_cache(maxsize=256)
def _pattern(name: str) -> re.Pattern[str]:
    return re.compile(spelled(name), re.IGNORECASE)


def readings(text: str) -> Iterator[Reading]:
    """The text as it stands, from its end, and what it holds in base64."""
    yield Reading(text)
    yield Reading(text, backwards=True)
    for match in _BASE64.finditer(text):
        decoded = (_decoded(match[0][start:]) for start in range(4))
        yield Reading("\n".join(decoded))


def _decoded(letters: str) -> str:
    plain = letters.rstrip("=").replace("-", "+").replace("_", "/")
    whole = plain[: len(plain) - len(plain) % 4]
    try:
        return base64.b64decode(whole, validate=True).decode("latin-1")
    except binascii.Error:
        return ""
