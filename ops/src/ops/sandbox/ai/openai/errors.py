"""How OpenAI words its errors: {"error": {"message", "type", "param", "code"}}."""

import json
from typing import Any, Final

from ops.sandbox.ai.dialect import Refusal, Said, Trouble
from ops.sandbox.ai.wrong import Wrong

LIMITS: Final = {
    "x-ratelimit-limit-requests": "10000",
    "x-ratelimit-remaining-requests": "9999",
    "x-ratelimit-reset-requests": "6ms",
    "x-ratelimit-limit-tokens": "2000000",
    "x-ratelimit-remaining-tokens": "1999000",
    "x-ratelimit-reset-tokens": "30ms",
}
"""Those of a calm account."""

_ERRORS: Final[dict[Trouble, tuple[int, str, str, str | None]]] = {
    "no_key": (
        401,
        "You didn't provide an API key. You need to provide your API key in an Authorization header using "
        "Bearer auth (i.e. Authorization: Bearer YOUR_KEY).",
        "invalid_request_error",
        None,
    ),
    "unauthorized": (
        401,
        "Incorrect API key provided. You can find your API key at https://platform.openai.com/account/api-keys.",
        "invalid_request_error",
        "invalid_api_key",
    ),
    "no_credit": (
        429,
        "You exceeded your current quota, please check your plan and billing details. For more information "
        "on this error, read the docs: https://platform.openai.com/docs/guides/error-codes/api-errors.",
        "insufficient_quota",
        "insufficient_quota",
    ),
    "rate_limited": (
        429,
        "Rate limit reached for requests. Please try again later.",
        "requests",
        "rate_limit_exceeded",
    ),
    "server_error": (
        500,
        "The server had an error while processing your request. Sorry about that!",
        "server_error",
        None,
    ),
    "overloaded": (
        503,
        "The engine is currently overloaded, please try again later.",
        "server_error",
        None,
    ),
}


def trouble(kind: Trouble, retry_after: int | None) -> Said:
    """One of the vendor's own; the headers say when to come back."""
    status, message, sort, code = _ERRORS[kind]
    headers = {} if retry_after is None else _reset(retry_after)
    return Said([_error(message, sort, None, code)], status=status, headers=headers)


def no_such_model(model: str) -> Refusal:
    """404."""
    message = f"The model `{model}` does not exist or you do not have access to it."
    return Refusal(Said([_error(message, "invalid_request_error", None, "model_not_found")], status=404))


def described(wrong: Wrong) -> tuple[str, str | None]:
    """OpenAI's sentence for what is wrong, and its code."""
    place, given = wrong.bracketed, wrong.given
    match wrong.kind:
        case "missing":
            return f"Missing required parameter: '{place}'.", "missing_required_parameter"
        case "unknown":
            return f"Unknown parameter: '{place}'.", "unknown_parameter"
        case "value":
            said = given if isinstance(given, str) else type(given).__name__
            return f"Invalid value: '{said}'. Supported values are: {wrong.expected}.", "invalid_value"
        case "type":
            expected = wrong.words.removeprefix("Input should be ").replace("a valid ", "a ")
            return (
                f"Invalid type for '{place}': expected {expected}, but got {_called(given)} instead.",
                "invalid_type",
            )
        case _:
            return f"Invalid '{place}': {wrong.words}", "invalid_value"


def _called(given: Any) -> str:
    names = {
        str: "a string",
        bool: "a boolean",
        int: "an integer",
        float: "a decimal number",
        list: "an array",
    }
    return names.get(type(given), "null" if given is None else "an object")


def invalid(wrong: Wrong) -> Refusal:
    """400 for what breaks the contract."""
    message, code = described(wrong)
    return bad(message, wrong.bracketed, code)


def bad(message: str, param: str | None = None, code: str | None = None) -> Refusal:
    """400."""
    return Refusal(Said([_error(message, "invalid_request_error", param, code)], status=400))


def _error(message: str, kind: str, param: str | None, code: str | None) -> str:
    return json.dumps({"error": {"message": message, "type": kind, "param": param, "code": code}}, indent=4)


def _reset(seconds: int) -> dict[str, str]:
    return {
        **LIMITS,
        "x-ratelimit-remaining-requests": "0",
        "x-ratelimit-reset-requests": f"{seconds}s",
        "retry-after": str(seconds),
        "retry-after-ms": str(seconds * 1000),
    }
