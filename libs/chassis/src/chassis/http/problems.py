"""Errors over HTTP as RFC 9457 `application/problem+json`."""

from collections.abc import Mapping
from http import HTTPStatus
from typing import Any, Final

from fastapi import FastAPI, Request
from fastapi.encoders import jsonable_encoder
from fastapi.exceptions import RequestValidationError
from fastapi.responses import JSONResponse
from starlette.exceptions import HTTPException

from chassis.errors import TransientError, Unconfirmed
from chassis.observability.logging import get_logger

MAY_BE_DONE: Final = "It was not confirmed in time and may still be done: look before you ask again."

log = get_logger(__name__)


class Problem(Exception):
    """An error with an HTTP status, as the client shall see it. `extensions` become members of the body."""

    def __init__(
        self,
        status: int,
        title: str,
        detail: str = "",
        *,
        headers: Mapping[str, str] | None = None,
        **extensions: Any,
    ) -> None:
        super().__init__(title)
        self.status = status
        self.title = title
        self.detail = detail
        self.headers = headers
        self.extensions = extensions

    def response(self) -> JSONResponse:
        """The answer to the client."""
        body = {"type": "about:blank", "title": self.title, "status": self.status}
        if self.detail:
            body["detail"] = self.detail
        return JSONResponse(
            jsonable_encoder(body | self.extensions),
            self.status,
            self.headers,
            media_type="application/problem+json",
        )


def add_problem_handlers(app: FastAPI) -> None:
    """Makes every error of `app` a problem+json answer."""

    @app.exception_handler(Problem)
    async def _problem(_: Request, error: Problem) -> JSONResponse:
        return error.response()

    @app.exception_handler(HTTPException)
    async def _http(_: Request, error: HTTPException) -> JSONResponse:
        title = HTTPStatus(error.status_code).phrase
        detail = str(error.detail) if error.detail != title else ""
        return Problem(error.status_code, title, detail, headers=error.headers).response()

    @app.exception_handler(RequestValidationError)
    async def _invalid(_: Request, error: RequestValidationError) -> JSONResponse:
        if any(one["type"] == "json_invalid" for one in error.errors()):
            return Problem(400, "The body is no JSON").response()
        # The input itself is left out: it may hold a password.
        errors = [_mistake(one) for one in error.errors()]
        return Problem(422, "The request does not fit", errors=errors).response()

    @app.exception_handler(TransientError)
    async def _away(_: Request, error: TransientError) -> JSONResponse:
        log.warning("a dependency is away", error=str(error))
        wait = str(max(1, round(error.retry_after or 1)))
        detail = MAY_BE_DONE if isinstance(error, Unconfirmed) else ""
        return Problem(503, "Try again shortly", detail, headers={"Retry-After": wait}).response()

    @app.exception_handler(Exception)
    async def _bug(_: Request, __: Exception) -> JSONResponse:
        # The server itself tells the error, with its traceback, right after this.
        return Problem(500, "Something went wrong on our side").response()


def _mistake(error: Mapping[str, Any]) -> dict[str, str]:
    where = ".".join(str(part) for part in error["loc"] if part != "[key]")  # the name before it is wrong
    return {"field": where, "problem": error["msg"].removeprefix("Value error, ")}
