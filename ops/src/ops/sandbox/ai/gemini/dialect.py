"""How Google takes requests, and words its errors."""

import json
import re
from collections.abc import Iterator
from typing import Any, Final

from pydantic import ValidationError
from pydantic.alias_generators import to_snake

from ops.sandbox.ai.dialect import Post, Refusal, Said, Trouble
from ops.sandbox.ai.gemini import reading, writing
from ops.sandbox.ai.gemini.contract import GenerateContentRequest
from ops.sandbox.ai.question import Question, Reply, Stream
from ops.sandbox.ai.wrong import Wrong, first_wrong

_MODELS = re.compile(r"(gemini-([2-9]|flash|pro)|gemma-)")
_METHODS: Final = ("generateContent", "streamGenerateContent")
_INFO = "type.googleapis.com/google.rpc."

_ERRORS: Final[dict[Trouble, tuple[int, str, str]]] = {
    "no_key": (
        403,
        "PERMISSION_DENIED",
        "Method doesn't allow unregistered callers (callers without established identity). Please use API "
        "Key or other form of API consumer identity to call this API.",
    ),
    "unauthorized": (400, "INVALID_ARGUMENT", "API key not valid. Please pass a valid API key."),
    "no_credit": (
        429,
        "RESOURCE_EXHAUSTED",
        "Your prepayment credits are depleted. Please go to AI Studio at https://ai.studio/projects to "
        "manage your project and billing.",
    ),
    "rate_limited": (
        429,
        "RESOURCE_EXHAUSTED",
        "You exceeded your current quota, please check your plan and billing details. For more information "
        "on this error, head to: https://ai.google.dev/gemini-api/docs/rate-limits.",
    ),
    "server_error": (500, "INTERNAL", "An internal error has occurred. Please retry."),
    "overloaded": (503, "UNAVAILABLE", "The model is overloaded. Please try again later."),
}


class Gemini:
    """See ops.sandbox.ai.dialect.Dialect."""

    name = "gemini"
    title = "Gemini"
    paths = ("/ai/gemini/v1beta/models/{call}", "/ai/gemini/v1/models/{call}")

    def key(self, post: Post) -> str:
        """x-goog-api-key, or ?key=."""
        return post.headers.get("x-goog-api-key") or post.query.get("key", "")

    def model(self, post: Post) -> str:
        """From the path."""
        return post.call.partition(":")[0]

    def question(self, post: Post) -> Question:
        """See Dialect."""
        model, _, method = post.call.partition(":")
        if method not in _METHODS or not _MODELS.match(model):
            raise Refusal(_error(404, "NOT_FOUND", _unknown(model, method)))
        if not isinstance(post.body, dict):
            raise _bad("Invalid JSON payload received. Unexpected token.")
        try:
            wanted = GenerateContentRequest.model_validate(post.body)
            return reading.question(wanted, model, _form(method, post.query.get("alt")))
        except ValidationError as problem:
            raise _bad(_described(first_wrong(problem, post.body))) from problem
        except reading.Unfit as problem:
            raise _bad(str(problem)) from problem

    def whole(self, question: Question, reply: Reply) -> Said:
        """A GenerateContentResponse."""
        body = json.dumps(writing.whole(question, reply), ensure_ascii=False, indent=2)
        return Said([body], "application/json; charset=UTF-8")

    def stream(self, question: Question, reply: Reply) -> Said:
        """Events with ?alt=sse, else one JSON array."""
        told = [json.dumps(one, ensure_ascii=False) for one in writing.responses(question, reply)]
        if question.streamed == "sse":
            return Said([f"data: {one}\r\n\r\n" for one in told], "text/event-stream")
        return Said(list(_array(told)), "application/json; charset=UTF-8")

    def error(self, trouble: Trouble, retry_after: int | None = None) -> Said:
        """{"error": {"code", "message", "status", "details"}}; details say when to come back."""
        details: list[dict[str, Any]] = []
        if trouble == "unauthorized":
            reason = {"reason": "API_KEY_INVALID", "domain": "googleapis.com"}
            details = [{"@type": f"{_INFO}ErrorInfo", **reason, "metadata": {"service": _SERVICE}}]
        if trouble == "rate_limited":
            details = [{"@type": f"{_INFO}QuotaFailure", "violations": [_VIOLATION]}]
        if retry_after is not None:
            details.append({"@type": f"{_INFO}RetryInfo", "retryDelay": f"{retry_after}s"})
        return _error(*_ERRORS[trouble], details)

    def headers(self, request_id: str) -> dict[str, str]:
        """How long it took."""
        return {"server-timing": "gfet4t7; dur=12", "x-sandbox-request-id": request_id}


_SERVICE: Final = "generativelanguage.googleapis.com"
_VIOLATION: Final = {
    "quotaMetric": f"{_SERVICE}/generate_content_paid_tier_requests",
    "quotaId": "GenerateRequestsPerMinutePerProjectPerModel",
    "quotaDimensions": {"location": "global"},
    "quotaValue": "1000",
}


def _form(method: str, alt: str | None) -> Stream | None:
    if method != "streamGenerateContent":
        return None
    return "sse" if alt == "sse" else "array"


def _array(told: list[str]) -> Iterator[str]:
    for number, one in enumerate(told):
        yield (",\r\n" if number else "[") + one
    yield "\n]\n"


def _unknown(model: str, method: str) -> str:
    return (
        f"models/{model} is not found for API version v1beta, or is not supported for {method}. Call "
        f"ListModels "
        "to see the list of available models and their supported methods."
    )


def _described(wrong: Wrong) -> str:
    place = to_snake(wrong.bracketed)
    match wrong.kind:
        case "unknown":
            around, _, name = wrong.bracketed.rpartition(".")
            where = f" at '{to_snake(around)}'" if around else ""
            return f'Invalid JSON payload received. Unknown name "{name}"{where}: Cannot find field.'
        case "type" | "value":
            return f"Invalid value at '{place}', {json.dumps(wrong.given, default=str)[:80]}"
        case _:
            return f"* GenerateContentRequest.{place}: {wrong.words}\n"


def _bad(message: str) -> Refusal:
    return Refusal(_error(400, "INVALID_ARGUMENT", message))


def _error(status: int, name: str, message: str, details: list[dict[str, Any]] | None = None) -> Said:
    error: dict[str, Any] = {"code": status, "message": message, "status": name}
    if details:
        error["details"] = details
    return Said([json.dumps({"error": error}, indent=2)], "application/json; charset=UTF-8", status=status)
