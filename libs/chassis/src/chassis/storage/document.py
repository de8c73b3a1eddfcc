"""What may be stored: JSON documents that every adapter gives back exactly as it got them.

Times are stored as text made by `instant`: UTC, ISO 8601, always 27 characters, so that they sort and
compare as text. A datetime itself is refused.
"""

import math
import re
from collections.abc import Iterable
from datetime import UTC, datetime
from functools import lru_cache
from typing import Any, Final, TypeAlias

from chassis.errors import PermanentError

JSON: TypeAlias = dict[str, "JSON"] | list["JSON"] | str | int | float | bool | None
Document: TypeAlias = dict[str, JSON]

LARGEST_BODY = 15_000_000  # bytes; MongoDB stops at 16 MB with the envelope around the body
DEEPEST_BODY = 90  # levels; MongoDB stops at 100
WIDEST_INTEGER = 2**63  # both servers hold signed 64 bits

_MEANT_OTHERWISE: Final = re.compile(r"^\$|[.\0]")


class UnstorableDocument(PermanentError):
    """This body cannot be kept faithfully by every adapter. The message names the place."""


def instant(moment: datetime) -> str:
    """`2026-11-20T09:44:50.000000Z`. Raises ValueError for a datetime without a time zone."""
    if moment.tzinfo is None:
        raise ValueError(f"{moment!r} has no time zone, so it is no instant")
    return moment.astimezone(UTC).isoformat(timespec="microseconds").replace("+00:00", "Z")


def refuse_unstorable(body: Document, indexed: frozenset[str] = frozenset()) -> None:
    """Raises UnstorableDocument, before anything is written.

    `indexed` are the dotted paths that queries compare: at each there is one plain value or none.
    """
    if not _is_storable(body, 1):
        _refuse_value(body, "body", 1)  # the same rules once more, to name the place
    for path in indexed:
        _refuse_unindexable(body, path)


def refuse_unstorable_place(tenant: str, key: str) -> None:
    """Raises UnstorableDocument for an empty or broken tenant or key."""
    for name, text in (("tenant", tenant), ("key", key)):
        if not text:
            raise UnstorableDocument(f"the {name} is empty")
        _refuse_text(text, name)


def _is_storable(value: Any, depth: int) -> bool:
    """What nearly all bodies are, seen without a word for every place in them; False when in doubt."""
    kind = type(value)
    if kind is str:
        return value.isascii() or _is_unicode(value)
    if kind is dict:
        return depth <= DEEPEST_BODY and all(map(_is_name, value)) and _are_storable(value.values(), depth)
    if kind is list:
        return depth <= DEEPEST_BODY and _are_storable(value, depth)
    return value is None or kind is bool or (kind is int and -WIDEST_INTEGER <= value < WIDEST_INTEGER)


def _are_storable(values: Iterable[Any], depth: int) -> bool:
    for one in values:  # noqa: SIM110 - much of what a write costs, and a generator costs twice as much
        if not _is_storable(one, depth + 1):
            return False
    return True


@lru_cache(maxsize=4096)
def _is_name(name: object) -> bool:
    return isinstance(name, str) and bool(name) and name.isascii() and not _MEANT_OTHERWISE.search(name)


def _is_unicode(text: str) -> bool:
    try:
        text.encode()
    except UnicodeEncodeError:
        return False
    return True


def _refuse_value(value: object, place: str, depth: int) -> None:
    match value:
        case dict():
            _refuse_depth(place, depth)
            for name, item in value.items():
                _refuse_name(name, place)
                _refuse_value(item, f"{place}.{name}", depth + 1)
        case list():
            _refuse_depth(place, depth)
            for item in value:
                _refuse_value(item, f"{place}[]", depth + 1)
        case str():
            _refuse_text(value, place)
        case bool() | None:
            pass
        case int() if -WIDEST_INTEGER <= value < WIDEST_INTEGER:
            pass
        case float() if math.isfinite(value):
            pass
        case _:
            raise UnstorableDocument(f"{place} holds {value!r:.80}, which is no storable JSON value")


def _refuse_depth(place: str, depth: int) -> None:
    if depth > DEEPEST_BODY:
        raise UnstorableDocument(f"{place:.80} lies deeper than {DEEPEST_BODY} levels")


def _refuse_name(name: object, place: str) -> None:
    # MongoDB gives these characters a meaning of their own inside field names.
    if not isinstance(name, str) or not name or name[0] == "$" or "." in name or "\0" in name:
        raise UnstorableDocument(
            f"{place} has the field name {name!r:.80}; names are non-empty text without '.', NUL"
            " or a leading '$' (keep such text in a value)"
        )
    _refuse_text(name, place)


def _refuse_text(text: str, place: str) -> None:
    if text.isascii():
        return
    try:
        text.encode()
    except UnicodeEncodeError as half:
        raise UnstorableDocument(f"{place} holds text that is not valid Unicode: {half}") from half


def _refuse_unindexable(body: Document, path: str) -> None:
    value: JSON = body
    for name in path.split("."):
        if not isinstance(value, dict):
            break
        value = value.get(name)
    # SQLite reads extracted text up to the first NUL only.
    if isinstance(value, dict | list) or (isinstance(value, str) and "\0" in value):
        raise UnstorableDocument(
            f"{path} is indexed, so it holds one plain value without NUL, not {value!r:.80}"
        )
