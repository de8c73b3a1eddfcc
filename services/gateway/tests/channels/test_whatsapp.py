"""WhatsApp webhooks become events, whatever else comes beside them."""

import json
from datetime import UTC, datetime
from typing import Any
from uuid import UUID

import pytest

from contracts.envelope import conversation_id, inbound_id
from contracts.messages import MessageReceived, ReceiptReceived, VendorEventReceived
from contracts.tenants import TenantConfig
from gateway.channels.json_body import UnreadableBody
from gateway.channels.translation import Translated
from gateway.channels.whatsapp import translate

CUSTOMER = "393331234567"
CONTACT = {"wa_id": CUSTOMER, "profile": {"name": "Ada Bianchi"}}


def message(kind: str = "text", part: Any = None, **more: Any) -> dict[str, Any]:
    fields = {"from": CUSTOMER, "id": "wamid.A1", "timestamp": "1772452800", "type": kind}
    body = {"body": "Ciao"} if kind == "text" and part is None else part
    return fields | ({kind: body} if body is not None else {}) | more


def value(*messages: Any, **more: Any) -> dict[str, Any]:
    number = {"phone_number_id": "555000111", "display_phone_number": "390655501742"}
    content = {"messaging_product": "whatsapp", "metadata": number, "contacts": [CONTACT]}
    return content | ({"messages": list(messages)} if messages else {}) | more


def webhook(*values: Any, field: str = "messages") -> dict[str, Any]:
    changes = [{"value": one, "field": field} for one in values]
    return {"object": "whatsapp_business_account", "entry": [{"id": "88", "changes": changes}]}


@pytest.fixture
def read(tenant: TenantConfig, arrival: datetime) -> Any:
    def translated(payload: Any) -> list[Translated]:
        return translate(tenant, json.dumps(payload).encode(), arrival)

    return translated


@pytest.fixture
def one(read: Any) -> Any:
    def translated(*messages: Any, **more: Any) -> Any:
        (only,) = read(webhook(value(*messages, **more)))
        return only

    return translated


def test_a_text_message(one: Any) -> None:
    event = one(message(context={"id": "wamid.B2", "from": "390655501742"}))
    assert event.event_id == inbound_id("rosa", "whatsapp", "wamid.A1")
    assert event.partition == conversation_id("rosa", "whatsapp", CUSTOMER)
    assert event.time == datetime(2026, 3, 2, 12, 0, tzinfo=UTC)
    assert event.data.model_dump(exclude_defaults=True) == {
        "channel": "whatsapp",
        "account": "555000111",
        "kind": "text",
        "vendor_message_id": "wamid.A1",
        "reply_to": "wamid.B2",
        "personal": {"address": CUSTOMER, "name": "Ada Bianchi", "text": "Ciao"},
    }


REPLY = {"type": "button_reply", "button_reply": {"id": "slot-1", "title": "15:00"}}
ROW = {"type": "list_reply", "list_reply": {"id": "slot-2", "title": "16:00", "description": "Giulia"}}
FORM = {"type": "nfm_reply", "nfm_reply": {"name": "flow", "body": "Sent", "response_json": "{}"}}
FILE = {"id": "901", "mime_type": "image/jpeg", "sha256": "x"}


@pytest.mark.parametrize(
    ("kind", "part", "expected"),
    [
        ("text", {"body": "sì 🍝"}, {"kind": "text", "text": "sì 🍝"}),
        ("text", {"body": ""}, {"kind": "text", "text": ""}),
        ("button", {"text": "Yes", "payload": "YES"}, {"kind": "choice", "text": "Yes", "choice": "YES"}),
        ("button", {"text": "Yes"}, {"kind": "choice", "text": "Yes", "choice": "Yes"}),
        ("interactive", REPLY, {"kind": "choice", "text": "15:00", "choice": "slot-1"}),
        ("interactive", ROW, {"kind": "choice", "text": "16:00", "choice": "slot-2"}),
        ("interactive", FORM, {"kind": "other", "text": "Sent"}),
        ("interactive", {"type": "brand_new"}, {"kind": "other"}),
        ("image", FILE | {"caption": "this cut"}, {"kind": "image", "text": "this cut", "file": "901"}),
        ("image", FILE, {"kind": "image", "text": "", "file": "901"}),
        ("image", {"caption": "no file"}, {"kind": "image", "text": "no file", "file": None}),
        ("audio", FILE | {"voice": True}, {"kind": "audio", "file": "901"}),
        ("video", FILE, {"kind": "video", "file": "901"}),
        (
            "document",
            FILE | {"filename": "a.pdf", "caption": "cv"},
            {"kind": "document", "text": "cv", "file": "901"},
        ),
        ("sticker", FILE | {"animated": False}, {"kind": "sticker", "file": "901"}),
        (
            "location",
            {"latitude": 41.9, "longitude": 12},
            {"kind": "location", "latitude": 41.9, "longitude": 12.0},
        ),
        (
            "location",
            {"latitude": 41, "longitude": 12, "name": "Bar", "address": "Via X"},
            {"text": "Bar, Via X"},
        ),
        ("location", {"latitude": "north"}, {"kind": "other"}),
        ("location", {"latitude": 4e300, "longitude": 1}, {"kind": "other"}),
        ("contacts", [{"name": {"formatted_name": "Bo"}}, {}], {"kind": "contacts", "text": "Bo"}),
        ("contacts", "no list", {"kind": "contacts", "text": ""}),
        (
            "reaction",
            {"message_id": "wamid.B", "emoji": "👍"},
            {"kind": "reaction", "text": "👍", "to": "wamid.B"},
        ),
        ("reaction", {"message_id": "wamid.B"}, {"kind": "reaction", "text": "", "to": "wamid.B"}),
        ("reaction", {"emoji": "👍"}, {"kind": "other"}),
        ("order", {"catalog_id": "1", "text": "two please"}, {"kind": "other", "text": "two please"}),
        ("unsupported", None, {"kind": "other"}),
        ("unknown", None, {"kind": "other"}),
        ("hologram", {"id": "1"}, {"kind": "other"}),
        ("text", {"body": 5}, {"kind": "other"}),
        ("text", "Ciao", {"kind": "other"}),
        ("text", [], {"kind": "other"}),
        ("button", {}, {"kind": "other"}),
        ("interactive", None, {"kind": "other"}),
    ],
)
def test_kinds_of_messages(one: Any, kind: str, part: Any, expected: dict[str, Any]) -> None:
    data = one(message(kind, part)).data
    found = {
        "kind": data.kind,
        "text": data.personal.text,
        "choice": data.personal.choice,
        "file": data.personal.media[0].vendor_id if data.personal.media else None,
        "latitude": data.personal.latitude,
        "longitude": data.personal.longitude,
        "to": data.reply_to,
    }
    assert isinstance(data, MessageReceived)
    assert {name: found[name] for name in expected} == expected


@pytest.mark.parametrize("kind", [None, "", 7, [], {}])
def test_a_customer_who_writes_something_without_a_kind_is_answered(one: Any, kind: Any) -> None:
    assert one({**message(), "type": kind}).data.kind == "other"


@pytest.mark.parametrize("kind", ["system", "edit", "revoke", "request_welcome"])
def test_notices_are_kept_and_not_answered(one: Any, kind: str) -> None:
    event = one(message(kind, {"body": "changed"}))
    assert isinstance(event.data, VendorEventReceived)
    assert event.data.kind == kind
    assert event.data.personal.payload["id"] == "wamid.A1"
    assert event.event_id == inbound_id("rosa", "whatsapp", "wamid.A1")


def test_a_sender_without_a_phone_number(one: Any) -> None:
    hidden = {k: v for k, v in message().items() if k != "from"} | {"from_user_id": "US.1349"}
    event = one(hidden, contacts=[{"user_id": "US.1349", "profile": {"name": "Bo"}}])
    assert (event.data.personal.address, event.data.personal.name) == ("US.1349", "Bo")
    assert event.partition == conversation_id("rosa", "whatsapp", "US.1349")


def test_user_id_is_understood_too(one: Any) -> None:
    hidden = {k: v for k, v in message().items() if k != "from"} | {"user_id": "US.1349"}
    assert one(hidden).data.personal.address == "US.1349"


def test_the_phone_number_goes_first(one: Any) -> None:
    assert one(message(from_user_id="US.1349")).data.personal.address == CUSTOMER


@pytest.mark.parametrize(
    "contacts",
    [[], None, "x", [None, 3, []], [{"wa_id": "1", "profile": {"name": "Eve"}}], [{"wa_id": CUSTOMER}]],
)
def test_no_name_is_better_than_somebody_elses(one: Any, contacts: Any) -> None:
    assert one(message(), contacts=contacts).data.personal.name is None


@pytest.mark.parametrize(
    "garbage", ["", "soon", None, [], {}, "-5", "0", 0, -1, "9" * 30, 10**25, 1.5e300, "1e3", True]
)
def test_a_garbage_timestamp_means_arrival(one: Any, arrival: datetime, garbage: Any) -> None:
    assert one(message(timestamp=garbage)).time == arrival


def test_a_missing_timestamp_means_arrival(one: Any, arrival: datetime) -> None:
    assert one({k: v for k, v in message().items() if k != "timestamp"}).time == arrival


def test_a_message_never_happened_after_it_arrived(one: Any, arrival: datetime) -> None:
    assert one(message(timestamp="1972452800")).time == arrival


def status(word: str = "delivered", **more: Any) -> dict[str, Any]:
    fields = {"id": "wamid.OUT", "status": word, "timestamp": "1772452800", "recipient_id": CUSTOMER}
    return fields | more


@pytest.mark.parametrize(
    ("word", "meaning"),
    [
        ("sent", "sent"),
        ("delivered", "delivered"),
        ("read", "read"),
        ("failed", "failed"),
        ("played", "read"),
    ],
)
def test_receipts(one: Any, word: str, meaning: str) -> None:
    event = one(statuses=[status(word)])
    assert event.event_id == inbound_id("rosa", "whatsapp", f"status/wamid.OUT/{word}")
    assert event.partition == conversation_id("rosa", "whatsapp", CUSTOMER)
    assert (event.data.status, event.data.vendor_message_id) == (meaning, "wamid.OUT")


def test_our_reference_comes_back(one: Any) -> None:
    ours = UUID(int=7)
    assert one(statuses=[status(biz_opaque_callback_data=str(ours))]).data.reference == ours


@pytest.mark.parametrize("theirs", ["", "not ours", 5, None, [], {}, "\u0000"])
def test_a_reference_that_is_not_ours_is_none(one: Any, theirs: Any) -> None:
    assert one(statuses=[status(biz_opaque_callback_data=theirs)]).data.reference is None


def test_why_a_message_failed(one: Any) -> None:
    error = {"code": 131047, "title": "Re-engagement", "error_data": {"details": "24 hours are over"}}
    data = one(statuses=[status("failed", errors=[error])]).data
    assert (data.error_code, data.error) == ("131047", "24 hours are over")


@pytest.mark.parametrize("errors", [None, [], "x", [None], [{}], [{"code": [], "title": 3, "error_data": 1}]])
def test_a_failure_without_a_reason(one: Any, errors: Any) -> None:
    data = one(statuses=[status("failed", errors=errors)]).data
    assert (data.error_code, data.error) == (None, None)


def test_an_unknown_status_is_kept(one: Any) -> None:
    assert one(statuses=[status("teleported")]).data.kind == "status"


def test_several_of_everything(read: Any) -> None:
    first = value(message(), message(id="wamid.A2"), statuses=[status(), status("read")])
    second = value(message(id="wamid.A3"))
    payload = webhook(first, second)
    payload["entry"].append(webhook(value(message(id="wamid.A4")))["entry"][0])
    events = read(payload)
    expected: list[Any] = [
        MessageReceived,
        MessageReceived,
        ReceiptReceived,
        ReceiptReceived,
        MessageReceived,
        MessageReceived,
    ]
    assert [type(one.data) for one in events] == expected
    assert len({one.event_id for one in events}) == 6


BROKEN: list[Any] = [
    None,
    0,
    "",
    "x",
    [],
    {},
    {"id": "wamid.X"},
    {"from": "1"},
    {"id": "", "from": "1"},
    {"id": [], "from": "1"},
    {"id": "w", "from": {}},
    {"id": "w" * 600, "from": "1"},
    True,
    1.5,
]


@pytest.mark.parametrize("broken", BROKEN)
def test_a_broken_message_does_not_spoil_the_good_one(read: Any, broken: Any) -> None:
    bad, good = read(webhook(value(broken, message())))
    assert bad.data.kind == "malformed"
    assert good.data.personal.text == "Ciao"


@pytest.mark.parametrize("broken", BROKEN)
def test_a_broken_status_does_not_spoil_the_good_one(read: Any, broken: Any) -> None:
    bad, good = read(webhook(value(statuses=[broken, status()])))
    assert isinstance(bad.data, VendorEventReceived)
    assert isinstance(good.data, ReceiptReceived)


@pytest.mark.parametrize("broken", [None, 5, "x", [], {}, {"changes": 5}, {"changes": {}}])
def test_a_broken_entry_does_not_spoil_the_good_one(read: Any, broken: Any) -> None:
    payload = webhook(value(message()))
    bad, good = read({"entry": [broken, *payload["entry"]]})
    assert bad.data.kind == "malformed"
    assert good.data.personal.text == "Ciao"


@pytest.mark.parametrize(
    "broken", [None, 5, "x", [], {}, {"field": "messages"}, {"field": "messages", "value": []}]
)
def test_a_broken_change_does_not_spoil_the_good_one(read: Any, broken: Any) -> None:
    payload = webhook(value(message()))
    payload["entry"][0]["changes"].insert(0, broken)
    bad, good = read(payload)
    assert bad.data.kind == "malformed"
    assert good.data.personal.text == "Ciao"


@pytest.mark.parametrize(
    "field",
    ["account_update", "message_template_status_update", "calls", "smb_message_echoes", "history", "flows"],
)
def test_other_fields_are_kept(read: Any, field: str) -> None:
    (event,) = read(webhook(value(message()), field=field))
    assert (type(event.data), event.data.kind) == (VendorEventReceived, field)


def test_another_number_is_kept_and_not_answered(one: Any) -> None:
    event = one(message(), metadata={"phone_number_id": "555000222"})
    assert (type(event.data), event.data.kind) == (VendorEventReceived, "foreign_account")


@pytest.mark.parametrize(
    "metadata", [None, {}, [], {"phone_number_id": None}, {"phone_number_id": 555000111}]
)
def test_without_a_number_the_signed_address_decides(one: Any, metadata: Any) -> None:
    assert one(message(), metadata=metadata).data.kind == "text"


def test_errors_of_the_account_are_kept(one: Any) -> None:
    assert one(errors=[{"code": 130429}]).data.kind == "errors"


def test_what_is_kept_has_the_same_id_again_and_another_content_another_one(read: Any) -> None:
    payload = webhook({"event": "PAUSED"}, field="account_update")
    later = json.loads(json.dumps(payload))
    later["entry"][0]["time"] = 5
    assert read(payload)[0].event_id == read(payload)[0].event_id != read(later)[0].event_id


def test_two_tenants_never_share_an_id(tenant: TenantConfig, read: Any, arrival: datetime) -> None:
    other = tenant.model_copy(update={"id": "nero"})
    body = json.dumps(webhook(value(message()), value(None), value(statuses=[status()]))).encode()
    ours, theirs = translate(tenant, body, arrival), translate(other, body, arrival)
    assert not {one.event_id for one in ours} & {one.event_id for one in theirs}
    assert not {one.partition for one in ours} & {one.partition for one in theirs}


def test_an_endless_text_is_cut(one: Any) -> None:
    assert len(one(message("text", {"body": "a" * 50_000})).data.personal.text) == 4096


@pytest.mark.parametrize(
    "body", [b"", b"x", b"null", b"[]", b"3", b'"x"', b"{}", b'{"entry":{}}', b'{"entry":null}']
)
def test_what_is_no_webhook_is_refused(tenant: TenantConfig, arrival: datetime, body: bytes) -> None:
    with pytest.raises(UnreadableBody):
        translate(tenant, body, arrival)


def test_crumbs_without_end_are_refused(tenant: TenantConfig, arrival: datetime) -> None:
    with pytest.raises(UnreadableBody):
        translate(tenant, b'{"entry":[' + b"0," * 200_000 + b"0]}", arrival)


@pytest.mark.parametrize("broken", [{"id": "wamid.1"}, "x", 5])
def test_messages_that_are_no_list_are_kept_beside_good_statuses(read: Any, broken: Any) -> None:
    bad, good = read(webhook(value(messages=broken, statuses=[status()])))
    assert (bad.data.kind, good.data.status) == ("malformed", "delivered")


def test_nothing_in_it_is_nothing_to_do(read: Any) -> None:
    assert read({"object": "whatsapp_business_account", "entry": []}) == []
