"""The vendor speaks OpenAI's language, whole and streamed, however requests arrive."""

import asyncio
import json

import httpx
import pytest

from ops.bench_ai.question import BODY
from ops.bench_ai.vendor import NOTHING, WHOLE


@pytest.fixture
async def client(vendor_url):
    async with httpx.AsyncClient(base_url=vendor_url) as one:
        yield one


async def test_an_answer_is_a_chat_completion_with_its_usage(client):
    answer = (await client.post("/v1/chat/completions", json=BODY)).json()
    assert answer["object"] == "chat.completion"
    assert answer["choices"][0]["finish_reason"] == "stop"
    assert answer["choices"][0]["message"]["content"].startswith("Yes")
    assert answer["usage"]["completion_tokens"] == 15


async def test_streamed_it_says_the_same_and_ends_properly(client):
    response = await client.post("/v1/chat/completions", json=BODY | {"stream": True})
    lines = [line.removeprefix("data: ") for line in response.text.split("\n\n") if line]
    chunks = [json.loads(line) for line in lines[:-1]]
    deltas = [chunk["choices"][0] for chunk in chunks if chunk["choices"]]
    whole = (await client.post("/v1/chat/completions", json=BODY)).json()["choices"][0]["message"]["content"]
    assert lines[-1] == "[DONE]"
    assert "".join(one["delta"].get("content", "") for one in deltas).strip() == whole
    assert [one["finish_reason"] for one in deltas if one["finish_reason"]] == ["stop"]
    assert chunks[-1]["usage"]


async def test_a_delay_holds_until_another_one_is_set(client):
    loop = asyncio.get_running_loop()
    assert (await client.post("/delay/60")).status_code == 204
    begun = loop.time()
    await client.post("/v1/chat/completions", json=BODY)
    assert loop.time() - begun >= 0.06
    assert (await client.post("/delay/0")).status_code == 204


async def test_requests_in_pieces_and_several_at_once_are_each_answered_once(vendor_url):
    url = httpx.URL(vendor_url)
    reader, writer = await asyncio.open_connection(url.host, url.port)
    request = b"POST /v1/chat/completions HTTP/1.1\r\nContent-Length: 2\r\n\r\n{}"
    writer.write(request[:30])
    await writer.drain()
    await asyncio.sleep(0)
    writer.write(request[30:] + request + b"POST /delay/0 HTTP/1.1\r\n\r\n")
    assert await reader.readexactly(2 * len(WHOLE) + len(NOTHING)) == 2 * WHOLE + NOTHING
    writer.close()
