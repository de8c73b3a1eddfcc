"""WhatsApp Cloud API webhooks (Meta, Graph API v23.0): authenticity and translation."""

import hashlib
import hmac
from collections.abc import Iterator, Mapping
from datetime import datetime
from itertools import islice
from typing import Any
from uuid import UUID

from contracts.envelope import conversation_id, happened, inbound_id
from contracts.messages import Channel, MessageReceived, Receipt, ReceiptReceived
from contracts.tenants import TenantConfig
from gateway.channels.json_body import UnreadableBody, read_object
from gateway.channels.translation import (
    Translated,
    id_of,
    kept,
    listed,
    mapping,
    moment,
    same_secret,
    text_of,
)
from gateway.channels.whatsapp_content import content_of

_PREFIX = "sha256="

_MOST_ITEMS = 5000
"""Meta batches up to 1000 updates; a body full of crumbs must not hold up everybody else."""

# What Meta reports beside what customers write: a changed number, an edit, a deletion, a chat opened.
_NOTICES = frozenset({"system", "edit", "revoke", "request_welcome"})

_RECEIPTS: Mapping[str, Receipt] = {
    "sent": "sent", "delivered": "delivered", "read": "read", "played": "read", "failed": "failed",
}  # fmt: skip


def verify_signature(body: bytes, header: str | None, app_secret: str) -> bool:
    """Is `X-Hub-Signature-256` the HMAC-SHA256 of exactly these bytes? Whatever is missing: no."""
    if not header or not app_secret or not header.startswith(_PREFIX):
        return False
    expected = hmac.new(app_secret.encode(), body, hashlib.sha256).hexdigest()
    return same_secret(header.removeprefix(_PREFIX), expected)


def answer_challenge(query: Mapping[str, str], verify_token: str) -> str | None:
    """The text that proves to Meta that this address is ours; None if who asks is not Meta."""
    if query.get("hub.mode") != "subscribe" or not query.get("hub.challenge"):
        return None
    return query["hub.challenge"] if same_secret(query.get("hub.verify_token"), verify_token) else None


def translate(tenant: TenantConfig, body: bytes, arrival: datetime) -> list[Translated]:
    """All messages, receipts and notices of one webhook. Raises UnreadableBody."""
    content = read_object(body)
    entries = content.get("entry")
    if not isinstance(entries, list):
        raise UnreadableBody("a WhatsApp webhook has a list called entry")
    found = (event for entry in entries for event in _Entry(tenant, arrival, entry).events())
    events = list(islice(found, _MOST_ITEMS + 1))
    if len(events) > _MOST_ITEMS:
        raise UnreadableBody(f"a WhatsApp webhook holds no more than {_MOST_ITEMS} items")
    return events


class _Entry:
    """One entry of a webhook, on its way to events."""

    def __init__(self, tenant: TenantConfig, arrival: datetime, entry: Any) -> None:
        account = tenant.channels.whatsapp
        assert account, "the route lets only tenants with WhatsApp in"  # noqa: S101
        self._tenant, self._arrival, self._entry = tenant, arrival, entry
        self._account = account.phone_number_id

    def events(self) -> Iterator[Translated]:
        changes = mapping(self._entry).get("changes")
        if not isinstance(changes, list):
            yield self._kept("malformed", self._entry)
            return
        for change in changes:
            yield from self._of_change(change)

    def _of_change(self, change: Any) -> Iterator[Translated]:
        value = mapping(change).get("value")
        field = text_of(mapping(change).get("field"))
        if field != "messages" or not isinstance(value, dict):
            yield self._kept_with_entry("malformed" if field in ("", "messages") else field, change)
            return
        # Meta names the number in every change; where it is missing, the signed address decides.
        number = id_of(mapping(value.get("metadata")).get("phone_number_id")) or self._account
        if number != self._account:
            yield self._kept_with_entry("foreign_account", change)
            return
        messages, statuses = listed(value.get("messages")), listed(value.get("statuses"))
        broken = any(value.get(name) and not listed(value[name]) for name in ("messages", "statuses"))
        if broken or not (messages or statuses):
            yield self._kept_with_entry("errors" if value.get("errors") else "malformed", change)
        for message in messages:
            yield self._message(message, listed(value.get("contacts")))
        for status in statuses:
            yield self._receipt(status)

    def _message(self, message: Any, contacts: list[Any]) -> Translated:
        fields = mapping(message)
        wamid, address = id_of(fields.get("id")), _sender(fields)
        if not wamid or not address:
            return self._kept("malformed", message)
        event_id = inbound_id(self._tenant.id, Channel.WHATSAPP, wamid)
        if (kind := text_of(fields.get("type"))) in _NOTICES:
            return self._kept(kind, message, event_id)
        content = content_of(fields)
        return Translated(
            event_id,
            MessageReceived(
                channel=Channel.WHATSAPP,
                account=self._account,
                kind=content.kind,
                vendor_message_id=wamid,
                reply_to=content.reply_to or id_of(mapping(fields.get("context")).get("id")) or None,
                personal=content.inbound(address, _profile_name(contacts, fields)),
            ),
            conversation_id(self._tenant.id, Channel.WHATSAPP, address),
            happened(moment(fields.get("timestamp")), self._arrival),
        )

    def _receipt(self, status: Any) -> Translated:
        fields = mapping(status)
        wamid, word = id_of(fields.get("id")), text_of(fields.get("status"))
        if not wamid or word not in _RECEIPTS:
            return self._kept("status" if wamid else "malformed", status)
        recipient = id_of(fields.get("recipient_id")) or id_of(fields.get("recipient_user_id"))
        error = mapping(next(iter(listed(fields.get("errors"))), None))
        return Translated(
            inbound_id(self._tenant.id, Channel.WHATSAPP, f"status/{wamid}/{word}"),
            ReceiptReceived(
                channel=Channel.WHATSAPP,
                vendor_message_id=wamid,
                reference=_uuid(fields.get("biz_opaque_callback_data")),
                status=_RECEIPTS[word],
                error_code=id_of(error.get("code")) or None,
                error=_reason(error),
            ),
            conversation_id(self._tenant.id, Channel.WHATSAPP, recipient),
            happened(moment(fields.get("timestamp")), self._arrival),
        )

    def _kept(self, kind: str, item: Any, event_id: UUID | None = None) -> Translated:
        return kept(self._tenant, Channel.WHATSAPP, kind, item, self._arrival, event_id)

    def _kept_with_entry(self, kind: str, change: Any) -> Translated:
        """With the entry's id and time: two notices that say the same at different times are two."""
        fields = {name: self._entry[name] for name in ("id", "time") if name in self._entry}
        return self._kept(kind, {**fields, "changes": [change]})


def _sender(message: Mapping[str, Any]) -> str:
    """The phone number, or for those who hide it their business-scoped user id (like US.1234)."""
    return id_of(message.get("from")) or id_of(message.get("from_user_id")) or id_of(message.get("user_id"))


def _profile_name(contacts: list[Any], message: Mapping[str, Any]) -> str | None:
    ids = {id_of(message.get(name)) for name in ("from", "from_user_id", "user_id")} - {""}
    for contact in map(mapping, contacts):
        if {id_of(contact.get("wa_id")), id_of(contact.get("user_id"))} & ids:
            return text_of(mapping(contact.get("profile")).get("name"), 256) or None
    return None


def _uuid(value: Any) -> UUID | None:
    try:
        return UUID(value)
    except (AttributeError, TypeError, ValueError):
        return None


def _reason(error: Mapping[str, Any]) -> str | None:
    """Meta's words: the details where it gives any, else message or title."""
    details = mapping(error.get("error_data")).get("details")
    return text_of(details) or text_of(error.get("message")) or text_of(error.get("title")) or None
