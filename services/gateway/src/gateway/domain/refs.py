"""By which ids an event of the record is found again. Pure, and without the models of events.

So an event of a later version, which no model here understands, is found as well.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any, Final
from uuid import UUID

from pydantic_core import from_json

_NAMED: Final = ("message_id", "vendor_message_id", "booking_id", "request_id", "reference")
_LISTED: Final = ("event_ids",)
_TOLD_BY_VENDORS: Final = ("message.sent.v1", "receipt.received.v1")
_LONGEST: Final = 512
_EPOCH: Final = datetime(1970, 1, 1, tzinfo=UTC)
_MILLISECOND: Final = timedelta(milliseconds=1)
_NUMBER: Final = re.compile(r"(?:\+|00)?(\d[\d\s().\-/]*)")


@dataclass(frozen=True, slots=True)
class Entry:
    """What the index keeps of one event, before it is hashed.

    `refs` are the ids it is found by, besides conversation and correlation. `links` are those by which a
    vendor's receipts, which open a correlation of their own, belong to a message. `recorded` is in
    milliseconds since 1970, 0 where the event does not say.
    """

    conversation: str
    correlation: str
    recorded: int
    refs: frozenset[str]
    links: frozenset[str]


def entry_of(body: bytes) -> Entry | None:
    """The entry of an event's body; None for what is no event."""
    try:
        event = from_json(body)
    except ValueError:
        return None
    if not isinstance(event, dict) or not (event_id := _text(event.get("id"))):
        return None
    data = event.get("data")
    named = frozenset(_named(data)) if isinstance(data, dict) else frozenset[str]()
    correlation = _text(event.get("correlationid")) or event_id
    refs = {event_id, _text(event.get("causationid")), *named} - {"", correlation}
    return Entry(
        conversation=_text(event.get("partitionkey")),
        correlation=correlation,
        recorded=_milliseconds(event.get("recordedtime") or event.get("time")),
        refs=frozenset(refs),
        links=named if event.get("type") in _TOLD_BY_VENDORS else frozenset(),
    )


def spellings_of(ref: str) -> tuple[str, ...]:
    """An id as it may stand in events, however it was pasted: UUIDs of ours are lower case, with dashes."""
    text = ref.strip()
    try:
        return tuple(dict.fromkeys((text, str(UUID(text)))))
    except ValueError:
        return (text,) if text else ()


def addresses_of(ref: str) -> tuple[str, ...]:
    """The addresses that may be meant: the text itself and, for a phone number, its digits alone."""
    text = ref.strip()
    number = _NUMBER.fullmatch(text)
    digits = "".join(filter(str.isdigit, number[1])) if number else text
    return tuple(dict.fromkeys(one for one in (text, digits) if one))


def milliseconds(moment: datetime) -> int:
    """A moment as the index keeps it, since 1970."""
    return (moment - _EPOCH) // _MILLISECOND


def moment(stamp: int) -> datetime:
    """The moment, in UTC, that `milliseconds` was given."""
    return _EPOCH + stamp * _MILLISECOND


def _named(data: dict[str, Any]) -> Iterator[str]:
    for name in _NAMED:
        if text := _text(data.get(name)):
            yield text
    for name in _LISTED:
        several = data.get(name)
        yield from filter(None, map(_text, several if isinstance(several, list) else ()))
    if isinstance(appointment := data.get("appointment"), dict) and (
        text := _text(appointment.get("booking_id"))
    ):
        yield text


def _text(value: Any) -> str:
    return value if isinstance(value, str) and len(value) <= _LONGEST else ""


def _milliseconds(value: Any) -> int:
    try:
        return milliseconds(datetime.fromisoformat(value))
    except (TypeError, ValueError, OverflowError):
        return 0
