"""What each vendor's errors mean, wherever they come; nothing of ours is told on."""

import json
from datetime import UTC, datetime
from typing import Any

import pytest

from ai_router.adapters.anthropic import Anthropic
from ai_router.adapters.gemini import Gemini
from ai_router.adapters.openai import OpenAI
from ai_router.domain.failures import (
    BadKey,
    BadRequest,
    ContentRefused,
    OutOfCredit,
    Overloaded,
    RateLimited,
    TimedOut,
    VendorFailure,
)

from .conftest import KEY, SPEECHES, anthropic_error, chunked, event, gemini_error, openai_error, question

FLAGGED = {"reasons": ["x"], "flagged_input": "parcheggio", "provider_name": "p"}
KEY_INVALID = {"@type": "type.googleapis.com/google.rpc.ErrorInfo", "reason": "API_KEY_INVALID"}

OPENAI = [
    (400, openai_error("invalid_request_error"), BadRequest, "status 400 invalid_request_error"),
    (400, openai_error("x", "content_filter"), ContentRefused, "status 400 content_filter"),
    (400, openai_error("x", "billing_hard_limit_reached"), OutOfCredit,
     "status 400 billing_hard_limit_reached"),
    (401, openai_error("invalid_request_error", "invalid_api_key"), BadKey,
     "status 401 invalid_api_key invalid_request_error"),
    (402, openai_error("credits", 402), OutOfCredit, "status 402 credits"),
    (403, {}, BadKey, "status 403"),
    (403, openai_error("invalid_request_error", "model_not_found"), BadRequest,
     "status 403 invalid_request_error model_not_found"),
    (403, openai_error("x", 403, metadata=FLAGGED), ContentRefused, "status 403"),
    (403, {"error": {"code": 403, "message": "Key limit exceeded (total limit)"}}, OutOfCredit, "status 403"),
    (404, openai_error("invalid_request_error", "model_not_found"), BadRequest,
     "status 404 invalid_request_error model_not_found"),
    (408, {}, TimedOut, "status 408"),
    (413, {}, BadRequest, "status 413"),
    (422, {"detail": [{"msg": "parcheggio"}]}, BadRequest, "status 422"),
    (429, openai_error("requests", "rate_limit_exceeded"), RateLimited,
     "status 429 rate_limit_exceeded requests"),
    (429, openai_error("insufficient_quota", "insufficient_quota"), OutOfCredit,
     "status 429 insufficient_quota"),
    (500, openai_error("server_error"), Overloaded, "status 500 server_error"),
    (503, {"error": "busy"}, Overloaded, "status 503"),
    (504, {}, TimedOut, "status 504"),
    (301, {}, BadRequest, "status 301"),
    (401, openai_error(KEY.secret, ["parcheggio"]), BadKey, "status 401"),
]  # fmt: skip
ANTHROPIC = [
    (400, anthropic_error("invalid_request_error"), BadRequest, "status 400 invalid_request_error"),
    (400, anthropic_error("invalid_request_error", "Your credit balance is too low to access the API."),
     OutOfCredit, "status 400 invalid_request_error"),
    (401, anthropic_error("authentication_error"), BadKey, "status 401 authentication_error"),
    (402, anthropic_error("billing_error"), OutOfCredit, "status 402 billing_error"),
    (403, anthropic_error("permission_error"), BadKey, "status 403 permission_error"),
    (404, anthropic_error("not_found_error"), BadRequest, "status 404 not_found_error"),
    (413, anthropic_error("request_too_large"), BadRequest, "status 413 request_too_large"),
    (429, anthropic_error("rate_limit_error"), RateLimited, "status 429 rate_limit_error"),
    (500, anthropic_error("api_error"), Overloaded, "status 500 api_error"),
    (504, anthropic_error("timeout_error"), TimedOut, "status 504 timeout_error"),
    (529, anthropic_error("overloaded_error"), Overloaded, "status 529 overloaded_error"),
]  # fmt: skip
GEMINI = [
    (400, gemini_error(400, "INVALID_ARGUMENT"), BadRequest, "status 400 INVALID_ARGUMENT"),
    (400, gemini_error(400, "INVALID_ARGUMENT", KEY_INVALID), BadKey,
     "status 400 INVALID_ARGUMENT API_KEY_INVALID"),
    (403, gemini_error(403, "PERMISSION_DENIED"), BadKey, "status 403 PERMISSION_DENIED"),
    (403, gemini_error(403, "PERMISSION_DENIED", {"reason": "BILLING_DISABLED"}), OutOfCredit,
     "status 403 PERMISSION_DENIED BILLING_DISABLED"),
    (404, gemini_error(404, "NOT_FOUND"), BadRequest, "status 404 NOT_FOUND"),
    (429, gemini_error(429, "RESOURCE_EXHAUSTED"), RateLimited, "status 429 RESOURCE_EXHAUSTED"),
    (500, gemini_error(500, "INTERNAL"), Overloaded, "status 500 INTERNAL"),
    (503, [gemini_error(503, "UNAVAILABLE")], Overloaded, "status 503 UNAVAILABLE"),
    (504, gemini_error(504, "DEADLINE_EXCEEDED"), TimedOut, "status 504 DEADLINE_EXCEEDED"),
]  # fmt: skip
TABLE: list[tuple[Any, ...]] = [(OpenAI, *row) for row in OPENAI]
TABLE += [(Anthropic, *row) for row in ANTHROPIC]
TABLE += [(Gemini, *row) for row in GEMINI]


@pytest.fixture
def refused(stand_in, client):
    """Has the vendor refuse so, and gives the failure."""

    async def asked(make, status, content, headers=None, *, stream=False) -> VendorFailure:
        body = b"" if stream else content if isinstance(content, bytes) else json.dumps(content).encode()
        head = "".join(f"{name}: {value}\r\n" for name, value in (headers or {}).items())
        stand_in.told = [f"HTTP/1.1 {status} X\r\n{head}content-length: {len(body)}\r\n\r\n".encode() + body]
        if stream:
            stand_in.told = chunked(content)
        with pytest.raises(VendorFailure) as failure:
            await make(client, stream=stream).complete(question(), "m", KEY, 5)
        assert KEY.secret not in str(failure.value)
        assert "parcheggio" not in str(failure.value)
        return failure.value

    return asked


@pytest.mark.parametrize("row", TABLE, ids=lambda row: f"{row[0].__name__} {row[4]}")
async def test_every_error_has_its_meaning(refused, row):
    make, status, content, kind, detail = row
    failure = await refused(make, status, content)
    assert (type(failure), failure.detail) == (kind, detail)


@pytest.mark.parametrize("make", [OpenAI, Anthropic, Gemini])
@pytest.mark.parametrize(("status", "kind"), [(401, BadKey), (402, OutOfCredit), (429, RateLimited),
                                              (500, Overloaded), (400, BadRequest)])  # fmt: skip
async def test_the_status_says_enough_where_the_body_says_nothing(refused, make, status, kind):
    for body in (b"", b"<html>parcheggio", b"[]", b"7", b'{"error": []}'):
        assert type(await refused(make, status, body)) is kind


@pytest.mark.parametrize(
    ("make", "error", "kind"),
    [
        (OpenAI, openai_error("x", 429), RateLimited),
        (OpenAI, openai_error("x", 502), Overloaded),
        (OpenAI, openai_error("x", "server_error"), Overloaded),
        (OpenAI, openai_error("x", 402), OutOfCredit),
        (OpenAI, {"error": "parcheggio"}, Overloaded),
        (Anthropic, anthropic_error("overloaded_error"), Overloaded),
        (Anthropic, anthropic_error("rate_limit_error"), RateLimited),
        (Anthropic, anthropic_error("new_error"), Overloaded),
        (Gemini, gemini_error(429, "RESOURCE_EXHAUSTED"), RateLimited),
        (Gemini, gemini_error(503, "UNAVAILABLE"), Overloaded),
    ],
)
async def test_an_error_with_status_200_or_within_a_stream_means_the_same(refused, make, error, kind):
    assert type(await refused(make, 200, error)) is kind
    name = {OpenAI: "openai", Anthropic: "anthropic", Gemini: "gemini"}[make]
    events = SPEECHES[name].stream()
    assert type(await refused(make, 200, [*events[:4], event(error), *events[4:]], stream=True)) is kind


@pytest.mark.parametrize(
    "row",
    [
        (OpenAI, {}, {}, None),
        (OpenAI, {"retry-after": "20"}, {}, 20),
        (OpenAI, {"retry-after-ms": "1500", "retry-after": "20"}, {}, 1.5),
        (OpenAI, {"x-ratelimit-remaining-requests": "0", "x-ratelimit-reset-requests": "1m30s",
                  "x-ratelimit-remaining-tokens": "90", "x-ratelimit-reset-tokens": "6m0s"}, {}, 90),
        (OpenAI, {"x-ratelimit-remaining-requests": "0", "x-ratelimit-reset-requests": "1s",
                  "x-ratelimit-remaining-tokens": "0", "x-ratelimit-reset-tokens": "6m0s"}, {}, 360),
        (OpenAI, {"x-ratelimit-remaining-tokens": "90", "x-ratelimit-reset-tokens": "6m0s"}, {}, None),
        (OpenAI, {"X-RateLimit-Remaining": "0", "X-RateLimit-Reset": "1772453100000"}, {}, 300),
        (OpenAI, {}, openai_error("x", 429, metadata={"headers": {
            "X-RateLimit-Remaining": 0, "X-RateLimit-Reset": 1772453100000, "é": "é"}}), 300),
        (Anthropic, {"retry-after": "7"}, {}, 7),
        (Anthropic, {"anthropic-ratelimit-requests-remaining": "5",
                     "anthropic-ratelimit-requests-reset": "2026-03-02T13:00:00Z",
                     "anthropic-ratelimit-input-tokens-remaining": "0",
                     "anthropic-ratelimit-input-tokens-reset": "2026-03-02T12:00:30Z"}, {}, 30),
        (Gemini, {}, gemini_error(429, "X", {"@type": "a"}, {"retryDelay": "34.5s"}), 34.5),
        (Gemini, {"retry-after": "9"}, gemini_error(429, "X", {"retryDelay": "soon"}), 9),
    ],
)  # fmt: skip
async def test_when_to_come_back(refused, monkeypatch, row):
    make, headers, content, until = row
    noon = datetime(2026, 3, 2, 12, 0, tzinfo=UTC)
    module = f"ai_router.adapters.{make.__module__.rsplit('.', 1)[-1]}.refusals.utc_now"
    monkeypatch.setattr(module, lambda: noon)
    failure = await refused(make, 429, content, headers)
    assert isinstance(failure, RateLimited)
    assert (failure.until and (failure.until - noon).total_seconds()) == until
