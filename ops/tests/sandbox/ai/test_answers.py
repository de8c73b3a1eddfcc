"""What the answers look like where no SDK looks."""

import json

import httpx
import pytest

from .asking import QUESTION, VENDORS, ask, events

IT = 'Write in the language with the code "it".'


async def test_an_answer_longer_than_it_may_be_says_so(sandbox: httpx.AsyncClient):
    openai = await ask(sandbox, "openai", max_completion_tokens=2)
    claude = await ask(sandbox, "anthropic", max_tokens=2)
    gemini = await ask(sandbox, "gemini", generationConfig={"maxOutputTokens": 2})
    assert openai.json()["choices"][0]["finish_reason"] == "length"
    assert openai.json()["choices"][0]["message"]["content"] == "A collea"[:8]
    assert claude.json()["stop_reason"] == "max_tokens"
    assert gemini.json()["candidates"][0]["finishReason"] == "MAX_TOKENS"


async def test_openai_tells_usage_in_a_stream_only_when_asked(sandbox: httpx.AsyncClient):
    bare = await ask(sandbox, "openai", stream=True)
    full = await ask(sandbox, "openai", stream=True, stream_options={"include_usage": True})
    assert all("usage" not in one for one in events(bare))
    assert [one["usage"] is None for one in events(full)] == [True] * (len(events(full)) - 1) + [False]
    assert events(full)[-1]["choices"] == []
    assert bare.text.endswith("data: [DONE]\n\n")


async def test_openrouter_streams_comments_and_the_cost(sandbox: httpx.AsyncClient):
    answer = await ask(sandbox, "openrouter", stream=True)
    assert answer.text.startswith(": OPENROUTER PROCESSING\n\n")
    assert events(answer)[-1]["usage"]["cost"] > 0


async def test_anthropic_names_each_event(sandbox: httpx.AsyncClient):
    answer = await ask(sandbox, "anthropic", stream=True)
    named = [line.removeprefix("event: ") for line in answer.text.splitlines() if line.startswith("event:")]
    assert named == [one["type"] for one in events(answer)]
    assert named[:3] == ["message_start", "content_block_start", "ping"]
    assert events(answer)[0]["message"]["stop_reason"] is None


async def test_gemini_streams_one_array_without_sse(sandbox: httpx.AsyncClient):
    one = VENDORS["gemini"]
    path = one.stream_path.removesuffix("?alt=sse")
    told = json.loads((await sandbox.post(path, json=one.body, headers=one.headers("sandbox-1"))).text)
    assert "".join(part["candidates"][0]["content"]["parts"][0]["text"] for part in told)[:2] == "A "
    assert [("finishReason" in part["candidates"][0]) for part in told] == [False] * (len(told) - 1) + [True]


@pytest.mark.parametrize(
    ("vendor", "limit"),
    [("openai", "x-ratelimit-remaining-requests"), ("anthropic", "anthropic-ratelimit-requests-remaining")],
)
async def test_limits_stand_over_good_answers(sandbox: httpx.AsyncClient, vendor, limit):
    assert int((await ask(sandbox, vendor)).headers[limit]) > 0


async def test_what_came_of_a_tool_is_taken(sandbox: httpx.AsyncClient):
    user = {"role": "user", "content": QUESTION}
    call = {"id": "c1", "type": "function", "function": {"name": "f", "arguments": "{}"}}
    openai = [user, {"role": "assistant", "tool_calls": [call]},
              {"role": "tool", "tool_call_id": "c1", "content": "free"}]  # fmt: skip
    use = {"type": "tool_use", "id": "u1", "name": "f", "input": {}}
    result = {"type": "tool_result", "tool_use_id": "u1", "content": "free"}
    claude = [user, {"role": "assistant", "content": [use]}, {"role": "user", "content": [result]}]
    gemini = [
        {"role": "user", "parts": [{"text": QUESTION}]},
        {"role": "model", "parts": [{"functionCall": {"name": "f", "args": {}}}]},
        {"role": "user", "parts": [{"functionResponse": {"name": "f", "response": {"free": True}}}]},
    ]
    for vendor, talk in (("openai", openai), ("openrouter", openai), ("anthropic", claude)):
        assert (await ask(sandbox, vendor, messages=talk)).status_code == 200
    assert (await ask(sandbox, "gemini", contents=gemini)).status_code == 200


async def test_the_same_question_gets_the_same_words(sandbox: httpx.AsyncClient):
    system = {"role": "system", "content": IT}
    talk = [system, {"role": "user", "content": "Fate sconti?"}]
    answers = [(await ask(sandbox, "openai", messages=talk)).json() for _ in range(3)]
    said = {one["choices"][0]["message"]["content"] for one in answers}
    assert said == {"Un collega se ne occuperà."}
