"""The stand-ins take what the vendors take, and refuse in the vendors' own words."""

from typing import Any

import httpx
import pytest

from .asking import VENDORS, ask
from .conftest import SCHEMA

USER = {"role": "user", "content": "Ciao"}
PICTURE = {"type": "image_url", "image_url": {"url": "cat.png"}}
CALL = {"id": "c1", "type": "function", "function": {"name": "f", "arguments": "{}"}}
USE = {"type": "tool_use", "id": "u1", "name": "f", "input": {}}


def openai_says(message: str, param: str | None = None, code: str | None = None) -> dict[str, Any]:
    return {"error": {"message": message, "type": "invalid_request_error", "param": param, "code": code}}


@pytest.mark.parametrize(
    ("changes", "said"),
    [
        ({"model": None}, openai_says("you must provide a model parameter")),
        ({"messages": None}, openai_says("Missing required parameter: 'messages'.", "messages",
                                         "missing_required_parameter")),
        ({"colour": 1}, openai_says("Unknown parameter: 'colour'.", "colour", "unknown_parameter")),
        ({"messages": [{"role": "user", "content": 3}]},
         openai_says("Invalid type for 'messages[0].content': expected a string, but got an integer instead.",
                     "messages[0].content", "invalid_type")),
        ({"messages": [{"role": "customer", "content": "x"}]},
         openai_says("Invalid value: 'customer'. Supported values are: 'system', 'developer', 'user', "
                     "'assistant', 'tool', 'function'.", "messages[0].role", "invalid_value")),
        ({"stream_options": {"include_usage": True}},
         openai_says("The 'stream_options' parameter is only allowed when 'stream' is enabled.",
                     "stream_options")),
        ({"tool_choice": "auto"},
         openai_says("'tool_choice' is only allowed when 'tools' are specified.", "tool_choice")),
        ({"model": "o3-mini", "max_tokens": 9},
         openai_says("Unsupported parameter: 'max_tokens' is not supported with this model. Use "
                     "'max_completion_tokens' instead.", "max_tokens", "unsupported_parameter")),
    ],
)  # fmt: skip
async def test_openai_says_what_is_wrong(sandbox: httpx.AsyncClient, changes, said):
    answer = await ask(sandbox, "openai", **changes)
    assert (answer.status_code, answer.json()) == (400, said)


@pytest.mark.parametrize(
    ("changes", "words"),
    [
        ({"messages": []}, "at least 1 item"),
        ({"temperature": 3}, "less than or equal to 2"),
        ({"temperature": "hot"}, "Invalid type for 'temperature'"),
        ({"messages": [USER, {"role": "assistant", "tool_calls": [CALL]}, USER]}, "response messages: c1"),
        ({"messages": [USER, {"role": "assistant", "tool_calls": [CALL]}]}, "response messages: c1"),
        ({"messages": [USER, {"role": "tool", "tool_call_id": "c1", "content": "x"}]}, "must be a response"),
        ({"response_format": {"type": "json_object"}}, "must contain the word 'json'"),
        ({"messages": [{"role": "user", "content": [PICTURE]}]}, "Expected a valid URL"),
        ({"response_format": {"type": "json_schema", "json_schema": {"name": "x", "strict": True, "schema":
          {**SCHEMA, "additionalProperties": True}}}}, "'additionalProperties' is required"),
        ({"response_format": {"type": "json_schema", "json_schema": {"name": "x", "strict": True, "schema":
          {**SCHEMA, "required": ["answer"]}}}}, "Missing 'intent'"),
    ],
)  # fmt: skip
async def test_openai_refuses_what_makes_no_sense(sandbox: httpx.AsyncClient, changes, words):
    answer = await ask(sandbox, "openai", **changes)
    assert answer.status_code == 400
    assert words in answer.json()["error"]["message"]


@pytest.mark.parametrize(
    ("changes", "message"),
    [
        ({"max_tokens": None}, "max_tokens: Field required"),
        ({"colour": 1}, "colour: Extra inputs are not permitted"),
        ({"messages": [{"role": "system", "content": "x"}]},
         'messages: Unexpected role "system". The Messages API accepts a top-level `system` parameter, not '
         '"system" as an input message role.'),
        ({"messages": [{"role": "tool", "content": "x"}]},
         "messages.0.role: Input should be 'user' or 'assistant'"),
        ({"messages": [{"role": "user", "content": [{"type": "text", "text": ""}]}]},
         "messages: text content blocks must be non-empty"),
        ({"messages": []}, "messages: at least one message is required"),
        ({"messages": [{"role": "assistant", "content": "x"}]},
         'messages: first message must use the "user" role'),
        ({"max_tokens": "9"}, "max_tokens: Input should be a valid integer"),
        ({"temperature": 1.5}, "temperature: Input should be less than or equal to 1"),
        ({"messages": [USER, {"role": "assistant", "content": [USE]}, USER]},
         "messages.1: `tool_use` ids were found without `tool_result` blocks immediately after: u1. Each "
         "`tool_use` block must have a corresponding `tool_result` block in the next message."),
    ],
)  # fmt: skip
async def test_anthropic_says_what_is_wrong(sandbox: httpx.AsyncClient, changes, message):
    answer = await ask(sandbox, "anthropic", **changes)
    body = answer.json()
    assert (answer.status_code, body["type"], body["error"]["type"]) == (
        400,
        "error",
        "invalid_request_error",
    )
    assert body["error"]["message"] == message
    assert body["request_id"] == answer.headers["request-id"]


async def test_anthropic_wants_its_version(sandbox: httpx.AsyncClient):
    one = VENDORS["anthropic"]
    answer = await sandbox.post(one.path, json=one.body, headers={"x-api-key": "sandbox-1"})
    assert answer.json()["error"]["message"] == "anthropic-version: header is required"


@pytest.mark.parametrize(
    ("changes", "message"),
    [
        ({"contents": []}, "* GenerateContentRequest.contents: contents is not specified\n"),
        ({"contents": [{"role": "assistant", "parts": [{"text": "x"}]}]},
         "Please use a valid role: user, model."),
        ({"contents": [{"parts": []}]},
         "* GenerateContentRequest.contents[0].parts: contents.parts must not be empty.\n"),
        ({"contents": [{"parts": [{"words": "x"}]}]},
         "Invalid JSON payload received. Unknown name \"words\" at 'contents[0].parts[0]': "
         "Cannot find field."),
        ({"contents": [{"parts": [{"text": 3}]}]}, "Invalid value at 'contents[0].parts[0].text', 3"),
        ({"colour": 1}, 'Invalid JSON payload received. Unknown name "colour": Cannot find field.'),
        ({"generationConfig": {"responseMimeType": "application/json", "responseSchema": SCHEMA}},
         "Invalid JSON payload received. Unknown name \"additionalProperties\" at "
         "'generation_config.response_schema': Cannot find field."),
    ],
)  # fmt: skip
async def test_gemini_says_what_is_wrong(sandbox: httpx.AsyncClient, changes, message):
    answer = await ask(sandbox, "gemini", **changes)
    error = answer.json()["error"]
    assert (answer.status_code, error["code"], error["status"]) == (400, 400, "INVALID_ARGUMENT")
    assert error["message"] == message


async def test_gemini_takes_both_ways_of_writing(sandbox: httpx.AsyncClient):
    snakes: dict[str, Any] = {
        "generation_config": {"max_output_tokens": 9},
        "system_instruction": {"parts": [{"text": "x"}]},
    }
    camels: dict[str, Any] = {
        "generationConfig": {"maxOutputTokens": "9"},
        "systemInstruction": {"parts": [{"text": "x"}]},
    }
    for changes in (snakes, camels):
        assert (await ask(sandbox, "gemini", **changes)).status_code == 200


async def test_openrouter_passes_over_what_it_does_not_know_and_says_the_rest(sandbox: httpx.AsyncClient):
    assert (await ask(sandbox, "openrouter", transforms=[], colour=1)).status_code == 200
    refused = await ask(sandbox, "openrouter", messages=None)
    assert (refused.status_code, refused.json()["error"]["code"]) == (400, 400)
    unknown = await ask(sandbox, "openrouter", model="gpt-4o-mini")
    assert unknown.json()["error"]["message"] == "gpt-4o-mini is not a valid model ID"


@pytest.mark.parametrize("vendor", VENDORS)
async def test_what_is_no_json_is_refused(sandbox: httpx.AsyncClient, vendor):
    one = VENDORS[vendor]
    answer = await sandbox.post(one.path, content=b"{", headers=one.headers("sandbox-1"))
    assert answer.status_code == 400
    assert answer.json()["error"]["message"]


@pytest.mark.parametrize(
    ("vendor", "model"), [("openai", "gpt-3"), ("anthropic", "gpt-4o"), ("anthropic", "claude-2.1")]
)
async def test_a_model_that_is_not_there(sandbox: httpx.AsyncClient, vendor, model):
    answer = await ask(sandbox, vendor, model=model)
    assert answer.status_code == 404
    assert model in answer.json()["error"]["message"]


async def test_a_retired_model_of_gemini(sandbox: httpx.AsyncClient):
    one = VENDORS["gemini"]
    path = one.path.replace("gemini-2.5-flash", "gemini-1.5-flash")
    answer = await sandbox.post(path, json=one.body, headers=one.headers("sandbox-1"))
    assert (answer.status_code, answer.json()["error"]["status"]) == (404, "NOT_FOUND")


KEYS = [
    ("openai", 401, 401, 429),
    ("openrouter", 401, 401, 402),
    ("anthropic", 401, 401, 400),
    ("gemini", 403, 400, 429),
]


@pytest.mark.parametrize(("vendor", "missing", "wrong", "empty"), KEYS)
async def test_keys(sandbox: httpx.AsyncClient, vendor, missing, wrong, empty):
    one = VENDORS[vendor]
    version = {"anthropic-version": "2023-06-01"}
    assert (await sandbox.post(one.path, json=one.body, headers=version)).status_code == missing
    for key in ("sk-real", "sandbox-revoked-1"):
        refused = await ask(sandbox, vendor, key=key)
        assert refused.status_code == wrong
        assert key not in refused.text
    assert (await ask(sandbox, vendor, key="sandbox-empty-1")).status_code == empty
    assert (await ask(sandbox, vendor, key="sandbox-anything")).status_code == 200


async def test_openrouter_tells_what_is_left(sandbox: httpx.AsyncClient):
    async def left(key: str) -> Any:
        told = await sandbox.get("/ai/openrouter/api/v1/key", headers={"authorization": f"Bearer {key}"})
        return told.json()["data"]["limit_remaining"]

    assert (await left("sandbox-1"), await left("sandbox-empty-1")) == (92.5, 0)
