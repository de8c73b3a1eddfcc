"""Updates as Telegram sends them to a bot's webhook (Bot API 10.1)."""

import itertools
import json
import secrets
import time
from typing import Any

from contracts.tenants import TelegramAccount, TenantConfig
from ops.sandbox.phones import Bubble, Choice, Phone
from ops.sandbox.webhooks import Webhook

# Ids go on rising when the sandbox is started again: the gateway knows the earlier ones.
_numbers = itertools.count(int(time.time()))


def message_id() -> str:
    """A new id of a message."""
    return str(next(_numbers) - 1_700_000_000)


def typed(phone: Phone, bubble: Bubble, secret: str) -> Webhook:
    """The customer wrote a text."""
    content = message(phone, bubble, _user(phone))
    if bubble.text.startswith("/"):
        length = len(bubble.text.split()[0])
        content["entities"] = [{"offset": 0, "length": length, "type": "bot_command"}]
    return _update(phone, "message", content, secret)


def tapped(phone: Phone, offer: Bubble, choice: Choice, secret: str) -> Webhook:
    """The customer tapped a button under `offer`."""
    content = {
        "id": str(secrets.randbits(62)),
        "from": _user(phone),
        "message": message(phone, offer, bot(phone.business)),
        "chat_instance": str(-int(phone.address) - 2**60),
        "data": choice.id,
    }
    return _update(phone, "callback_query", content, secret)


def message(phone: Phone, bubble: Bubble, sender: dict[str, Any]) -> dict[str, Any]:
    """A message as the API shows it."""
    owner = {name: text for name, text in _user(phone).items() if name in ("id", "first_name", "last_name")}
    shown = {
        "message_id": int(bubble.id),
        "from": sender,
        "chat": {**owner, "type": "private"},
        "date": int(bubble.at.timestamp()),
        "text": bubble.text,
    }
    return shown | ({"reply_markup": {"inline_keyboard": _keyboard(bubble)}} if bubble.choices else {})


def bot(business: TenantConfig) -> dict[str, Any]:
    """The business's bot, as a user."""
    number = int(account(business).bot_token.partition(":")[0])
    username = f"{business.id.replace('-', '_')}_bot"
    return {"id": number, "is_bot": True, "first_name": business.name, "username": username}


def account(business: TenantConfig) -> TelegramAccount:
    """The business's bot account."""
    if business.channels.telegram is None:
        raise LookupError(f"{business.id} has no Telegram bot")
    return business.channels.telegram


def _keyboard(bubble: Bubble) -> list[list[dict[str, str]]]:
    rows = itertools.groupby(bubble.choices, key=lambda one: one.row)
    return [[{"text": one.title, "callback_data": one.id} for one in row] for _, row in rows]


def _user(phone: Phone) -> dict[str, Any]:
    first, _, last = phone.name.partition(" ")
    user = {"id": int(phone.address), "is_bot": False, "first_name": first}
    return user | ({"last_name": last} if last else {}) | {"language_code": phone.business.languages[0]}


def _update(phone: Phone, kind: str, content: dict[str, Any], secret: str) -> Webhook:
    body = json.dumps({"update_id": next(_numbers), kind: content}, ensure_ascii=False).encode()
    headers = {"x-telegram-bot-api-secret-token": secret}
    return Webhook("telegram", phone.business.id, kind, body, headers)
