"""Why OpenAI, or a server that speaks its language, does not answer."""

from collections.abc import Mapping
from typing import Any, Final

import httpx

from ai_router.domain.failures import BadRequest, ContentRefused, OutOfCredit, VendorFailure
from ai_router.vendor_api.rate_limits import Limit, reset
from ai_router.vendor_api.refusals import by_status, machine_words, status_of, words
from chassis.clock import utc_now

_LIMITS: Final[tuple[Limit, ...]] = (
    ("x-ratelimit-remaining-requests", "x-ratelimit-reset-requests"),
    ("x-ratelimit-remaining-tokens", "x-ratelimit-reset-tokens"),
    ("x-ratelimit-remaining", "x-ratelimit-reset"),  # OpenRouter
)
_NO_CREDIT: Final = {"insufficient_quota", "billing_hard_limit_reached", "billing_not_active"}
_REFUSED: Final = {"content_filter", "content_policy_violation"}
_FLAGGED: Final = {"reasons", "flagged_input"}
"""OpenRouter's 403 may be about the key, what it may spend, or what was said: only its error tells which."""


def refusal(status: int, headers: httpx.Headers, error: dict[str, Any]) -> VendorFailure:
    """What an error means."""
    status = status_of(status, error)
    codes = words(error.get("type"), error.get("code"))
    detail = machine_words(f"status {status}", *sorted(codes))
    said = str(error.get("message")).lower() if status == 403 else ""
    if codes & _NO_CREDIT or "limit exceeded" in said:
        return OutOfCredit(detail)
    if codes & _REFUSED or "flagged" in said or _metadata(error).keys() & _FLAGGED:
        return ContentRefused(detail)
    if "model_not_found" in codes:  # as a 403 too, where the key's project may not use this one model
        return BadRequest(detail)
    return by_status(status, *sorted(codes), until=reset(_limits(headers, error), _LIMITS, utc_now()))


def _limits(headers: httpx.Headers, error: dict[str, Any]) -> Mapping[str, str]:
    told = _metadata(error).get("headers")
    if not isinstance(told, dict):
        return headers
    # OpenRouter says an upstream's limit in the body.
    return dict(headers) | {str(name).lower(): str(value) for name, value in told.items()}


def _metadata(error: dict[str, Any]) -> dict[str, Any]:
    metadata = error.get("metadata")
    return metadata if isinstance(metadata, dict) else {}
