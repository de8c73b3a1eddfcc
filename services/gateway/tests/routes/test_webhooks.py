"""Webhooks from outside: who gets in, and with what answer."""

import asyncio
import hashlib
import hmac
import json
from collections.abc import MutableMapping
from typing import Any

import pytest

from gateway.domain.tenant_file import TenantFile

TEXT = {"id": "wamid.1", "from": "39333", "timestamp": "1772452800", "type": "text", "text": {"body": "Ciao"}}
CHANGE = {"field": "messages", "value": {"metadata": {"phone_number_id": "555000111"}, "messages": [TEXT]}}
WEBHOOK = json.dumps({"object": "whatsapp_business_account", "entry": [{"changes": [CHANGE]}]}).encode()
UPDATE = {"update_id": 5, "message": {"message_id": 1, "chat": {"id": 7, "type": "private"}, "text": "Ciao"}}


def signature(body: bytes, secret: str = "rosa app secret") -> dict[str, str]:
    return {"X-Hub-Signature-256": "sha256=" + hmac.new(secret.encode(), body, hashlib.sha256).hexdigest()}


async def post(house: Any, body: bytes = WEBHOOK, headers: dict[str, str] | None = None) -> Any:
    headers = signature(body) if headers is None else headers
    return await house.http.post("/webhooks/whatsapp/rosa", content=body, headers=headers)


async def test_a_signed_webhook_is_published(house) -> None:
    answer = await post(house)
    assert answer.status_code == 200
    (event,) = house.broker.published
    assert (event.tenantid, event.data.personal.text, event.source) == ("rosa", "Ciao", "gateway")
    assert event.correlationid == event.id


@pytest.mark.parametrize(
    "headers",
    [{"X-Nothing": "1"}, signature(WEBHOOK + b" "), signature(WEBHOOK, "nero app secret"),
     {"X-Hub-Signature-256": "sha256="}, {"X-Hub-Signature": "sha1=00"}],
)  # fmt: skip
async def test_an_unsigned_one_is_refused_and_not_published(house, headers: dict[str, str]) -> None:
    answer = await post(house, headers=headers)
    assert (answer.status_code, answer.headers["content-type"]) == (401, "application/problem+json")
    assert house.broker.published == []


async def test_a_flipped_byte_is_refused_and_not_published(house) -> None:
    answer = await post(house, WEBHOOK.replace(b"Ciao", b"Ciap"), headers=signature(WEBHOOK))
    assert answer.status_code == 401
    assert house.broker.published == []


@pytest.mark.parametrize("tenant", ["nobody", "Rosa", "..%2fx", "%00", "%ff", "x" * 500])
async def test_an_unknown_tenant_is_not_found(house, tenant: str) -> None:
    for method, path in (("POST", "whatsapp"), ("GET", "whatsapp"), ("POST", "telegram")):
        answer = await house.http.request(method, f"/webhooks/{path}/{tenant}", content=WEBHOOK)
        assert answer.status_code == 404


async def test_a_channel_that_is_not_configured_looks_the_same(house, tenant) -> None:
    bare = TenantFile(**(tenant.model_dump() | {"id": "bare", "channels": {}}))
    await house.gateway.register.configure(bare)
    for path in ("whatsapp", "telegram"):
        configured = await house.http.post(f"/webhooks/{path}/bare", content=b"{}")
        unknown = await house.http.post(f"/webhooks/{path}/nobody", content=b"{}")
        assert (configured.status_code, configured.json()) == (404, unknown.json())


async def test_with_the_broker_down_the_vendor_shall_come_again(house) -> None:
    house.broker.down = True
    answer = await post(house)
    assert (answer.status_code, answer.headers["retry-after"]) == (503, "1")
    assert answer.headers["content-type"] == "application/problem+json"


@pytest.mark.parametrize(
    "body",
    [b"", b"x", b"[]", b"null", b"{}", b'{"entry":5}', b"[" * 50_000, b"\xff\xff", b"NaN", b"1" * 5000],
)
async def test_garbage_with_a_signature_is_a_bad_request(house, body: bytes) -> None:
    assert (await post(house, body, headers=signature(body))).status_code == 400


@pytest.mark.parametrize(
    "content_type",
    ["text/plain", "application/x-www-form-urlencoded", "multipart/form-data; boundary=x", "?", "a/b;c"],
)
async def test_the_content_type_does_not_matter(house, content_type: str) -> None:
    answer = await post(house, headers=signature(WEBHOOK) | {"Content-Type": content_type})
    assert answer.status_code == 200


async def test_a_body_over_the_limit_is_refused(house) -> None:
    answer = await post(house, b"x" * 100_001)
    assert (answer.status_code, answer.headers["content-type"]) == (413, "application/problem+json")


async def test_a_body_that_does_not_tell_its_length_is_refused_as_well(house) -> None:
    async def endless():
        for _ in range(200):
            yield b"x" * 1000

    answer = await house.http.post("/webhooks/whatsapp/rosa", content=endless())
    assert (answer.status_code, answer.headers["content-type"]) == (413, "application/problem+json")


async def test_a_body_that_never_ends_is_given_up(house) -> None:
    async def dripping():
        for _ in range(40):
            yield b"x"
            await asyncio.sleep(0.1)

    answer = await house.http.post("/webhooks/whatsapp/rosa", content=dripping())
    assert (answer.status_code, answer.headers["content-type"]) == (408, "application/problem+json")


async def test_who_hangs_up_in_the_middle_of_a_body_is_no_error_of_ours(house) -> None:
    said: list[MutableMapping[str, Any]] = []
    heard = iter([{"type": "http.request", "body": b"x", "more_body": True}, {"type": "http.disconnect"}])

    async def receive():
        return next(heard)

    async def send(message):
        said.append(message)

    scope = {
        "type": "http", "method": "POST", "path": "/webhooks/whatsapp/rosa", "headers": [],
        "query_string": b"", "root_path": "", "scheme": "http", "http_version": "1.1",
    }  # fmt: skip
    await house.app(scope, receive, send)
    assert said[0]["status"] == 400


@pytest.mark.parametrize("length", ["-1", "abc", "99999999999999999999999999", "1e3"])
async def test_a_strange_content_length(house, length: str) -> None:
    headers = signature(WEBHOOK) | {"Content-Length": length}
    assert (await post(house, headers=headers)).status_code in (200, 413)


ASKED = {"hub.mode": "subscribe", "hub.verify_token": "rosa verify", "hub.challenge": "<b>12</b>"}


async def test_the_challenge_comes_back_as_plain_text(house) -> None:
    answer = await house.http.get("/webhooks/whatsapp/rosa", params=ASKED)
    assert (answer.status_code, answer.text) == (200, "<b>12</b>")
    assert answer.headers["content-type"].startswith("text/plain")
    assert answer.headers["x-content-type-options"] == "nosniff"


@pytest.mark.parametrize(
    "change", [{"hub.verify_token": "nero verify"}, {"hub.mode": "x"}, {"hub.challenge": ""}]
)
async def test_a_wrong_challenge_is_forbidden(house, change: dict[str, str]) -> None:
    answer = await house.http.get("/webhooks/whatsapp/rosa", params=ASKED | change)
    assert (answer.status_code, answer.headers["content-type"]) == (403, "application/problem+json")


async def test_an_update_with_the_secret_is_published(house) -> None:
    headers = {"X-Telegram-Bot-Api-Secret-Token": "rosa_telegram"}
    answer = await house.http.post("/webhooks/telegram/rosa", json=UPDATE, headers=headers)
    assert answer.status_code == 200
    assert [one.data.personal.text for one in house.broker.published] == ["Ciao"]


async def test_a_tap_on_a_telegram_button_stops_its_spinning(house) -> None:
    tap = {"id": "42", "from": {"id": 7}, "data": "service:cut"}
    headers = {"X-Telegram-Bot-Api-Secret-Token": "rosa_telegram"}
    answer = await house.http.post(
        "/webhooks/telegram/rosa", json={"update_id": 6, "callback_query": tap}, headers=headers
    )
    assert answer.json() == {"method": "answerCallbackQuery", "callback_query_id": "42"}
    assert house.broker.published[0].data.personal.choice == "service:cut"


@pytest.mark.parametrize("token", [None, "", "nero_telegram", "rosa_telegran"])
async def test_an_update_without_it_is_refused(house, token: str | None) -> None:
    headers = {} if token is None else {"X-Telegram-Bot-Api-Secret-Token": token}
    answer = await house.http.post("/webhooks/telegram/rosa", json=UPDATE, headers=headers)
    assert answer.status_code == 401
    assert house.broker.published == []


@pytest.mark.parametrize("method", ["PUT", "DELETE", "PATCH"])
async def test_other_methods_are_told_so(house, method: str) -> None:
    answer = await house.http.request(method, "/webhooks/whatsapp/rosa")
    assert (answer.status_code, answer.headers["content-type"]) == (405, "application/problem+json")
