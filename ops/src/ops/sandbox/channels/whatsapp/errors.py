"""Errors as the Graph API words them."""

import secrets
from collections.abc import Mapping
from typing import Any

from fastapi.responses import JSONResponse
from pydantic import ValidationError

from ops.sandbox.faults import Fault


class GraphError(Exception):
    """An error answer of the Graph API. `code` is Meta's, `status` HTTP's."""

    def __init__(self, status: int, code: int, message: str, details: str = "", **more: Any) -> None:
        super().__init__(message)
        self.status = status
        self.headers: Mapping[str, str] = more.pop("headers", {})
        self.error = {
            "message": f"(#{code}) {message}" if code != UNAUTHORISED else message,
            "type": "OAuthException",
            "code": code,
            **({"error_data": {"messaging_product": "whatsapp", "details": details}} if details else {}),
            **more,
            "fbtrace_id": "A" + secrets.token_urlsafe(16),
        }

    def response(self) -> JSONResponse:
        """The answer."""
        return JSONResponse({"error": self.error}, self.status, headers=dict(self.headers))


UNAUTHORISED = 190
REQUIRED_MISSING = 131008
WRONG_VALUE = 131009
RATE_LIMITED = 130429
SOMETHING_WRONG = 131000


def wrong_token() -> GraphError:
    """The bearer token is missing or is another number's."""
    return GraphError(401, UNAUTHORISED, "Invalid OAuth access token - Cannot parse access token")


def unknown_number(phone_number_id: str) -> GraphError:
    """No such phone number id."""
    message = (
        f"Unsupported post request. Object with ID '{phone_number_id}' does not exist, cannot be loaded "
        "due to missing permissions, or does not support this operation."
    )
    return GraphError(400, 100, message, type="GraphMethodException", error_subcode=33)


def not_valid(problem: ValidationError) -> GraphError:
    """A member is missing, unknown, too long or otherwise wrong."""
    first = problem.errors(include_url=False)[0]
    where = ".".join(str(part) for part in first["loc"]) or "body"
    details = f"{where}: {first['msg'].removeprefix('Value error, ')}"
    if first["type"] in ("missing", "union_tag_not_found"):
        return GraphError(400, REQUIRED_MISSING, "Required parameter is missing", details)
    if first["type"] == "extra_forbidden":
        return GraphError(400, 100, "Invalid parameter", f"Unexpected key: {where}")
    return GraphError(400, WRONG_VALUE, "Parameter value is not valid", details)


def faulty(fault: Fault) -> GraphError:
    """What a vendor in trouble answers."""
    if fault.kind == "rate_limited":
        after = {"Retry-After": str(fault.retry_after)}
        details = "Message failed to send because there were too many messages sent from this phone number"
        return GraphError(429, RATE_LIMITED, "Rate limit hit", details, headers=after)
    details = "Message failed to send because of an unknown error"
    return GraphError(500, SOMETHING_WRONG, "Something went wrong", details, is_transient=True)
