"""Whatever is in a body: it is refused with a reason, or its events can be published. Nothing else."""

import json
from datetime import datetime
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from contracts import events
from contracts.tenants import TenantConfig
from gateway.channels import telegram, webchat, whatsapp
from gateway.channels.json_body import UnreadableBody, clean_text, cleaned
from gateway.channels.translation import Translator

TRANSLATORS = [whatsapp.translate, telegram.translate, webchat.translate]
WHATSAPP_TEXT = (
    '{"entry":[{"changes":[{"field":"messages","value":{"messages":'
    '[{"id":"wamid.1","from":"39333","timestamp":"1","type":"text","text":{"body":%s}}]}}]}]}'
)

HOSTILE = [
    b"",
    b" ",
    b"\x00",
    b"\xff\xfe\xfd",
    b"\xef\xbb\xbf{}",
    b"{",
    b'{"entry":[',
    b"NaN",
    b'{"entry":NaN}',
    b'{"entry":[NaN,Infinity,-Infinity,1e999]}',
    b'{"entry":[{"changes":[{"field":"messages","value":{"messages":[{"id":1e999,"from":NaN}]}}]}]}',
    b'{"entry":' + b"[" * 100_000,
    b'{"entry":' + b"[" * 50_000 + b"]" * 50_000 + b"}",
    b'{"entry":[' + b'{"a":' * 500 + b"1" + b"}" * 500 + b"]}",
    b'{"entry":[' + b"1" * 5000 + b"]}",
    b'{"entry":[' + b"1" * 4000 + b"]}",
    b'{"entry":[],"entry":[5]}',
    b'{"update_id":1,"update_id":"x","message":1,"message":{}}',
    b'{"entry":["\\ud800"]}',
    b'{"\\udfff":"\\ud800","entry":[{"\\ud800\\u0000":1}]}',
    b'{"entry":["\\u0000"]}',
    b'{"update_id":"\\ud800","message":{"chat":{"id":"\\ud800","type":"private"},"message_id":"\\u0000"}}',
    '{"entry":["\ud83d"]}'.encode("utf-8", "surrogatepass"),
    b"\xed\xa0\xbd\xed\xb8\x80",
    '{"entry":[]}'.encode("utf-16"),
    '{"entry":[]}'.encode("utf-32"),
    b"entry=%5B%5D",
    b"<xml/>",
    b"--boundary\r\nContent-Disposition: form-data\r\n\r\n1\r\n--boundary--",
    b'{"entry":true}',
    b'{"entry":[[[[]]]]}',
    b'{"entry":[{"changes":[{"field":{},"value":{}}]}]}',
    b'{"entry":[{"changes":[{"field":["messages"],"value":{"messages":[1]}}]}]}',
    b'{"__proto__":{},"constructor":1,"entry":[{"__class__":"x"}]}',
    b'{"update_id":9223372036854775808,"message":{"chat":{"id":99999999999999999999999},"message_id":1}}',
    b'{"update_id":1,"message":{"text":"%s%n${jndi:ldap://x}","chat":{"id":1},"message_id":1}}',
    (WHATSAPP_TEXT % '"\\ud83d"').encode(),
    (WHATSAPP_TEXT % '"\\ude00\\ud83d"').encode(),
    (WHATSAPP_TEXT % '"a\\u0000b"').encode(),
    (WHATSAPP_TEXT % '"\\u202e\\u200b\\ufeff"').encode(),
    (WHATSAPP_TEXT % ('"' + "x" * 1_000_000 + '"')).encode(),
    (WHATSAPP_TEXT % "1e400").encode(),
    (WHATSAPP_TEXT % "null").encode(),
]


def survives(translate: Translator, tenant: TenantConfig, body: bytes, arrival: datetime) -> None:
    try:
        translated = translate(tenant, body, arrival)
    except UnreadableBody:
        return
    for one in translated:
        event = events.first(
            one.data,
            event_id=one.event_id,
            source="gateway",
            tenant=tenant.id,
            partition=one.partition,
            time=one.time,
        )
        assert events.read(event.model_dump_json().encode()) == event


@pytest.mark.parametrize("translate", TRANSLATORS, ids=["whatsapp", "telegram", "webchat"])
@pytest.mark.parametrize("body", HOSTILE, ids=range(len(HOSTILE)))
def test_hostile_bodies(translate: Translator, tenant: TenantConfig, body: bytes, arrival: datetime) -> None:
    survives(translate, tenant, body, arrival)


NAMES = st.sampled_from([
    "entry", "changes", "field", "value", "messages", "statuses", "id", "from", "timestamp", "type",
    "text", "body", "metadata", "phone_number_id", "contacts", "wa_id", "profile", "name",
    "interactive", "button_reply", "title", "image", "caption", "location", "latitude", "longitude",
    "status", "errors", "code", "message", "callback_query", "chat", "message_id", "date", "data",
    "photo", "file_id", "update_id", "reply_markup", "inline_keyboard", "session", "choice",
])  # fmt: skip
LEAVES = (
    st.none()
    | st.booleans()
    | st.integers()
    | st.floats()
    | st.text(st.characters(exclude_categories=()), max_size=8)
    | st.sampled_from(
        ["messages", "text", "image", "private", "delivered", "wamid.1", "39333", 1, "1772452800"]
    )
)
BODIES = st.recursive(
    LEAVES,
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(NAMES, inner, max_size=6),
    max_leaves=40,
)


def _shaped(inner: Any) -> dict[str, Any]:
    """The inside where translators look for it, so that they do not stop at the door."""
    change = {"field": "messages", "value": {"messages": [inner], "statuses": [inner], "contacts": [inner]}}
    return {"entry": [{"changes": [change, inner]}, inner], "message": inner, "callback_query": inner}


@pytest.mark.parametrize("translate", TRANSLATORS, ids=["whatsapp", "telegram", "webchat"])
@settings(max_examples=150, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(inner=BODIES)
def test_any_json(translate: Translator, tenant: TenantConfig, arrival: datetime, inner: Any) -> None:
    survives(translate, tenant, json.dumps(inner).encode(), arrival)
    survives(translate, tenant, json.dumps(_shaped(inner)).encode(), arrival)


@given(st.text(st.characters(exclude_categories=()), max_size=20))
def test_cleaning_leaves_good_text_alone_and_repairs_the_rest(text: str) -> None:
    clean = clean_text(text)
    assert "\0" not in clean
    clean.encode()
    good = "\0" not in text and not any("\ud800" <= letter <= "\udfff" for letter in text)
    assert (clean == text) or not good
    assert clean_text(clean) == clean


def test_halves_that_belong_together_are_put_together() -> None:
    assert clean_text("\ud83d\ude00!") == "😀!"


def test_numbers_nobody_can_hold() -> None:
    assert cleaned([2**63 - 1, -(2**63), 2**63, float("inf"), float("nan"), True]) == [
        2**63 - 1, -(2**63), "0x8000000000000000", None, None, True,
    ]  # fmt: skip
