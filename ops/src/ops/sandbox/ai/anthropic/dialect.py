"""How Anthropic takes requests, and words its errors."""

import json
import re
import secrets
from collections.abc import Mapping
from datetime import UTC, datetime, timedelta
from typing import Final

from pydantic import ValidationError

from ops.sandbox.ai.anthropic import reading, writing
from ops.sandbox.ai.anthropic.contract import MessagesRequest
from ops.sandbox.ai.dialect import Post, Refusal, Said, Trouble
from ops.sandbox.ai.question import Question, Reply
from ops.sandbox.ai.wrong import Wrong, first_wrong

_RETIRED = re.compile(r"claude-(1|2|instant)")

_ERRORS: Final[dict[Trouble, tuple[int, str, str]]] = {
    "no_key": (401, "authentication_error", "x-api-key header is required"),
    "unauthorized": (401, "authentication_error", "invalid x-api-key"),
    "no_credit": (
        400,
        "invalid_request_error",
        "Your credit balance is too low to access the Anthropic API. Please go to Plans & Billing to upgrade "
        "or purchase credits.",
    ),
    "rate_limited": (
        429,
        "rate_limit_error",
        "This request would exceed your organization's rate limit. Please try again later.",
    ),
    "server_error": (500, "api_error", "Internal server error"),
    "overloaded": (529, "overloaded_error", "Overloaded"),
}


class Anthropic:
    """See ops.sandbox.ai.dialect.Dialect."""

    name = "anthropic"
    title = "Anthropic"
    paths = ("/ai/anthropic/v1/messages",)

    def key(self, post: Post) -> str:
        """x-api-key; compatible third parties take Authorization: Bearer, so it does as well."""
        return post.headers.get("x-api-key") or post.bearer

    def model(self, post: Post) -> str:
        """From the body."""
        return post.member("model")

    def question(self, post: Post) -> Question:
        """See Dialect."""
        if "anthropic-version" not in post.headers:
            raise _bad("anthropic-version: header is required")
        if not isinstance(post.body, dict):
            raise _bad("The request body is not valid JSON")
        try:
            wanted = MessagesRequest.model_validate(post.body)
            if not wanted.model.startswith("claude-") or _RETIRED.match(wanted.model):
                raise Refusal(_error(404, "not_found_error", f"model: {wanted.model}"))
            return reading.question(wanted)
        except ValidationError as problem:
            raise _bad(_described(first_wrong(problem, post.body))) from problem
        except reading.Unfit as problem:
            raise _bad(str(problem)) from problem

    def whole(self, question: Question, reply: Reply) -> Said:
        """A message."""
        body = json.dumps(writing.message(question, reply), ensure_ascii=False)
        return Said([body], headers=_limits(49))

    def stream(self, question: Question, reply: Reply) -> Said:
        """Its events."""
        told = list(writing.events(question, reply))
        return Said(told, "text/event-stream; charset=utf-8", headers=_limits(49))

    def error(self, trouble: Trouble, retry_after: int | None = None) -> Said:
        """{"type": "error", "error": {"type", "message"}, "request_id"}."""
        limits = {} if retry_after is None else _limits(0, retry_after) | {"retry-after": str(retry_after)}
        return _error(*_ERRORS[trouble], headers=limits)

    def headers(self, request_id: str) -> dict[str, str]:
        """Whom it was answered for, and under which number."""
        return {"request-id": f"req_{request_id}", "anthropic-organization-id": "sandbox"}


def _limits(remaining: int, seconds: int = 1) -> dict[str, str]:
    reset = f"{datetime.now(UTC) + timedelta(seconds=seconds):%Y-%m-%dT%H:%M:%SZ}"
    return {
        f"anthropic-ratelimit-requests-{name}": value
        for name, value in (("limit", "50"), ("remaining", str(remaining)), ("reset", reset))
    }


def _described(wrong: Wrong) -> str:
    match wrong.kind:
        case "missing":
            return f"{wrong.dotted}: Field required"
        case "unknown":
            return f"{wrong.dotted}: Extra inputs are not permitted"
        case "value" if wrong.place[-1:] == ("role",) and wrong.given == "system":
            return (
                'messages: Unexpected role "system". The Messages API accepts a top-level `system` '
                "parameter, "
                'not "system" as an input message role.'
            )
        case "limit" if wrong.given == "":
            return f"messages: {wrong.words}"
        case _:
            return f"{wrong.dotted}: {wrong.words}"


def _bad(message: str) -> Refusal:
    return Refusal(_error(400, "invalid_request_error", message))


def _error(status: int, kind: str, message: str, headers: Mapping[str, str] | None = None) -> Said:
    number = f"req_{secrets.token_hex(12)}"
    body = {"type": "error", "error": {"type": kind, "message": message}, "request_id": number}
    return Said([json.dumps(body)], status=status, headers={"request-id": number, **(headers or {})})
