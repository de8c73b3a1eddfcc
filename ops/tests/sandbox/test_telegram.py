"""The stand-in for Telegram speaks the contract of the Bot API (10.1)."""

import json
from typing import Any

import httpx
import pytest

BOT = "/bot1042:bakery-telegram-token"
PHONE = "/sandbox/phones/telegram/bakery/5550001"


def keyboard(data: str) -> dict[str, Any]:
    return {
        "inline_keyboard": [
            [{"text": "Alle 15", "callback_data": data}],
            [{"text": "Altro", "callback_data": "o"}],
        ]
    }


async def test_a_message_is_accepted_and_shown(sandbox: httpx.AsyncClient) -> None:
    answer = await sandbox.post(f"{BOT}/sendMessage", json={"chat_id": 5550001, "text": "Ciao"})
    result = answer.json()["result"]
    assert answer.json()["ok"] is True
    assert result["chat"] == {"id": 5550001, "first_name": "Customer", "type": "private"}
    assert (result["from"]["id"], result["from"]["is_bot"]) == (1042, True)
    shown = (await sandbox.get(f"{PHONE}/messages")).json()["items"]
    assert [(one["author"], one["text"]) for one in shown] == [("business", "Ciao")]


@pytest.mark.parametrize(
    ("parameters", "description"),
    [
        ({"text": "Ciao"}, 'Bad Request: parameter "chat_id" is required'),
        ({"chat_id": 1, "text": " "}, "Bad Request: message text is empty"),
        ({"chat_id": 1, "text": "x" * 4097}, "Bad Request: message is too long"),
        ({"chat_id": "nobody", "text": "Ciao"}, "Bad Request: chat not found"),
        ({"chat_id": 1, "text": "?", "reply_markup": keyboard("é" * 33)}, "Bad Request: BUTTON_DATA_INVALID"),
    ],
)
async def test_what_breaks_the_contract_is_refused(
    sandbox: httpx.AsyncClient, parameters: dict[str, Any], description: str
) -> None:
    answer = await sandbox.post(f"{BOT}/sendMessage", json=parameters)
    assert answer.status_code == 400
    assert answer.json() == {"ok": False, "error_code": 400, "description": description}


async def test_limits_count_bytes_of_data_and_characters_of_text(sandbox: httpx.AsyncClient) -> None:
    message = {"chat_id": 1, "text": "é" * 4096, "reply_markup": keyboard("é" * 32)}
    assert (await sandbox.post(f"{BOT}/sendMessage", json=message)).status_code == 200


async def test_a_wrong_token_and_an_unknown_method(sandbox: httpx.AsyncClient) -> None:
    assert (await sandbox.post("/bot1:x/sendMessage", json={})).json()["error_code"] == 401
    assert (await sandbox.post(f"{BOT}/fly")).json() == {
        "ok": False,
        "error_code": 404,
        "description": "Not Found",
    }
    assert (await sandbox.get(f"{BOT}/getMe")).json()["result"]["is_bot"] is True


async def test_parameters_may_come_as_a_form(sandbox: httpx.AsyncClient) -> None:
    form = {"chat_id": "5550001", "text": "Ciao", "reply_markup": json.dumps(keyboard("x"))}
    answer = await sandbox.post(f"{BOT}/sendMessage", data=form)
    assert answer.json()["result"]["reply_markup"] == keyboard("x")


async def test_what_is_typed_arrives_with_the_secret_token(sandbox: httpx.AsyncClient, gateway: Any) -> None:
    await sandbox.post(f"{PHONE}/say", json={"text": "/start ciao", "name": "Awa Ndiaye"})
    await sandbox.post(f"{PHONE}/say", json={"text": "Ciao"})
    first, second = (json.loads(one.content) for one in gateway.requests)
    assert gateway.requests[0].headers["x-telegram-bot-api-secret-token"] == "bakery-telegram-secret"
    assert first["message"]["from"]["last_name"] == "Ndiaye"
    assert first["message"]["entities"][0]["length"] == 6
    assert second["update_id"] > first["update_id"]
    assert "entities" not in second["message"]


async def test_the_secret_of_set_webhook_is_used(sandbox: httpx.AsyncClient, gateway: Any) -> None:
    told = {"url": "https://example.org/hook", "secret_token": "another"}
    assert (await sandbox.post(f"{BOT}/setWebhook", json=told)).json() == {"ok": True, "result": True}
    await sandbox.post(f"{PHONE}/say", json={"text": "Ciao"})
    assert gateway.requests[0].headers["x-telegram-bot-api-secret-token"] == "another"


async def test_a_tap_comes_back_as_a_callback_query(sandbox: httpx.AsyncClient, gateway: Any) -> None:
    message = {"chat_id": 5550001, "text": "Quando?", "reply_markup": keyboard("slot-15")}
    await sandbox.post(f"{BOT}/sendMessage", json=message)
    await sandbox.post(f"{PHONE}/say", json={"choice": "slot-15"})
    query = json.loads(gateway.requests[0].content)["callback_query"]
    assert query["data"] == "slot-15"
    assert query["message"]["text"] == "Quando?"
    answered = await sandbox.post(f"{BOT}/answerCallbackQuery", json={"callback_query_id": query["id"]})
    assert answered.json() == {"ok": True, "result": True}
