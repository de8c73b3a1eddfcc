"""Reading a dead letter: what failed, why and how often, from a body and headers nobody vouches for. Pure."""

import base64
import json
from collections.abc import Mapping
from datetime import UTC, datetime
from hashlib import sha256
from typing import Any, Final, Literal
from uuid import UUID

from pydantic_core import from_json

from chassis.failures.failure import UNREADABLE, Failure, failure_id
from chassis.messaging.dead_letters import (
    AT_HEADER,
    ERROR_HEADER,
    EXCEPTION_HEADER,
    LINES_HEADER,
    REASON_HEADER,
)
from chassis.messaging.topology import PARTITION_HEADER
from contracts import channels

Encoding = Literal["json", "text", "base64"]

_OF_ONE_DEATH: Final = ("x-bellhop-", "x-death", "x-first-death", "x-last-death", "x-delivery", "x-acquired")
_LONGEST_NAME: Final = 200  # characters
_BEGINNING_OF_TIME: Final = datetime.min.replace(tzinfo=UTC)


def read_letter(service: str, queue: str, body: bytes, headers: Mapping[str, Any], now: datetime) -> Failure:
    """The failure a dead letter of `queue` tells of; whatever it lacks is `now` or nothing."""
    payload, encoding = _content(body)
    told = payload if isinstance(payload, dict) else {}
    event_id = _uuid(told.get("id"))
    died = _died(headers, now)
    return Failure(
        id=failure_id(queue, event_id or sha256(body).hexdigest()),
        kind="dead-letter",
        service=service,
        queue=queue,
        event_type=_name(told.get("type")) or UNREADABLE,
        tenant=_name(told.get("tenantid")) or _name(headers.get("tenantid")) or channels.SYSTEM,
        conversation=_name(told.get("partitionkey")) or _name(headers.get(PARTITION_HEADER)),
        event_id=event_id,
        event_time=_instant(told.get("time")) or _BEGINNING_OF_TIME,
        first_at=died,
        last_at=died,
        payload=payload,
        encoding=encoding,
        headers=_kept(headers),
        lines=_lines(headers.get(LINES_HEADER)),
        **_why(headers),
    )


def absorbed(known: Failure | None, arrived: Failure) -> Failure:
    """What is known of a failure after one of its dead letters has arrived; the same letter twice is once."""
    if known is None:
        return arrived
    if arrived.last_at <= known.last_at:
        return known
    return arrived.model_copy(update={"first_at": known.first_at, "times": known.times + 1})


def body_of(payload: dict[str, Any]) -> bytes:
    """An event's JSON as it travels."""
    return json.dumps(payload).encode()


def _why(headers: Mapping[str, Any]) -> dict[str, str]:
    if reason := headers.get(REASON_HEADER):
        error = str(headers.get(ERROR_HEADER, ""))
        exception = str(headers.get(EXCEPTION_HEADER) or error.partition(":")[0])
        return {"reason": str(reason), "exception": exception, "error": error}
    death = _last_death(headers)
    if death.get("reason") == "delivery_limit":
        error = f"RabbitMQ delivered it again and again to {death.get('queue')} and nobody settled it"
        return {"reason": "delivery-limit", "exception": "DeliveryLimit", "error": error}
    reason = str(death.get("reason") or "unknown")
    return {"reason": reason, "exception": "Unknown", "error": f"RabbitMQ gave it up: {reason}"}


def _died(headers: Mapping[str, Any], now: datetime) -> datetime:
    return _instant(headers.get(AT_HEADER)) or _instant(_last_death(headers).get("time")) or now


def _last_death(headers: Mapping[str, Any]) -> Mapping[str, Any]:
    deaths = headers.get("x-death")
    last = deaths[0] if isinstance(deaths, list) and deaths else {}
    return last if isinstance(last, dict) else {}


def _content(body: bytes) -> tuple[dict[str, Any] | str, Encoding]:
    try:
        text = body.decode()
    except UnicodeDecodeError:
        return base64.b64encode(body).decode(), "base64"
    try:
        content = from_json(text, allow_inf_nan=False)
    except ValueError:
        return text, "text"
    return (content, "json") if isinstance(content, dict) else (text, "text")


def _kept(headers: Mapping[str, Any]) -> dict[str, Any]:
    """The headers it came with, without those that speak of one death only."""
    return {name: _plain(value) for name, value in headers.items() if not name.startswith(_OF_ONE_DEATH)}


def _lines(text: Any) -> tuple[dict[str, Any], ...]:
    try:
        lines = from_json(text)
    except (ValueError, TypeError):
        return ()
    return tuple(line for line in lines if isinstance(line, dict)) if isinstance(lines, list) else ()


def _name(value: Any) -> str:
    return value[:_LONGEST_NAME] if isinstance(value, str) else ""


def _uuid(value: Any) -> UUID | None:
    try:
        return UUID(value)
    except (ValueError, TypeError, AttributeError):
        return None


def _instant(value: Any) -> datetime | None:
    """A moment from a header or an event; without a zone it is in UTC, as RabbitMQ writes it."""
    try:
        moment = value if isinstance(value, datetime) else datetime.fromisoformat(value)
        return moment.replace(tzinfo=UTC) if moment.tzinfo is None else moment.astimezone(UTC)
    except (ValueError, TypeError, OverflowError):
        return None


def _plain(value: Any) -> Any:
    return value if value is None or isinstance(value, str | int | float | bool) else str(value)
