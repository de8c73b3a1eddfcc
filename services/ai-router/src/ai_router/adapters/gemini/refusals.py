"""Why Gemini does not answer."""

from typing import Any

import httpx

from ai_router.domain.failures import BadKey, OutOfCredit, VendorFailure
from ai_router.vendor_api.rate_limits import moment, reset
from ai_router.vendor_api.refusals import by_status, machine_words, status_of
from chassis.clock import utc_now


def refusal(status: int, headers: httpx.Headers, error: dict[str, Any]) -> VendorFailure:
    """What an error means."""
    status = status_of(status, error)
    details = error.get("details")
    told = [one for one in details if isinstance(one, dict)] if isinstance(details, list) else []
    codes = [error.get("status"), *(one.get("reason") for one in told)]
    if "API_KEY_INVALID" in codes:
        return BadKey(machine_words(f"status {status}", *codes))
    if "BILLING_DISABLED" in codes or "credits are depleted" in str(error.get("message")):
        return OutOfCredit(machine_words(f"status {status}", *codes))
    now = utc_now()
    waits = (moment(str(one.get("retryDelay")), now) for one in told)
    until = next((wait for wait in waits if wait), None) or reset(headers, (), now)
    return by_status(status, *codes, until=until)
