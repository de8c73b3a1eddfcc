"""Why Anthropic, or a server that speaks its language, does not answer."""

from typing import Any, Final

import httpx

from ai_router.domain.failures import OutOfCredit, VendorFailure
from ai_router.vendor_api.rate_limits import Limit, reset
from ai_router.vendor_api.refusals import by_status, machine_words, status_of
from chassis.clock import utc_now

_LIMITS: Final[tuple[Limit, ...]] = tuple(
    (f"anthropic-ratelimit-{what}-remaining", f"anthropic-ratelimit-{what}-reset")
    for what in ("requests", "tokens", "input-tokens", "output-tokens")
)
_STATUSES: Final = {
    "invalid_request_error": 400,
    "authentication_error": 401,
    "billing_error": 402,
    "permission_error": 403,
    "not_found_error": 404,
    "request_too_large": 413,
    "rate_limit_error": 429,
    "api_error": 500,
    "timeout_error": 504,
    "overloaded_error": 529,
}


def refusal(status: int, headers: httpx.Headers, error: dict[str, Any]) -> VendorFailure:
    """What an error means. One inside an answer has a type alone."""
    kind = error.get("type")
    status = status_of(status, {"code": _STATUSES.get(str(kind))})
    if status == 400 and "credit balance is too low" in str(error.get("message")).lower():
        return OutOfCredit(machine_words(f"status {status}", kind))
    return by_status(status, kind, until=reset(headers, _LIMITS, utc_now()))
