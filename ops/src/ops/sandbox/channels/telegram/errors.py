"""Errors as the Bot API words them."""

from typing import Any

from fastapi.responses import JSONResponse
from pydantic import ValidationError

from ops.sandbox.faults import Fault


class BotError(Exception):
    """An error answer of the Bot API."""

    def __init__(self, code: int, description: str, parameters: dict[str, Any] | None = None) -> None:
        super().__init__(description)
        self.code = code
        self.description = description
        self.parameters = parameters

    def response(self) -> JSONResponse:
        """The answer; its HTTP status is the error code."""
        body: dict[str, Any] = {"ok": False, "error_code": self.code, "description": self.description}
        if self.parameters:
            body["parameters"] = self.parameters
        return JSONResponse(body, self.code)


def not_valid(problem: ValidationError) -> BotError:
    """A parameter is missing or wrong."""
    first = problem.errors(include_url=False)[0]
    if first["type"] == "missing":
        return BotError(400, f'Bad Request: parameter "{first["loc"][0]}" is required')
    return BotError(400, f"Bad Request: {first['msg'].removeprefix('Value error, ')}")


def faulty(fault: Fault) -> BotError:
    """What Telegram in trouble answers."""
    if fault.kind == "rate_limited":
        description = f"Too Many Requests: retry after {fault.retry_after}"
        return BotError(429, description, {"retry_after": fault.retry_after})
    return BotError(500, "Internal Server Error")
