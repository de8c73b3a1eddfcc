"""Webhooks as Meta sends them: the JSON, how it is written, and its signature."""

import hashlib
import hmac
import json
import secrets
import time
from base64 import b64encode
from typing import Any

from contracts.tenants import WhatsAppAccount
from ops.sandbox.phones import Bubble, Choice, Phone, Status
from ops.sandbox.webhooks import Webhook


def message_id() -> str:
    """A new id in the shape Meta gives."""
    return "wamid." + b64encode(secrets.token_bytes(30)).decode()


def typed(phone: Phone, bubble: Bubble) -> Webhook:
    """The customer wrote a text."""
    return _message(phone, bubble, {"type": "text", "text": {"body": bubble.text}})


def tapped(phone: Phone, bubble: Bubble, offer: Bubble, choice: Choice) -> Webhook:
    """The customer tapped a button or a row of a list that the business had sent as `offer`."""
    kind = "list_reply" if offer.menu else "button_reply"
    reply = {"id": choice.id, "title": choice.title}
    if offer.menu and choice.description:
        reply["description"] = choice.description
    context = {"from": _display_number(phone), "id": offer.id}
    interactive = {"type": kind, kind: reply}
    return _message(phone, bubble, {"context": context, "type": "interactive", "interactive": interactive})


def status(phone: Phone, bubble: Bubble, value: Status) -> Webhook:
    """What became of a message of the business."""
    one = {
        "id": bubble.id,
        "status": value,
        "timestamp": str(int(time.time())),
        "recipient_id": phone.address,
        "conversation": {
            "id": hashlib.sha256(phone.address.encode()).hexdigest()[:32],
            "origin": {"type": "service"},
        },
        "pricing": {
            "billable": False,
            "pricing_model": "PMP",
            "category": "service",
            "type": "free_customer_service",
        },
    }
    if bubble.reference is not None:
        one["biz_opaque_callback_data"] = bubble.reference
    return _signed(phone, f"status {value}", {"statuses": [one]})


def _message(phone: Phone, bubble: Bubble, content: dict[str, Any]) -> Webhook:
    contact = {"profile": {"name": phone.name}, "wa_id": phone.address}
    head = {"from": phone.address, "id": bubble.id, "timestamp": str(int(bubble.at.timestamp()))}
    return _signed(phone, f"message {content['type']}", {"contacts": [contact], "messages": [head | content]})


def _signed(phone: Phone, what: str, value: dict[str, Any]) -> Webhook:
    number = account(phone)
    metadata = {"display_phone_number": _display_number(phone), "phone_number_id": number.phone_number_id}
    change = {"value": {"messaging_product": "whatsapp", "metadata": metadata, **value}, "field": "messages"}
    entry = {"id": f"2{number.phone_number_id[1:]}", "changes": [change]}
    body = written({"object": "whatsapp_business_account", "entry": [entry]})
    signature = hmac.new(number.app_secret.encode(), body, hashlib.sha256).hexdigest()
    return Webhook("whatsapp", phone.business.id, what, body, {"x-hub-signature-256": f"sha256={signature}"})


def written(payload: Any) -> bytes:
    """JSON as Meta writes it: non-ASCII as \\uXXXX and slashes escaped. Signed as it stands."""
    return json.dumps(payload, separators=(",", ":")).replace("/", "\\/").encode()


def account(phone: Phone) -> WhatsAppAccount:
    """The business's number that this phone talks with."""
    number = phone.business.channels.whatsapp
    if number is None:
        raise LookupError(f"{phone.business.id} has no WhatsApp number")
    return number


def _display_number(phone: Phone) -> str:
    return "".join(one for one in phone.business.phone or "15550100000" if one.isdigit())
