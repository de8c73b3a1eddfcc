"""OpenRouter: POST /api/v1/chat/completions, GET /api/v1/key (API of 2026)."""

import json
import secrets
import time
from dataclasses import replace
from typing import Any, Final

from pydantic import ValidationError

from ops.sandbox.ai.chat_completions import reading, writing
from ops.sandbox.ai.chat_completions.contract import OpenRouterRequest
from ops.sandbox.ai.dialect import Post, Refusal, Said, Trouble
from ops.sandbox.ai.openai.errors import described
from ops.sandbox.ai.question import Question, Reply
from ops.sandbox.ai.wrong import first_wrong

PROCESSING: Final = ": OPENROUTER PROCESSING\n\n"
"""A comment, which keeps the connection open."""
_COST = 0.0000002
"""US dollars a token."""

_ERRORS: Final[dict[Trouble, tuple[int, str]]] = {
    "no_key": (401, "No auth credentials found"),
    "unauthorized": (401, "User not found."),
    "no_credit": (402, "Insufficient credits. Add more using https://openrouter.ai/settings/credits"),
    "rate_limited": (429, "Rate limit exceeded: requests-per-min"),
    "server_error": (500, "Internal Server Error"),
    "overloaded": (503, "No allowed providers are available for the selected model."),
}


class OpenRouter:
    """See Dialect."""

    name = "openrouter"
    title = "OpenRouter"
    paths = ("/ai/openrouter/api/v1/chat/completions",)

    def key(self, post: Post) -> str:
        """Authorization: Bearer."""
        return post.bearer

    def model(self, post: Post) -> str:
        """From the body."""
        return post.member("model")

    def question(self, post: Post) -> Question:
        """See Dialect."""
        if not isinstance(post.body, dict):
            raise _refused(400, "Invalid JSON body")
        if not post.body.get("model"):
            raise _refused(400, "No models provided")
        try:
            wanted = OpenRouterRequest.model_validate(post.body)
            if "/" not in wanted.model:
                raise _refused(400, f"{wanted.model} is not a valid model ID")
            return replace(reading.question(wanted), usage_wanted=True)
        except ValidationError as problem:
            raise _refused(400, described(first_wrong(problem, post.body))[0]) from problem
        except reading.Unfit as problem:
            raise _refused(400, problem.message) from problem

    def whole(self, question: Question, reply: Reply) -> Said:
        """chat.completion with who provided it and what it cost."""
        if reply.stop == "refused":
            return self._flagged(question)
        body = writing.completion(question, reply, _number(), provider="Sandbox")
        body["usage"] |= _cost(question, reply)
        body["choices"][0]["native_finish_reason"] = writing.finish(reply)
        return Said([json.dumps(body, ensure_ascii=False)])

    def stream(self, question: Question, reply: Reply) -> Said:
        """A comment first, then chunks, the last with the usage, and [DONE]."""
        if reply.stop == "refused":
            return self._flagged(question)
        told = writing.chunks(question, reply, _number(), _cost(question, reply), provider="Sandbox")
        return Said([PROCESSING, *told], "text/event-stream")

    def error(self, trouble: Trouble, retry_after: int | None = None) -> Said:
        """{"error": {"code", "message", "metadata"}}; the code is the status."""
        status, message = _ERRORS[trouble]
        if retry_after is None:
            return _error(status, message)
        reset = str(int((time.time() + retry_after) * 1000))
        limits = {"X-RateLimit-Limit": "20", "X-RateLimit-Remaining": "0", "X-RateLimit-Reset": reset}
        said = _error(status, message, {"headers": limits})
        return replace(said, headers={**limits, "Retry-After": str(retry_after)})

    def headers(self, request_id: str) -> dict[str, str]:
        """The number of the generation."""
        return {"x-generation-id": f"gen-{int(time.time())}-{request_id[:20]}"}

    def _flagged(self, question: Question) -> Said:
        metadata = {
            "reasons": ["harassment"],
            "flagged_input": "…",
            "provider_name": "Sandbox",
            "model_slug": question.model,
        }
        return _error(403, "Your chosen model requires moderation and your input was flagged.", metadata)


def account(key: str) -> dict[str, Any]:
    """What GET /api/v1/key says of a key and its credit, in US dollars."""
    left = 0 if key.startswith("sandbox-empty") else 92.5
    return {
        "data": {
            "label": f"{key[:8]}...{key[-4:]}",
            "limit": 100,
            "limit_remaining": left,
            "limit_reset": None,
            "include_byok_in_limit": False,
            "usage": 100 - left,
            "usage_daily": 0,
            "usage_weekly": 0,
            "usage_monthly": 100 - left,
            "byok_usage": 0,
            "byok_usage_daily": 0,
            "byok_usage_weekly": 0,
            "byok_usage_monthly": 0,
            "is_free_tier": False,
            "is_management_key": False,
            "is_provisioning_key": False,
            "expires_at": None,
            "rate_limit": {"requests": -1, "interval": "10s", "note": "deprecated"},
        }
    }


def _cost(question: Question, reply: Reply) -> dict[str, Any]:
    cost = round((question.input_tokens + reply.output_tokens) * _COST, 9)
    return {"cost": cost, "is_byok": False, "cost_details": {"upstream_inference_cost": None}}


def _refused(status: int, message: str) -> Refusal:
    return Refusal(_error(status, message))


def _error(status: int, message: str, metadata: dict[str, Any] | None = None) -> Said:
    error = {"message": message, "code": status} | ({"metadata": metadata} if metadata else {})
    return Said([json.dumps({"error": error, "user_id": "user_sandbox"})], status=status)


def _number() -> str:
    return f"gen-{int(time.time())}-{secrets.token_hex(10)}"
