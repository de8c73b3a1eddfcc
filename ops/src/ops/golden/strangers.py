"""Looks at a fixture alone for what reads like a person's and is not one of our tokens."""

import re
from collections.abc import Iterator
from functools import lru_cache
from typing import Final

from contracts.messages import MessageReceived
from conversation.domain.understanding.text import fold
from ops.golden.cast import people
from ops.golden.fixture import Fixture
from ops.golden.masking import OURS
from ops.golden.patterns import FIELDS, Kind, shapes_in
from ops.golden.renaming import PARTICLES
from ops.golden.vocabulary import WORD, Words, fields, words_of

_TOKENS: Final = re.compile(
    r"(?:\+|00)?(?:39 ?)?333 ?000 ?\d{4}|guest-\d+@example\.org|https://example\.org/\d+|@guest_\d+"
    r"|4000 0000 0000 \d{4}|IT00X\d{22}|GSTGST00A01Z\d{3,}X|CODE\d{4,}"
    r"|Via dei Tigli \d+|\d+ Linden Street|\d+ rue des Tilleuls"
    r"|7000\d{5}|session-\d+|message-\d+|file-\d+(?:\.\w*)?|account-\d+"
)


def strangers(fixture: Fixture) -> Iterator[tuple[Kind, str]]:
    """What kind of thing it is, and where: "turns.3.handled"."""
    words = words_of(fixture.history.configs.values())
    for n, handled in enumerate(fixture.history.handled):
        for event in (handled, *fixture.history.said(handled.id)):
            where = f"turns.{n}.{'handled' if event is handled else 'said'}"
            for field, text in fields(event.model_dump(mode="json")["data"]):
                for kind in _strange(field, text, words):
                    yield kind, where


def _strange(field: str, text: str, words: Words) -> Iterator[Kind]:
    if field in FIELDS and not _TOKENS.fullmatch(text):
        yield FIELDS[field]
    if field == "name" and not all(_invented(word, words) for word in WORD.findall(text)):
        yield "name"
    for one in () if OURS.fullmatch(text) else shapes_in(text):
        shown = text[one.start : one.end]
        if one.kind != "id" and not _TOKENS.fullmatch(shown) and not words.public(shown):
            yield one.kind


def _invented(word: str, words: Words) -> bool:
    folded = fold(word)
    known = folded in _cast() or folded in PARTICLES or folded in words.business
    return known or len(word) == 1 or folded.removesuffix("son") in _cast()


def doubtful(fixture: Fixture) -> tuple[str, ...]:
    """Words of the customer that stay and may be names, for a person to look at."""
    words = words_of(fixture.history.configs.values())
    heard = [one.data for one in fixture.history.handled if isinstance(one.data, MessageReceived)]
    spoken = (word for one in heard for word in _INSIDE.findall(_TOKENS.sub(" ", one.personal.text)))
    unknown = (one for one in spoken if one[0].isupper() and fold(one) not in words.common)
    return tuple(dict.fromkeys(one for one in unknown if not _invented(one, words)))


_INSIDE: Final = re.compile(r"(?<=[^.!?\n:…\s] )[^\W\d_]{2,}")


@lru_cache(maxsize=1)
def _cast() -> frozenset[str]:
    pools = people().values()
    return frozenset(fold(name) for pool in pools for part in pool.values() for name in part)
