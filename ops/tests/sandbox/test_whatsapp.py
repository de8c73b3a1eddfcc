"""The stand-in for WhatsApp's Cloud API speaks Meta's contract (Graph API v23.0)."""

import asyncio
import hashlib
import hmac
import json
from typing import Any

import httpx
import pytest

MESSAGES = "/v23.0/100000000000042/messages"
AUTH = {"authorization": "Bearer bakery-whatsapp-token"}
PHONE = "/sandbox/phones/whatsapp/bakery/393331234567"


def text(body: str = "Ciao", **more: Any) -> dict[str, Any]:
    return {
        "messaging_product": "whatsapp",
        "recipient_type": "individual",
        "to": "393331234567",
        "type": "text",
        "text": {"body": body},
        **more,
    }


def interactive(kind: str, action: dict[str, Any], body: str = "Quando?") -> dict[str, Any]:
    content = {"type": kind, "body": {"text": body}, "action": action}
    return {
        "messaging_product": "whatsapp",
        "to": "393331234567",
        "type": "interactive",
        "interactive": content,
    }


def buttons(*titles: str, **more: Any) -> dict[str, Any]:
    made = [{"type": "reply", "reply": {"id": f"b{n}", "title": one}} for n, one in enumerate(titles)]
    return interactive("button", {"buttons": made}, **more)


def rows(count: int, title: str = "Row") -> dict[str, Any]:
    made = [{"id": f"r{n}", "title": title} for n in range(count)]
    return interactive("list", {"button": "Scegli", "sections": [{"rows": made}]})


async def test_a_message_is_accepted_and_shown(sandbox: httpx.AsyncClient) -> None:
    answer = await sandbox.post(MESSAGES, json=text("Ciao, Maria!"), headers=AUTH)
    assert answer.status_code == 200
    body = answer.json()
    assert body["messaging_product"] == "whatsapp"
    assert body["contacts"] == [{"input": "393331234567", "wa_id": "393331234567"}]
    assert body["messages"][0]["id"].startswith("wamid.")
    shown = (await sandbox.get(f"{PHONE}/messages")).json()["items"]
    assert [(one["author"], one["text"]) for one in shown] == [("business", "Ciao, Maria!")]


@pytest.mark.parametrize(
    "message",
    [text("x" * 4096), buttons("Sì", "No", "x" * 20), rows(10, "x" * 24), buttons("Ok", body="x" * 1024)],
    ids=["4096 characters", "3 buttons of 20", "10 rows of 24", "body of 1024"],
)
async def test_the_limits_themselves_are_accepted(
    sandbox: httpx.AsyncClient, message: dict[str, Any]
) -> None:
    assert (await sandbox.post(MESSAGES, json=message, headers=AUTH)).status_code == 200


@pytest.mark.parametrize(
    ("message", "code"),
    [
        (text("x" * 4097), 131009),
        (text(""), 131009),
        (buttons("1", "2", "3", "4"), 131009),
        (buttons("x" * 21), 131009),
        (buttons("same", "same"), 131009),
        (buttons("Ok", body="x" * 1025), 131009),
        (rows(11), 131009),
        (rows(1, "x" * 25), 131009),
        (text(to="Maria"), 131009),
        (text(priority="high"), 100),
        ({"messaging_product": "whatsapp", "to": "393331234567", "type": "text"}, 131008),
        ({"messaging_product": "whatsapp", "to": "393331234567"}, 131008),
        ([1], 100),
    ],
)
async def test_what_breaks_the_contract_is_refused_in_graph_words(
    sandbox: httpx.AsyncClient, message: Any, code: int
) -> None:
    answer = await sandbox.post(MESSAGES, json=message, headers=AUTH)
    assert answer.status_code == 400
    error = answer.json()["error"]
    assert error["code"] == code
    assert error["type"] == "OAuthException"
    assert error["fbtrace_id"]
    assert error["error_data"]["details"]
    assert (await sandbox.get(f"{PHONE}/messages")).json()["items"] == []


async def test_a_wrong_token_and_a_strange_number_are_refused(sandbox: httpx.AsyncClient) -> None:
    refused = await sandbox.post(MESSAGES, json=text(), headers={"authorization": "Bearer other"})
    assert (refused.status_code, refused.json()["error"]["code"]) == (401, 190)
    strange = await sandbox.post("/v23.0/1/messages", json=text(), headers=AUTH)
    assert (strange.status_code, strange.json()["error"]["error_subcode"]) == (400, 33)


async def test_the_business_is_told_what_became_of_its_message(
    sandbox: httpx.AsyncClient, gateway: Any
) -> None:
    answer = await sandbox.post(MESSAGES, json=text(biz_opaque_callback_data="ours-1"), headers=AUTH)
    async with asyncio.timeout(3):
        while len(gateway.requests) < 2:  # noqa: ASYNC110
            await asyncio.sleep(0.01)
    statuses = [value(one)["statuses"][0] for one in gateway.requests]
    assert [one["status"] for one in statuses] == ["sent", "delivered"]
    assert {one["biz_opaque_callback_data"] for one in statuses} == {"ours-1"}
    assert {one["id"] for one in statuses} == {answer.json()["messages"][0]["id"]}


async def test_what_is_typed_arrives_as_a_signed_webhook(sandbox: httpx.AsyncClient, gateway: Any) -> None:
    said = await sandbox.post(f"{PHONE}/say", json={"text": "Perché no? 1/2 🍞", "name": "Aïcha"})
    assert said.json()["status"] == "delivered"
    (request,) = gateway.requests
    assert request.url.path == "/webhooks/whatsapp/bakery"
    raw = request.content
    assert raw.isascii()
    assert b"Perch\\u00e9" in raw
    assert b"1\\/2" in raw
    signature = hmac.new(b"bakery-whatsapp-secret", raw, hashlib.sha256).hexdigest()
    assert request.headers["x-hub-signature-256"] == f"sha256={signature}"
    message = value(request)["messages"][0]
    assert (message["from"], message["text"]) == ("393331234567", {"body": "Perché no? 1/2 🍞"})
    assert message["timestamp"].isdigit()
    assert value(request)["contacts"][0]["profile"]["name"] == "Aïcha"


async def test_a_tapped_row_comes_back_as_a_list_reply(sandbox: httpx.AsyncClient, gateway: Any) -> None:
    await sandbox.post(MESSAGES, json=rows(5, "Domani"), headers=AUTH)
    await sandbox.post(f"{PHONE}/say", json={"choice": "r2"})
    message = value(gateway.requests[-1])["messages"][0]
    assert message["interactive"] == {"type": "list_reply", "list_reply": {"id": "r2", "title": "Domani"}}
    assert message["context"]["id"].startswith("wamid.")
    assert (await sandbox.post(f"{PHONE}/say", json={"choice": "never shown"})).status_code == 404


async def test_a_webhook_is_repeated_until_the_gateway_takes_it(
    sandbox: httpx.AsyncClient, gateway: Any
) -> None:
    gateway.statuses = [503]
    assert (await sandbox.post(f"{PHONE}/say", json={"text": "Ciao"})).json()["status"] == "delivered"
    first, second = gateway.requests
    assert first.content == second.content


async def test_a_refused_webhook_is_shown_as_failed(sandbox: httpx.AsyncClient, gateway: Any) -> None:
    gateway.statuses = [401]
    assert (await sandbox.post(f"{PHONE}/say", json={"text": "Ciao"})).json()["status"] == "failed"
    assert len(gateway.requests) == 1


async def test_the_business_marks_a_message_as_read(sandbox: httpx.AsyncClient) -> None:
    said = (await sandbox.post(f"{PHONE}/say", json={"text": "Ciao"})).json()
    receipt = {"messaging_product": "whatsapp", "status": "read", "message_id": said["id"]}
    assert (await sandbox.post(MESSAGES, json=receipt, headers=AUTH)).json() == {"success": True}
    assert (await sandbox.get(f"{PHONE}/messages")).json()["items"][0]["status"] == "read"


def value(request: httpx.Request) -> dict[str, Any]:
    value: dict[str, Any] = json.loads(request.content)["entry"][0]["changes"][0]["value"]
    return value
