"""Replaces what is personal in the JSON of one event, field by field and inside its texts."""

import re
import unicodedata
from collections.abc import Sequence
from typing import Any, Final

from contracts.messages import Channel
from ops.golden.cast import Cast
from ops.golden.ids import Ids
from ops.golden.patterns import Kind, shapes_in, split_at
from ops.golden.renaming import Renaming
from ops.golden.vocabulary import Words, squeezed

_TEXTS: Final = frozenset({"text", "instructions", "title", "detail"})
_IDS: Final[dict[str, Kind]] = {
    "vendor_message_id": "message id", "reply_to": "message id", "account": "account", "vendor_id": "file",
}  # fmt: skip
_SOMEWHERE: Final = {"latitude": 41.9, "longitude": 12.5}  # Rome
OURS: Final = re.compile(r"(?:service|time|date|slot|booking):\S*")
"""Ids of the options that we give out."""


class Masking:
    """One conversation's names, tokens and ids, at work on its events."""

    def __init__(self, renaming: Renaming, words: Words, cast: Cast, ids: Ids) -> None:
        self._renaming, self._words, self._cast, self._ids = renaming, words, cast, ids

    def value(self, field: str, value: Any, channel: Channel | None, read: Sequence[str]) -> Any:
        """A JSON value as it stands in the fixture. `read`: the names understood in this event."""
        if isinstance(value, dict):
            channel = Channel(value["channel"]) if "channel" in value else channel
            return {name: self.value(name, inner, channel, read) for name, inner in value.items()}
        if isinstance(value, list):
            return [self.value(field, inner, channel, read) for inner in value]
        if field in _SOMEWHERE:
            return value if value is None else _SOMEWHERE[field]
        return self._text_of(field, value, channel, read) if isinstance(value, str) else value

    def ids(self, text: str | None) -> str | None:
        """The same with other ids."""
        return text and self._ids.within(text)

    def _text_of(self, field: str, value: str, channel: Channel | None, read: Sequence[str]) -> str:
        if field in _TEXTS or (field == "choice" and not OURS.fullmatch(value)):
            return self.text(value, read)
        if field in _IDS:
            return self._cast.token(_IDS[field], value)
        if field == "filename":
            return f"{self._cast.token('file', value)}.{squeezed(value.rpartition('.')[2])[:4]}"
        if channel and field == "name":
            return self._name(value, channel)
        if channel and field == "address":
            return self._cast.address(channel, value)
        return self._ids.within(value)

    def _name(self, name: str, channel: Channel) -> str:
        if not any(map(str.isalpha, name)):
            return self._cast.address(channel, name) if any(map(str.isdigit, name)) else name
        return self.text(name) if shapes_in(name) else self._renaming.whole(name)

    def text(self, text: str, read: Sequence[str] = ()) -> str:
        """What somebody said, with other names, numbers, addresses and ids."""
        plain = unicodedata.normalize("NFC", text)
        found = [one for one in shapes_in(plain) if not self._words.public(plain[one.start : one.end])]
        return "".join(self._piece(piece, kind, read) for piece, kind in split_at(plain, found))

    def _piece(self, piece: str, kind: Kind | None, read: Sequence[str]) -> str:
        if kind is None:
            return self._renaming.apply(piece, read)
        return self._ids.within(piece) if kind == "id" else self._cast.token(kind, piece)
