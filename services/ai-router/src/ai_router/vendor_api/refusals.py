"""What a vendor's status means, and what may be told of its error."""

import re
from datetime import datetime
from typing import Any, Final

from pydantic_core import from_json

from ai_router.domain.failures import (
    BadKey,
    BadRequest,
    OutOfCredit,
    Overloaded,
    RateLimited,
    TimedOut,
    VendorFailure,
)

_KINDS: Final[dict[int, type[VendorFailure]]] = {
    401: BadKey,
    402: OutOfCredit,
    403: BadKey,
    408: TimedOut,
    429: RateLimited,
    504: TimedOut,
}
_MACHINE_WORD: Final = re.compile(r"[A-Za-z][A-Za-z_]{1,47}")
"""Codes such as `rate_limit_exceeded`. Neither keys nor sentences of people look like that."""


def by_status(status: int, *codes: Any, until: datetime | None = None) -> VendorFailure:
    """The failure that a status stands for. `until`: when one who asked too often may ask again."""
    kind = _KINDS.get(status, Overloaded if status >= 500 else BadRequest)
    detail = machine_words(f"status {status}", *codes)
    return RateLimited(detail, until=until) if kind is RateLimited else kind(detail)


def status_of(status: int, error: dict[str, Any]) -> int:
    """The status; that of an error inside an answer is its `code`, or a server's failure."""
    if not 200 <= status < 300:
        return status
    code = error.get("code")
    return code if isinstance(code, int) and 400 <= code < 600 else 502


def machine_words(what: str, *codes: Any) -> str:
    """`what`, and those codes that are words of machines, each once."""
    words = [code for code in codes if isinstance(code, str) and _MACHINE_WORD.fullmatch(code)]
    return " ".join([what, *dict.fromkeys(words)])


def words(*codes: Any) -> frozenset[str]:
    """Those codes that are text at all."""
    return frozenset(code for code in codes if isinstance(code, str))


def error_in(body: bytes) -> dict[str, Any]:
    """The member `error` that all vendors' refusals have; empty where there is none."""
    try:
        content = from_json(body)
    except ValueError:
        return {}
    if isinstance(content, list) and content:  # Gemini, when a stream was asked for
        content = content[0]
    error = content.get("error") if isinstance(content, dict) else None
    return error if isinstance(error, dict) else {}
