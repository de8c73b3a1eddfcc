"""What may still be spent is asked of OpenRouter, and shown by the key's alias."""

import asyncio
import json
from decimal import Decimal

import pytest

from ai_router.adapters.openrouter_credit import CREDIT, OpenRouterCredit
from ai_router.domain.ways import Key

KEYS = tuple(Key("openrouter", f"openrouter-{n}", f"sk-or-{n}") for n in (1, 2, 3))
ANSWERS = {
    "sk-or-1": (200, {"data": {"limit": 100, "limit_remaining": 92.5}}),
    "sk-or-2": (200, {"data": {"limit": None, "limit_remaining": None}}),
    "sk-or-3": (401, {"error": {"code": 401, "message": "No auth credentials found"}}),
}


async def answer(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
    while head := (await reader.readuntil(b"\r\n\r\n")).decode():
        assert head.startswith("GET /api/v1/key ")
        key = head.lower().split("authorization: bearer ")[1].split("\r\n")[0]
        status, content = ANSWERS[key]
        body = json.dumps(content).encode()
        writer.write(f"HTTP/1.1 {status} X\r\ncontent-length: {len(body)}\r\n\r\n".encode() + body)


@pytest.fixture
async def base_url():
    server = await asyncio.start_server(answer, "127.0.0.1", 0)
    yield f"http://127.0.0.1:{server.sockets[0].getsockname()[1]}/api/v1"
    server.close()


async def test_the_credit_of_each_key_that_has_a_limit_is_known(base_url, caplog):
    credit = OpenRouterCredit({base_url: KEYS})
    await credit.look()
    assert credit.left == {"openrouter-1": Decimal("92.5")}
    assert CREDIT.labels("openrouter", "openrouter-1")._value.get() == 92.5
    assert "sk-or" not in caplog.text


async def test_while_nobody_answers_what_was_known_stays(base_url):
    credit = OpenRouterCredit({"http://127.0.0.1:9/api/v1": KEYS})
    credit.left["openrouter-1"] = Decimal(7)
    await credit.look()
    assert credit.left == {"openrouter-1": Decimal(7)}
