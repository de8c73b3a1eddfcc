"""What all channels share: the result of a translation, and reading a vendor's fields tolerantly."""

import hashlib
import hmac
import json
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any, Protocol
from uuid import UUID

from contracts.envelope import conversation_id, inbound_id
from contracts.messages import Channel, Unread, VendorEventReceived
from contracts.model import Data
from contracts.tenants import TenantConfig

LONGEST_TEXT = 4096
"""Characters a customer can type at once (Meta, Graph API v23.0; Telegram Bot API 10); more is cut off."""

LONGEST_ID = 512


@dataclass(frozen=True)
class Translated:
    """One event to publish. `time` is when it happened at the vendor, never later than its arrival."""

    event_id: UUID
    data: Data
    partition: str
    time: datetime


class Translator(Protocol):
    """Translates a body that is authentic; `tenant` has the channel. Raises UnreadableBody."""

    def __call__(self, tenant: TenantConfig, body: bytes, arrival: datetime) -> list[Translated]: ...


def same_secret(given: str | None, secret: str) -> bool:
    """Compares in constant time. Without a secret, or without anything given, nothing is the same."""
    if not given or not secret:
        return False
    return hmac.compare_digest(given.encode("utf-8", "replace"), secret.encode())


def mapping(value: Any) -> Mapping[str, Any]:
    """The value if it is a JSON object, else an empty one."""
    return value if isinstance(value, dict) else {}


def listed(value: Any) -> list[Any]:
    """The value if it is a list, else an empty one."""
    return value if isinstance(value, list) else []


def text_of(value: Any, longest: int = LONGEST_TEXT) -> str:
    """The value if it is text, cut to `longest` characters, else an empty text."""
    return value[:longest] if isinstance(value, str) else ""


def id_of(value: Any) -> str:
    """An id as text, whether the vendor writes it as text or number; empty if it is neither."""
    if isinstance(value, int) and not isinstance(value, bool):
        value = str(value)
    return value if isinstance(value, str) and len(value) <= LONGEST_ID else ""


def degrees(value: Any) -> float | None:
    """A latitude or longitude."""
    return float(value) if isinstance(value, int | float) and abs(value) <= 180 else None


def moment(value: Any) -> datetime | None:
    """Seconds since 1970, as a number or as text. None for zero and for what is no time."""
    try:
        seconds = 0 if isinstance(value, bool) else int(value)
        return datetime.fromtimestamp(seconds, UTC) if seconds > 0 else None
    except (TypeError, ValueError, OverflowError, OSError):
        return None


def kept(  # noqa: PLR0917  the two channels call it from one place each
    tenant: TenantConfig,
    channel: Channel,
    kind: str,
    item: Any,
    arrival: datetime,
    event_id: UUID | None = None,
) -> Translated:
    """What has no meaning for us, word for word.

    Where the vendor gave it no id, its content is its id. It belongs to no conversation, so all of a
    channel lie together.
    """
    payload = item if isinstance(item, dict) else {"item": item}
    digest = hashlib.sha256(json.dumps(payload, sort_keys=True).encode()).hexdigest()
    return Translated(
        event_id or inbound_id(tenant.id, channel, f"kept/{digest}"),
        VendorEventReceived(channel=channel, kind=kind[:64], personal=Unread(payload=payload)),
        conversation_id(tenant.id, channel, ""),
        arrival,
    )
