"""The vendors' own SDKs read every answer of the stand-ins, and raise their own errors."""

from typing import Any

import anthropic
import openai
import pytest
from anthropic.types import TextBlock, ToolUseBlock

from .conftest import FACTS, SCHEMA, Fail

QUESTION = "Avete un parcheggio?"
ANSWER = "Sì, dietro il negozio."
TALK: Any = [{"role": "system", "content": FACTS}, {"role": "user", "content": QUESTION}]
TOOL = {"name": "find_slot", "description": "Finds a free time.", "parameters": SCHEMA}
FORM: Any = {"type": "json_schema", "json_schema": {"name": "reading", "schema": SCHEMA, "strict": True}}
PICTURE = "iVBORw0KGgo="
STATUSES: Any = [
    ("rate_limited", openai.RateLimitError, anthropic.RateLimitError),
    ("server_error", openai.InternalServerError, anthropic.InternalServerError),
    ("unauthorized", openai.AuthenticationError, anthropic.AuthenticationError),
    ("no_credit", openai.RateLimitError, anthropic.BadRequestError),
    ("overloaded", openai.InternalServerError, anthropic.APIStatusError),
    ("timeout", openai.APITimeoutError, anthropic.APITimeoutError),
    ("cut", openai.APIConnectionError, anthropic.APIConnectionError),
]


@pytest.fixture(params=["openai", "openrouter"])
def chat(request, sandbox_url: str) -> openai.OpenAI:
    base = {"openai": "/ai/openai/v1", "openrouter": "/ai/openrouter/api/v1"}[request.param]
    return openai.OpenAI(
        base_url=sandbox_url + base, api_key=f"sandbox-{request.param}-1", max_retries=0, timeout=1
    )


@pytest.fixture
def claude(sandbox_url: str) -> anthropic.Anthropic:
    return anthropic.Anthropic(
        base_url=f"{sandbox_url}/ai/anthropic", api_key="sandbox-anthropic-1", max_retries=0, timeout=1
    )


def model(chat: openai.OpenAI) -> str:
    return "gpt-4o-mini" if "/ai/openai/" in str(chat.base_url) else "openai/gpt-4o-mini"


def vendor(chat: openai.OpenAI) -> str:
    return "openai" if "/ai/openai/" in str(chat.base_url) else "openrouter"


def test_openai_reads_an_answer(chat):
    answer = chat.chat.completions.create(model=model(chat), messages=TALK, max_completion_tokens=300)
    assert answer.choices[0].message.content == ANSWER
    assert answer.choices[0].finish_reason == "stop"
    assert answer.usage.completion_tokens == 6
    assert answer.usage.total_tokens == answer.usage.prompt_tokens + 6


def test_openai_reads_a_stream_to_its_usage(chat):
    told = list(
        chat.chat.completions.create(
            model=model(chat), messages=TALK, stream=True, stream_options={"include_usage": True}
        )
    )
    assert "".join(one.choices[0].delta.content or "" for one in told if one.choices) == ANSWER
    assert [one.choices[0].finish_reason for one in told if one.choices][-1] == "stop"
    assert told[-1].usage.completion_tokens == 6


def test_openai_reads_a_call_of_a_tool_plain_and_streamed(chat):
    asked = {
        "model": model(chat), "messages": [{"role": "user", "content": "find a slot please"}],
        "tools": [{"type": "function", "function": TOOL}],
    }  # fmt: skip
    (whole,) = chat.chat.completions.create(**asked).choices[0].message.tool_calls
    with chat.chat.completions.stream(**asked) as stream:
        stream.until_done()
        (streamed,) = stream.get_final_completion().choices[0].message.tool_calls
    assert whole.function.name == streamed.function.name == "find_slot"
    assert whole.function.arguments == streamed.function.arguments
    assert '"intent": "other"' in whole.function.arguments


def test_openai_reads_json_of_the_schema_about_a_picture(chat):
    parts = [
        {"type": "text", "text": QUESTION},
        {"type": "image_url", "image_url": {"url": f"data:image/png;base64,{PICTURE}"}},
    ]
    answer = chat.chat.completions.create(
        model=model(chat),
        messages=[TALK[0], {"role": "user", "content": parts}],
        response_format=FORM,
    )
    assert answer.choices[0].message.content == f'{{"answer": "{ANSWER}", "intent": "other"}}'
    assert answer.usage.prompt_tokens > 85


def test_openai_lists_models(sandbox_url):
    client = openai.OpenAI(base_url=f"{sandbox_url}/ai/openai/v1", api_key="sandbox-1", max_retries=0)
    assert "gpt-4o-mini" in {one.id for one in client.models.list()}


@pytest.mark.parametrize(("kind", "error"), [(kind, error) for kind, error, _ in STATUSES])
def test_openai_raises_its_own_error(chat, fail: Fail, kind: str, error: type[Exception]):
    fail(vendor(chat), kind)
    if (vendor(chat), kind) == ("openrouter", "no_credit"):
        error = openai.APIStatusError  # 402 has no class of its own
    with pytest.raises(error):
        chat.chat.completions.create(model=model(chat), messages=TALK)


def test_openai_knows_a_quota_that_is_used_up(sandbox_url):
    client = openai.OpenAI(base_url=f"{sandbox_url}/ai/openai/v1", api_key="sandbox-empty-1", max_retries=0)
    with pytest.raises(openai.RateLimitError) as raised:
        client.chat.completions.create(model="gpt-4o-mini", messages=TALK)
    assert (raised.value.code, raised.value.type) == ("insufficient_quota", "insufficient_quota")


@pytest.mark.parametrize("kind", ["cut", "malformed"])
def test_openai_notices_a_broken_stream(chat, fail: Fail, kind: str):
    fail(vendor(chat), kind)
    # The SDK lets these of its HTTP library and of json through.
    with pytest.raises(Exception, match=r"(?i)connection|peer|delimiter|expecting|unterminated|char"):
        list(chat.chat.completions.create(model=model(chat), messages=TALK, stream=True))


def test_openai_sees_refused_content(chat, fail: Fail):
    fail(vendor(chat), "refused")
    if vendor(chat) == "openrouter":
        with pytest.raises(openai.PermissionDeniedError) as raised:
            chat.chat.completions.create(model=model(chat), messages=TALK)
        assert "reasons" in str(raised.value.body)
    else:
        answer = chat.chat.completions.create(model=model(chat), messages=TALK)
        assert answer.choices[0].finish_reason == "content_filter"


def asked_of_claude(**more: Any) -> Any:
    question = {"role": "user", "content": QUESTION}
    return {"model": "claude-haiku-4-5", "max_tokens": 300, "system": FACTS, "messages": [question]} | more


def test_anthropic_reads_an_answer(claude):
    answer = claude.messages.create(**asked_of_claude())
    (block,) = answer.content
    assert isinstance(block, TextBlock)
    assert (block.text, answer.stop_reason, answer.usage.output_tokens) == (ANSWER, "end_turn", 6)


def test_anthropic_reads_a_stream(claude):
    with claude.messages.stream(**asked_of_claude()) as stream:
        kinds = [one.type for one in stream if one.type != "text"]
        final = stream.get_final_message()
    assert kinds[:2] == ["message_start", "content_block_start"]
    assert kinds[-3:] == ["content_block_stop", "message_delta", "message_stop"]
    assert (final.content[0].text, final.stop_reason, final.usage.output_tokens) == (ANSWER, "end_turn", 6)


def test_anthropic_reads_a_use_of_a_tool_plain_and_streamed(claude):
    tool = {"name": "find_slot", "description": "", "input_schema": SCHEMA}
    asked = asked_of_claude(tools=[tool], messages=[{"role": "user", "content": "find a slot please"}])
    (whole,) = claude.messages.create(**asked).content
    with claude.messages.stream(**asked) as stream:
        (streamed,) = stream.get_final_message().content
    assert isinstance(whole, ToolUseBlock)
    assert whole.input == streamed.input == {"answer": "find a slot please", "intent": "other"}


def test_anthropic_reads_json_of_the_schema_about_a_picture(claude):
    source = {"type": "base64", "media_type": "image/png", "data": PICTURE}
    content = [{"type": "image", "source": source}, {"type": "text", "text": QUESTION}]
    answer = claude.messages.create(
        **asked_of_claude(
            messages=[{"role": "user", "content": content}],
            output_config={"format": {"type": "json_schema", "schema": SCHEMA}},
        )
    )
    assert answer.content[0].text == f'{{"answer": "{ANSWER}", "intent": "other"}}'


@pytest.mark.parametrize(("kind", "error"), [(kind, error) for kind, _, error in STATUSES])
def test_anthropic_raises_its_own_error(claude, fail: Fail, kind: str, error: type[Exception]):
    fail("anthropic", kind)
    with pytest.raises(error) as raised:
        claude.messages.create(**asked_of_claude())
    if isinstance(raised.value, anthropic.APIStatusError) and kind in ("overloaded", "rate_limited"):
        told = (raised.value.status_code, raised.value.type, raised.value.response.headers.get("retry-after"))
        assert told in [(529, "overloaded_error", None), (429, "rate_limit_error", "2")]


@pytest.mark.parametrize("kind", ["cut", "malformed"])
def test_anthropic_notices_a_broken_stream(claude, fail: Fail, kind: str):
    fail("anthropic", kind)
    with pytest.raises(Exception, match=r"(?i)connection|peer|delimiter|expecting|unterminated|char"):
        list(claude.messages.create(**asked_of_claude(stream=True)))


def test_anthropic_sees_refused_content(claude, fail: Fail):
    fail("anthropic", "refused")
    answer = claude.messages.create(**asked_of_claude())
    assert (answer.stop_reason, answer.content) == ("refusal", [])


def test_anthropic_takes_the_key_as_a_bearer_too(sandbox_url):
    client = anthropic.Anthropic(
        base_url=f"{sandbox_url}/ai/anthropic", auth_token="sandbox-1", max_retries=0
    )
    assert client.messages.create(**asked_of_claude()).content[0].text == ANSWER
