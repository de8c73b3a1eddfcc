"""What is personal in a recorded conversation, collected by its own rules to check the replacement by."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import Any, Final

from conversation.domain.understanding.text import fold
from ops.golden.masking import OURS
from ops.golden.names import names_in
from ops.golden.patterns import FIELDS, Kind, shapes_in
from ops.golden.renaming import PARTICLES
from ops.golden.vocabulary import WORD, Words, fields, squeezed
from ops.replay.history import History

_ENVELOPE: Final = ("id", "causationid", "correlationid", "partitionkey")
SHORTEST: Final = 5
"""Letters and digits. Less is no trace of anybody: the bot's third message has the id "3"."""


@dataclass(frozen=True)
class Original:
    """Something real, as it was written."""

    kind: Kind
    text: str

    @property
    def digits(self) -> str:
        """The digits that tell a number, a phone's without its country."""
        digits = "".join(filter(str.isdigit, self.text))
        return digits[-9:] if self.kind in ("phone number", "channel address") else digits

    @property
    def numeric(self) -> bool:
        return not any(map(str.isalpha, self.text))


def originals_of(history: History, words: Words, also: Iterable[str] = ()) -> frozenset[Original]:
    """All that must not be found in the fixture of this conversation."""
    found = {Original("name", name) for name in _names(history, words, also)}
    for event in history.events:
        content = event.model_dump(mode="json")
        found.update(Original("id", content[field]) for field in _ENVELOPE if content[field])
        found.update(_in_fields(content["data"], words))
    return frozenset(one for one in found if one.kind == "name" or len(squeezed(one.text)) >= SHORTEST)


def _names(history: History, words: Words, also: Iterable[str]) -> Iterator[str]:
    for name in (*also, *names_in(history, words)):
        parts = [word for word in WORD.findall(name) if len(word) > 1 and fold(word) not in PARTICLES]
        if len(parts) > 1:
            yield name
        yield from (word for word in parts if fold(word) not in words.business)


def _in_fields(content: Any, words: Words) -> Iterator[Original]:
    for field, text in fields(content):
        if field in FIELDS:
            yield Original(FIELDS[field], text)
            continue
        shapes = () if OURS.fullmatch(text) else shapes_in(text)
        found = (Original(one.kind, text[one.start : one.end]) for one in shapes)
        yield from (one for one in found if one.kind != "id" and not words.public(one.text))
