"""A recorded event as the timeline reads it: every one counts, also one that is no event of the catalogue."""

import hashlib
import json
from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from typing import Any, Final
from uuid import UUID

from pydantic import AwareDatetime, TypeAdapter, ValidationError
from pydantic_core import to_json

from contracts import events
from contracts.model import Data

Raw = Mapping[str, Any]

_MOMENT: Final = TypeAdapter(AwareDatetime)
_NEVER: Final = datetime.max.replace(tzinfo=UTC)


@dataclass(frozen=True)
class Entry:
    """One event of the record. `data` is None where its type is unknown or its body broken.

    `cause` and `correlation` are empty where nothing is named. `copies`: how often it was recorded.
    """

    id: str
    type: str
    source: str
    tenant: str
    conversation: str
    correlation: str
    cause: str
    time: datetime | None
    taken: datetime | None
    recorded: datetime | None
    data: Data | None
    raw: Raw
    copies: int = 1

    @property
    def opens(self) -> bool:
        """Whether a turn or a job begins with it."""
        return self.correlation == self.id

    @property
    def order(self) -> tuple[datetime, str]:
        """By the moment it was recorded; old events tell only when they happened."""
        return self.recorded or self.time or _NEVER, self.id


def entries_of(recorded: Iterable[Raw]) -> dict[str, Entry]:
    """The events by their id. Of several copies the first recorded one counts."""
    first: dict[str, Entry] = {}
    times = Counter[str]()
    for entry in map(_entry, recorded):
        times[entry.id] += 1
        known = first.get(entry.id)
        if known is None or _rank(entry) < _rank(known):
            first[entry.id] = entry
    return {one.id: replace(one, copies=times[one.id]) for one in sorted(first.values(), key=_order)}


def _entry(raw: Raw) -> Entry:
    return Entry(
        id=_id(raw.get("id")) or _digest(raw),
        type=_text(raw.get("type")) or "unknown",
        source=_text(raw.get("source")),
        tenant=_text(raw.get("tenantid")),
        conversation=_text(raw.get("partitionkey")),
        correlation=_id(raw.get("correlationid")),
        cause=_id(raw.get("causationid")),
        time=_moment(raw.get("time")),
        taken=_moment(raw.get("takentime")),
        recorded=_moment(raw.get("recordedtime")),
        data=_data(raw),
        raw=raw,
    )


def _data(raw: Raw) -> Data | None:
    try:
        data: Data = events.read(to_json(raw)).data
    except events.MalformedEvent:
        return None
    return data


def _id(value: Any) -> str:
    """As UUIDs are written, so that another spelling is still the same id."""
    try:
        return str(UUID(_text(value)))
    except ValueError:
        return _text(value)


def _moment(value: Any) -> datetime | None:
    try:
        return _MOMENT.validate_python(value).astimezone(UTC)
    except (ValidationError, OverflowError):
        return None


def _text(value: Any) -> str:
    return value if isinstance(value, str) else ""


def _digest(raw: Raw) -> str:
    return f"unnamed-{hashlib.sha256(_written(raw)).hexdigest()[:16]}"


def _written(raw: Raw) -> bytes:
    return json.dumps(raw, sort_keys=True).encode()


def _order(entry: Entry) -> tuple[datetime, str]:
    return entry.order


def _rank(entry: Entry) -> tuple[datetime, bytes]:
    return entry.order[0], _written(entry.raw)
