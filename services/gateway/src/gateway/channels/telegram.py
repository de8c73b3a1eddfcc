"""Telegram webhooks (Bot API 10): authenticity and translation.

Read tolerantly: updates that Telegram itself publishes as samples break its own types.
"""

from collections.abc import Mapping
from datetime import datetime
from typing import Any
from uuid import UUID

from contracts.envelope import conversation_id, happened, inbound_id
from contracts.messages import Channel, Inbound, MessageReceived
from contracts.model import Data
from contracts.tenants import TenantConfig
from gateway.channels.json_body import UnreadableBody, read_object
from gateway.channels.telegram_content import Content, content_of
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


def verify_secret(header: str | None, secret_token: str) -> bool:
    """Is `X-Telegram-Bot-Api-Secret-Token` the token that was given to setWebhook?"""
    return same_secret(header, secret_token)


def translate(tenant: TenantConfig, body: bytes, arrival: datetime) -> list[Translated]:
    """The one message or notice of one update. Raises UnreadableBody."""
    update = read_object(body)
    if not update:
        raise UnreadableBody("a Telegram update has an update_id")
    return [_Update(tenant, arrival, update).event()]


def answer_tap(body: bytes) -> dict[str, str] | None:
    """What to answer a tap on a button with, or the button keeps spinning (Bot API 10, answerCallbackQuery).

    Telegram takes one method call in the answer to a webhook, so this needs no request of its own.
    """
    tap = id_of(mapping(read_object(body).get("callback_query")).get("id"))
    return {"method": "answerCallbackQuery", "callback_query_id": tap} if tap else None


class _Update:
    """One update, on its way to an event."""

    def __init__(self, tenant: TenantConfig, arrival: datetime, update: Mapping[str, Any]) -> None:
        account = tenant.channels.telegram
        assert account, "the route lets only tenants with Telegram in"  # noqa: S101
        self._tenant, self._arrival, self._update = tenant, arrival, update
        self._account = account.bot_token.partition(":")[0]

    def event(self) -> Translated:
        if "message" in self._update:
            return self._message(mapping(self._update["message"]))
        if "callback_query" in self._update:
            return self._callback(mapping(self._update["callback_query"]))
        # An edit, a block (my_chat_member), a channel post, a poll: its kind is the name of its field.
        return self._kept(next((name for name in self._update if name != "update_id"), "malformed"))

    def _message(self, message: Mapping[str, Any]) -> Translated:
        chat, number = _private_chat(message), id_of(message.get("message_id"))
        if not chat or not number:
            return self._kept("group" if chat is None else "malformed")
        content = content_of(message)
        if content is None:
            return self._kept("service")
        reply_to = id_of(mapping(message.get("reply_to_message")).get("message_id"))
        return self._received(
            f"{chat}/{number}",
            f"{chat}/{reply_to}" if reply_to else None,
            content,
            _person(chat, mapping(message.get("from")) or mapping(message.get("chat"))),
            happened(moment(message.get("date")), self._arrival),
        )

    def _callback(self, query: Mapping[str, Any]) -> Translated:
        """A tap on a button. Its only date is that of the message with the button, so arrival counts."""
        message, sender = mapping(query.get("message")), mapping(query.get("from"))
        chat = _private_chat(message) if message else id_of(sender.get("id"))
        number, choice = id_of(query.get("id")), text_of(query.get("data"), 64)
        if not chat or not number or not choice:
            return self._kept("callback_query")
        tapped = id_of(message.get("message_id"))
        return self._received(
            f"callback/{number}",
            f"{chat}/{tapped}" if tapped else None,
            Content("choice", _title(message, choice), choice=choice),
            _person(chat, sender),
            self._arrival,
        )

    def _received(
        self, vendor_id: str, reply_to: str | None, content: Content, person: Inbound, time: datetime
    ) -> Translated:
        data = MessageReceived(
            channel=Channel.TELEGRAM,
            account=self._account,
            kind=content.kind,
            vendor_message_id=vendor_id,
            reply_to=reply_to,
            personal=person.model_copy(update=content.personal()),
        )
        return self._translated(vendor_id, data, person.address, time)

    def _translated(self, vendor_id: str, data: Data, address: str, time: datetime) -> Translated:
        partition = conversation_id(self._tenant.id, Channel.TELEGRAM, address)
        return Translated(self._update_id() or self._id(vendor_id), data, partition, time)

    def _kept(self, kind: str) -> Translated:
        return kept(self._tenant, Channel.TELEGRAM, kind, self._update, self._arrival, self._update_id())

    def _update_id(self) -> UUID | None:
        number = id_of(self._update.get("update_id"))
        return self._id(f"update/{number}") if number else None

    def _id(self, vendor_id: str) -> UUID:
        return inbound_id(self._tenant.id, Channel.TELEGRAM, vendor_id)


def _private_chat(message: Mapping[str, Any]) -> str | None:
    """The chat's id if the bot is alone with the customer; None in groups and channels."""
    chat = mapping(message.get("chat"))
    return id_of(chat.get("id")) if chat.get("type", "private") == "private" else None


def _person(chat: str, sender: Mapping[str, Any]) -> Inbound:
    names = (text_of(sender.get(part), 128) for part in ("first_name", "last_name"))
    return Inbound(
        address=chat,
        name=" ".join(filter(None, names)) or None,
        language_hint=text_of(sender.get("language_code"), 35) or None,
    )


def _title(message: Mapping[str, Any], choice: str) -> str:
    """What stood on the button; the message may be too old for Telegram to repeat it."""
    for row in listed(mapping(message.get("reply_markup")).get("inline_keyboard")):
        for button in map(mapping, listed(row)):
            if button.get("callback_data") == choice:
                return text_of(button.get("text"), 256)
    return ""
