"""OpenAI's language over real HTTP: the question, the answer, and every way it can go wrong."""

from collections.abc import AsyncIterator, Awaitable, Callable
from typing import Any

import httpx
import pytest

from ai_router.adapters.openai import OpenAI
from ai_router.ports import Completion, NoAnswer
from ai_router.settings import AiRouterSettings, versioned
from chassis.http.client import vendor_client

Ask = Callable[[Any], Awaitable[Completion]]


def answer(
    content: Any = "Sì, dietro il negozio.", finish: str | None = "stop", **more: Any
) -> dict[str, Any]:
    message = {"role": "assistant", "content": content, "refusal": None}
    return {
        "id": "chatcmpl-1", "object": "chat.completion", "created": 1772452800, "model": "gpt-4o-mini-2024",
        "choices": [{"index": 0, "message": message, "finish_reason": finish, "logprobs": None}],
        "usage": {"prompt_tokens": 40, "completion_tokens": 8, "total_tokens": 48},
    }  # fmt: skip


def error(kind: str, code: Any = None) -> dict[str, Any]:
    return {
        "error": {"message": "sk-secret said: Avete parcheggio?", "type": kind, "param": None, "code": code}
    }


def openai(client: httpx.AsyncClient, **choices: Any) -> OpenAI:
    chosen: dict[str, Any] = {
        "deadline": 0.5,
        "concurrency": 2,
        "token_limit": "max_completion_tokens",
    } | choices
    return OpenAI(client, "sk-secret", **chosen)


@pytest.fixture
async def ask(vendor, question) -> AsyncIterator[Ask]:
    async with vendor_client(vendor.url, 5) as client:

        async def asked(told: Any) -> Completion:
            vendor.answer = told
            return await openai(client).complete(question.data, "gpt-4o-mini")

        yield asked


async def test_the_talk_so_far_is_asked_with_the_key(ask, vendor):
    await ask((200, answer()))
    ((path, headers, body),) = vendor.requests
    assert (path, headers["authorization"]) == ("/v1/chat/completions", "Bearer sk-secret")
    assert body == {
        "model": "gpt-4o-mini",
        "messages": [
            {"role": "system", "content": "You are the front desk of Lyo."},
            {"role": "user", "content": "Ciao"},
            {"role": "assistant", "content": "Buongiorno!"},
            {"role": "user", "content": "Avete parcheggio?"},
        ],
        "max_completion_tokens": 300,
    }


async def test_a_whole_answer_comes_with_what_it_cost(ask):
    assert await ask((200, answer())) == Completion("Sì, dietro il negozio.", "gpt-4o-mini-2024", 40, 8)


async def test_compatible_servers_may_leave_out_model_and_usage(ask):
    bare = {"choices": [{"message": {"content": " Sì. "}}]}
    assert await ask((200, bare)) == Completion("Sì.", "gpt-4o-mini", None, None)


@pytest.mark.parametrize(
    ("told", "reason"),
    [
        ((200, answer("Sì, die", "length")), "cut_off"),
        ((200, answer("", "content_filter")), "cut_off"),
        ((200, answer("  ")), "cut_off"),
        ((200, answer(None)), "cut_off"),
        ((200, {"choices": []}), "overloaded"),
        ((200, b"<html>"), "overloaded"),
        ((200, error("upstream", 502)), "overloaded"),
        ((200, error("limit", 429)), "rate_limited"),
        ((400, error("invalid_request_error")), "bad_request"),
        ((404, error("invalid_request_error", "model_not_found")), "bad_request"),
        ((401, error("invalid_request_error", "invalid_api_key")), "refused_key"),
        ((402, error("credits")), "refused_key"),
        ((403, b""), "refused_key"),
        ((408, b""), "timeout"),
        ((429, error("requests", "rate_limit_exceeded")), "rate_limited"),
        ((429, error("insufficient_quota", "insufficient_quota")), "rate_limited"),
        ((500, error("server_error")), "overloaded"),
        ((503, b"busy"), "overloaded"),
        ((529, b""), "overloaded"),
        ("", "timeout"),
        (None, "unreachable"),
    ],
)
async def test_every_failure_has_its_reason_and_tells_no_secrets(ask, told, reason):
    with pytest.raises(NoAnswer) as failure:
        await ask(told)
    assert failure.value.reason == reason
    assert "sk-secret" not in failure.value.detail
    assert "parcheggio" not in failure.value.detail


async def test_the_kind_of_an_error_is_told(ask):
    with pytest.raises(NoAnswer) as failure:
        await ask((429, error("insufficient_quota", "insufficient_quota")))
    assert failure.value.detail == "status 429 insufficient_quota insufficient_quota"


async def test_an_answered_request_is_never_repeated(ask, vendor):
    with pytest.raises(NoAnswer):
        await ask((500, b""))
    assert len(vendor.requests) == 1


async def test_who_cannot_be_reached_is_tried_once_more(question):
    tries = []

    async def refuses(request: httpx.Request) -> httpx.Response:
        tries.append(request)
        raise httpx.ConnectError("refused")

    async with httpx.AsyncClient(base_url="http://x", transport=httpx.MockTransport(refuses)) as client:
        with pytest.raises(NoAnswer) as failure:
            await openai(client).complete(question.data, "m")
    assert (failure.value.reason, len(tries)) == ("unreachable", 2)


async def test_the_older_name_of_the_limit_can_be_chosen(vendor, question):
    vendor.answer = (200, answer())
    async with vendor_client(vendor.url, 5) as client:
        await openai(client, token_limit="max_tokens").complete(question.data, "m")
    assert vendor.requests[0][2]["max_tokens"] == 300


@pytest.mark.parametrize(
    ("given", "used"),
    [
        ("http://127.0.0.1:9", "http://127.0.0.1:9/v1"),
        ("http://127.0.0.1:9/", "http://127.0.0.1:9/v1"),
        ("http://127.0.0.1:9/v1/", "http://127.0.0.1:9/v1"),
        ("https://openrouter.ai/api/v1", "https://openrouter.ai/api/v1"),
        ("https://host/v1beta/openai/", "https://host/v1beta/openai"),
    ],
)
def test_only_a_bare_host_gets_the_version_path(given, used):
    assert versioned(given) == used


@pytest.mark.parametrize(("keys", "used"), [("", ""), ("a", "a"), (" a , b", "a"), (",b", "b")])
def test_the_first_key_is_used(keys, used, monkeypatch):
    monkeypatch.setenv("BELLHOP_OPENAI_API_KEYS", keys)
    assert AiRouterSettings().openai_key == used
