"""Telegram updates become events, also those that break Telegram's own types."""

import json
from datetime import UTC, datetime
from typing import Any

import pytest

from contracts.envelope import conversation_id, inbound_id
from contracts.messages import MessageReceived, VendorEventReceived
from contracts.tenants import TenantConfig
from gateway.channels.json_body import UnreadableBody
from gateway.channels.telegram import translate, verify_secret

ADA = {"id": 4711, "first_name": "Ada", "last_name": "Bianchi", "language_code": "it"}
CHAT = {"id": 4711, "type": "private", "first_name": "Ada"}
FILE = {"file_id": "F1", "mime_type": "x/y"}


def message(**content: Any) -> dict[str, Any]:
    return {"message_id": 12, "from": ADA, "chat": CHAT, "date": 1772452800} | content


@pytest.fixture
def one(tenant: TenantConfig, arrival: datetime) -> Any:
    def translated(**update: Any) -> Any:
        body = json.dumps({"update_id": 900, **update}).encode()
        (only,) = translate(tenant, body, arrival)
        return only

    return translated


def test_a_text_message(one: Any) -> None:
    event = one(message=message(text="Ciao", reply_to_message={"message_id": 11}))
    assert event.event_id == inbound_id("rosa", "telegram", "update/900")
    assert event.partition == conversation_id("rosa", "telegram", "4711")
    assert event.time == datetime(2026, 3, 2, 12, 0, tzinfo=UTC)
    assert event.data.model_dump(exclude_defaults=True) == {
        "channel": "telegram",
        "account": "77",
        "kind": "text",
        "vendor_message_id": "4711/12",
        "reply_to": "4711/11",
        "personal": {"address": "4711", "name": "Ada Bianchi", "language_hint": "it", "text": "Ciao"},
    }


@pytest.mark.parametrize(
    ("content", "kind", "text", "file"),
    [
        ({"text": "/start ref_42"}, "text", "/start ref_42", None),
        ({"photo": [{"file_id": "S"}, {"file_id": "L"}], "caption": "this"}, "image", "this", "L"),
        ({"photo": [{"file_id": "L"}]}, "image", "", "L"),
        ({"photo": []}, "other", "", None),
        ({"voice": FILE}, "audio", "", "F1"),
        ({"audio": FILE, "caption": "song"}, "audio", "song", "F1"),
        ({"video": FILE}, "video", "", "F1"),
        ({"video_note": FILE}, "video", "", "F1"),
        ({"animation": FILE, "document": {"file_id": "D"}}, "video", "", "F1"),
        ({"document": FILE | {"file_name": "a.pdf"}, "caption": "cv"}, "document", "cv", "F1"),
        ({"sticker": FILE | {"emoji": "👍"}}, "sticker", "", "F1"),
        ({"location": {"latitude": 45.4, "longitude": 9.1}}, "location", "", None),
        (
            {
                "location": {"latitude": 45.4, "longitude": 9.1},
                "venue": {
                    "location": {"latitude": 45.4, "longitude": 9.1},
                    "title": "Bar",
                    "address": "Via X",
                },
            },
            "location",
            "Bar, Via X",
            None,
        ),
        (
            {"contact": {"phone_number": "+39", "first_name": "Bo", "last_name": "Neri"}},
            "contacts",
            "Bo Neri",
            None,
        ),
        ({"dice": {"emoji": "🎲", "value": 3}}, "other", "", None),
        ({"poll": {"id": "1"}}, "other", "", None),
        ({"hologram": {}}, "other", "", None),
        ({}, "other", "", None),
        ({"text": 5}, "other", "", None),
        ({"voice": "x"}, "other", "", None),
        ({"location": {"latitude": None}}, "other", "", None),
    ],
)
def test_kinds_of_messages(one: Any, content: dict[str, Any], kind: str, text: str, file: str | None) -> None:
    data = one(message=message(**content)).data
    assert isinstance(data, MessageReceived)
    found = data.personal.media[0].vendor_id if data.personal.media else None
    assert (data.kind, data.personal.text, found) == (kind, text, file)


@pytest.mark.parametrize(
    "content",
    [
        {"pinned_message": {"message_id": 1}},
        {"message_auto_delete_timer_changed": {}},
        {"write_access_allowed": {}},
        {"successful_payment": {}},
        {"users_shared": {}},
    ],
)
def test_service_messages_are_kept(one: Any, content: dict[str, Any]) -> None:
    assert one(message=message(**content)).data.kind == "service"


TAP = {
    "id": "43825",
    "from": ADA,
    "message": {
        "message_id": 11,
        "chat": CHAT,
        "date": 1772452800,
        "reply_markup": {"inline_keyboard": [[{"text": "20:00", "callback_data": "slot-3"}]]},
    },
    "data": "slot-3",
}


def test_a_tapped_button(one: Any, arrival: datetime) -> None:
    event = one(callback_query=TAP)
    assert event.data.kind == "choice"
    assert (event.data.personal.choice, event.data.personal.text) == ("slot-3", "20:00")
    assert (event.data.vendor_message_id, event.data.reply_to) == ("callback/43825", "4711/11")
    assert event.partition == conversation_id("rosa", "telegram", "4711")
    assert event.time == arrival  # the date is that of the message with the button


def test_a_tap_on_a_message_that_is_too_old(one: Any, arrival: datetime) -> None:
    event = one(callback_query=TAP | {"message": {"chat": CHAT, "message_id": 1, "date": 0}})
    assert (event.data.personal.choice, event.data.personal.text) == ("slot-3", "")
    assert event.time == arrival


def test_a_tap_without_its_message(one: Any) -> None:
    event = one(callback_query={k: v for k, v in TAP.items() if k != "message"})
    assert (event.data.personal.address, event.data.reply_to) == ("4711", None)


@pytest.mark.parametrize(
    "change",
    [
        {"id": None},
        {"data": None},
        {"data": ""},
        {"message": {"chat": {"id": -5, "type": "group"}}},
        {"message": None, "from": None},
        {"message": {"chat": None, "message_id": 3}, "from": 1},
    ],
)
def test_a_tap_that_cannot_be_answered_is_kept(one: Any, change: dict[str, Any]) -> None:
    event = one(callback_query=TAP | change)
    assert (type(event.data), event.data.kind) == (VendorEventReceived, "callback_query")


@pytest.mark.parametrize("inner", [None, 1, "x", [], {"reply_markup": 1}, {"inline_keyboard": [1]}])
def test_a_strange_keyboard_gives_no_title(one: Any, inner: Any) -> None:
    tapped = {"message_id": 11, "chat": CHAT, "reply_markup": {"inline_keyboard": [inner, [inner]]}}
    assert one(callback_query=TAP | {"message": tapped}).data.personal.text == ""


@pytest.mark.parametrize(
    "kind",
    [
        "edited_message",
        "my_chat_member",
        "channel_post",
        "inline_query",
        "poll_answer",
        "business_message",
        "brand_new",
    ],
)
def test_all_else_is_kept(one: Any, kind: str) -> None:
    event = one(**{kind: message(text="alle 21")})
    assert (type(event.data), event.data.kind) == (VendorEventReceived, kind)
    assert event.data.personal.payload["update_id"] == 900
    assert event.event_id == inbound_id("rosa", "telegram", "update/900")


@pytest.mark.parametrize("kind", ["group", "supergroup", "channel", 5])
def test_only_private_chats_are_conversations(one: Any, kind: Any) -> None:
    event = one(message=message(chat={"id": -100, "type": kind}, text="/help"))
    assert (type(event.data), event.data.kind) == (VendorEventReceived, "group")


@pytest.mark.parametrize(
    "broken",
    [
        None,
        5,
        "x",
        [],
        {},
        {"chat": CHAT},
        {"message_id": 1},
        message(chat=None),
        message(chat={}),
        message(chat={"id": True}),
        message(chat={"id": []}),
        message(message_id=None),
        message(message_id=1.5),
    ],
)
def test_broken_messages_are_kept(one: Any, broken: Any) -> None:
    assert one(message=broken).data.kind == "malformed"


@pytest.mark.parametrize("sender", [None, 3, [], {}, {"first_name": 5, "language_code": {}}])
def test_a_strange_sender_has_no_name(one: Any, sender: Any) -> None:
    event = one(message=message(**{"from": sender, "chat": {"id": 4711, "type": "private"}}, text="Ciao"))
    assert (event.data.personal.name, event.data.personal.language_hint) == (None, None)


@pytest.mark.parametrize("date", [0, None, "x", -5, 10**20, [], True])
def test_a_garbage_date_means_arrival(one: Any, arrival: datetime, date: Any) -> None:
    assert one(message=message(date=date, text="x")).time == arrival


def test_a_chat_without_a_type_counts_as_private(one: Any) -> None:
    assert one(message=message(chat={"id": 4711}, text="x")).data.kind == "text"


def test_without_an_update_id_the_message_has_one(tenant: TenantConfig, arrival: datetime) -> None:
    (event,) = translate(tenant, json.dumps({"message": message(text="x")}).encode(), arrival)
    assert event.event_id == inbound_id("rosa", "telegram", "4711/12")


@pytest.mark.parametrize("body", [b"", b"x", b"null", b"[]", b"3", b"{}"])
def test_what_is_no_update_is_refused(tenant: TenantConfig, arrival: datetime, body: bytes) -> None:
    with pytest.raises(UnreadableBody):
        translate(tenant, body, arrival)


def test_the_secret_token() -> None:
    assert verify_secret("A-secret_1", "A-secret_1")


@pytest.mark.parametrize("header", [None, "", "A-secret_2", "a-secret_1", "A-secret_1 ", "é", "\udc80"])
def test_any_other_token_is_refused(header: str | None) -> None:
    assert not verify_secret(header, "A-secret_1")


def test_without_a_secret_nothing_is_authentic() -> None:
    assert not verify_secret("", "")
