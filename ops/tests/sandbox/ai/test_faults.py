"""AI vendors fail on demand, as they fail."""

import asyncio
import json
import time
from typing import Any

import httpx
import pytest

from .asking import VENDORS, ask
from .conftest import SCHEMA, Fail

every_vendor = pytest.mark.parametrize("vendor", VENDORS)
STATUS = {
    "rate_limited": (429, 429, 429, 429),
    "server_error": (500, 500, 500, 500),
    "overloaded": (503, 503, 529, 503),
    "unauthorized": (401, 401, 401, 400),
    "no_credit": (429, 402, 400, 429),
}
FORMS: dict[str, Any] = {
    "openai": {"response_format": {"type": "json_schema", "json_schema": {"name": "x", "schema": SCHEMA}}},
    "openrouter": {
        "response_format": {"type": "json_schema", "json_schema": {"name": "x", "schema": SCHEMA}}
    },
    "anthropic": {"output_config": {"format": {"type": "json_schema", "schema": SCHEMA}}},
    "gemini": {
        "generationConfig": {"responseMimeType": "application/json", "responseJsonSchema": SCHEMA},
    },
}


def text_of(vendor: str, answer: httpx.Response) -> str:
    body = answer.json()
    if vendor == "anthropic":
        return str(body["content"][0]["text"])
    if vendor == "gemini":
        return str(body["candidates"][0]["content"]["parts"][0]["text"])
    return str(body["choices"][0]["message"]["content"])


@every_vendor
@pytest.mark.parametrize("kind", STATUS)
async def test_an_error_for_the_next_call_alone(sandbox, fail: Fail, vendor, kind):
    fail(vendor, kind, times=1)
    failed = await ask(sandbox, vendor, stream=True)
    assert failed.status_code == STATUS[kind][list(VENDORS).index(vendor)]
    assert failed.json()["error"]["message"]
    assert (await ask(sandbox, vendor)).status_code == 200


@every_vendor
async def test_a_rate_limit_tells_its_reset_or_does_not(sandbox, fail: Fail, vendor):
    fail(vendor, "rate_limited", retry_after=7)
    told = await ask(sandbox, vendor)
    assert told.headers.get("retry-after") == "7" or '"retryDelay": "7s"' in told.text
    fail(vendor, "rate_limited", retry_after=None)
    silent = await ask(sandbox, vendor)
    assert "retryDelay" not in silent.text
    assert not [name for name in silent.headers if "retry" in name or "ratelimit" in name]


@every_vendor
@pytest.mark.parametrize("stream", [False, True])
async def test_a_cut_answer_breaks_off_in_the_middle(sandbox, fail: Fail, vendor, stream):
    fail(vendor, "cut")
    one = VENDORS[vendor]
    body = one.body | ({"stream": True} if stream and vendor != "gemini" else {})
    path = one.stream_path if stream else one.path
    request = sandbox.build_request("POST", path, json=body, headers=one.headers("sandbox-1"))
    answer = await sandbox.send(request, stream=True)
    got = b""
    assert answer.status_code == 200
    with pytest.raises(httpx.RemoteProtocolError):  # noqa: PT012 - the parts before it count
        async for part in answer.aiter_bytes():
            got += part
    assert got


@every_vendor
async def test_broken_json_comes_whole(sandbox, fail: Fail, vendor):
    fail(vendor, "malformed")
    answer = await ask(sandbox, vendor)
    assert answer.status_code == 200
    with pytest.raises(ValueError, match=r"\w"):
        answer.json()
    streamed = await ask(sandbox, vendor, stream=True)
    with pytest.raises(ValueError, match=r"\w"):
        [json.loads(line[6:]) for line in streamed.text.splitlines() if line.startswith("data: {")]


@every_vendor
async def test_other_json_than_was_asked_for(sandbox, fail: Fail, vendor):
    fits = json.loads(text_of(vendor, await ask(sandbox, vendor, **FORMS[vendor])))
    assert (set(fits), fits["intent"]) == ({"answer", "intent"}, "other")
    fail(vendor, "wrong_schema")
    assert json.loads(text_of(vendor, await ask(sandbox, vendor, **FORMS[vendor]))) == ["unexpected"]
    other = (await ask(sandbox, vendor)).json()
    assert not {"choices", "content", "candidates"} & set(other)


@every_vendor
async def test_an_answer_in_drips_is_whole_at_the_end(sandbox, fail: Fail, vendor):
    fail(vendor, "slow", seconds=0.4)
    one = VENDORS[vendor]
    async with sandbox.stream("POST", one.path, json=one.body, headers=one.headers("sandbox-1")) as answer:
        parts = [part async for part in answer.aiter_raw()]
    assert len(parts) > 5
    assert json.loads(b"".join(parts))


async def test_one_who_hangs_answers_when_healed(sandbox, fail: Fail):
    fail("openai", "timeout")
    hanging = asyncio.create_task(ask(sandbox, "openai"))
    await asyncio.sleep(0.1)
    assert not hanging.done()
    await sandbox.delete("/sandbox/faults", params={"vendor": "openai"})
    assert (await hanging).status_code == 500


async def test_one_who_hangs_may_hang_for_some_seconds(sandbox, fail: Fail):
    fail("openai", "timeout", seconds=0.1)
    assert (await ask(sandbox, "openai")).status_code == 500


async def test_who_gives_up_on_one_who_hangs_is_counted(sandbox, fail: Fail):
    fail("gemini", "timeout")
    one = VENDORS["gemini"]
    with pytest.raises(httpx.ReadTimeout):
        await sandbox.post(one.path, json=one.body, headers=one.headers("sandbox-1"), timeout=0.2)
    deadline = time.monotonic() + 5
    while not (items := (await sandbox.get("/sandbox/ai/calls")).json()["items"]):
        assert time.monotonic() < deadline
        await asyncio.sleep(0.01)
    assert (items[0]["status"], items[0]["fault"]) == (0, "timeout")


async def test_a_fault_of_one_key_and_one_model(sandbox, fail: Fail):
    fail("openai", "unauthorized", key="openai-2", times=2)
    answers = [(await ask(sandbox, "openai", key=f"sandbox-openai-{n}")).status_code for n in (1, 2, 3, 2, 2)]
    assert answers == [200, 401, 200, 401, 200]
    fail("openai", "overloaded", model="gpt-4o")
    assert (await ask(sandbox, "openai")).status_code == 200
    assert (await ask(sandbox, "openai", model="gpt-4o")).status_code == 503


async def test_a_part_of_the_calls_evenly_spread(sandbox, fail: Fail):
    fail("anthropic", "server_error", part=0.25)
    answers = [(await ask(sandbox, "anthropic")).status_code for _ in range(8)]
    assert answers == [200, 200, 200, 500, 200, 200, 200, 500]


@pytest.mark.parametrize(
    "wanted",
    [
        {"vendor": "whatsapp", "kind": "cut"},
        {"vendor": "whatsapp", "kind": "rate_limited", "retry_after": None},
        {"vendor": "whatsapp", "kind": "rate_limited", "key": "1"},
        {"vendor": "openai", "kind": "slow", "part": 0},
        {"vendor": "openai", "kind": "slow", "for": 3},
    ],
)
async def test_what_cannot_be_played_is_refused(sandbox, wanted):
    answer = await sandbox.post("/sandbox/faults", json=wanted)
    assert answer.status_code == 422
    assert answer.headers["content-type"] == "application/problem+json"


async def test_calls_are_counted_without_their_words(sandbox, fail: Fail):
    await ask(sandbox, "openai", stream=True)
    fail("openai", "server_error", times=1)
    await ask(sandbox, "openai", key="sandbox-openai-2")
    await ask(sandbox, "gemini")
    told = await sandbox.get("/sandbox/ai/calls", params={"vendor": "openai"})
    second, first = told.json()["items"]
    assert (first["streamed"], first["key"], first["status"], first["fault"]) == (True, "ai-1", 200, None)
    assert (second["key"], second["status"], second["fault"]) == ("ai-2", 500, "server_error")
    assert first["output_tokens"] == 8
    assert told.json()["counts"] == {
        "openai": {
            "calls": 2, "by_status": {"200": 1, "500": 1}, "by_key": {"ai-1": 1, "ai-2": 1},
            "by_model": {"gpt-4o-mini": 2}, "by_fault": {"server_error": 1},
        },
    }  # fmt: skip
    assert "parcheggio" not in told.text
    await sandbox.delete("/sandbox/ai/calls", params={"vendor": "openai"})
    assert [one["vendor"] for one in (await sandbox.get("/sandbox/ai/calls")).json()["items"]] == ["gemini"]


async def test_an_address_nobody_has_is_said(sandbox):
    answer = await sandbox.post("/ai/openai/chat/completions", json={})
    assert (answer.status_code, answer.headers["content-type"]) == (404, "application/problem+json")
