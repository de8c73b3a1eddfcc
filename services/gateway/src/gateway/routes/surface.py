"""What holds for every answer and every request: security headers, and limits for bodies."""

import asyncio

from starlette.datastructures import MutableHeaders
from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import Response
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from chassis.http.problems import Problem

_HEADERS = {
    "X-Content-Type-Options": "nosniff",
    "X-Frame-Options": "DENY",
    "Referrer-Policy": "no-referrer",
    "Cache-Control": "no-store",
}
_BODY_SECONDS = 30.0  # for a whole body, as at the edge of a deployment; vendors need less than one
_ONE_YEAR = "max-age=31536000; includeSubDomains"


class SecurityHeaders:
    """Middleware. An API's answers are not to be framed, sniffed, cached or reached without TLS."""

    def __init__(self, app: ASGIApp, *, tls_only: bool) -> None:
        self._app = app
        self._headers = {**_HEADERS, **({"Strict-Transport-Security": _ONE_YEAR} if tls_only else {})}

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return

        async def with_headers(message: Message) -> None:
            if message["type"] == "http.response.start":
                headers = MutableHeaders(scope=message)
                for name, value in self._headers.items():
                    headers.setdefault(name, value)
            await send(message)

        await self._app(scope, receive, with_headers)


class BodyLimit:
    """Middleware. Counts what really comes, and when; a `Content-Length` only spares the reading."""

    def __init__(self, app: ASGIApp, *, limit: int, seconds: float = _BODY_SECONDS) -> None:
        self._app = app
        self._limit = limit
        self._seconds = seconds

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        if announced(scope) > self._limit:
            await self._too_large().response()(scope, receive, send)
            return
        taken, end = 0, asyncio.get_running_loop().time() + self._seconds
        whole = False

        async def counted() -> Message:
            nonlocal taken, whole
            message = await (receive() if whole else _in_time(receive, end))
            taken, whole = taken + len(message.get("body", b"")), not message.get("more_body", False)
            if taken > self._limit:
                raise HTTPException(413, self._too_large().title)
            return message

        await self._app(scope, counted, send)

    def _too_large(self) -> Problem:
        return Problem(413, f"The body is larger than {self._limit} bytes")


async def _in_time(receive: Receive, end: float) -> Message:
    try:
        async with asyncio.timeout_at(end):
            return await receive()
    except TimeoutError as error:
        raise HTTPException(408, "The body takes too long") from error


async def client_gone(_: Request, __: Exception) -> Response:
    """Who hangs up in the middle of a body gets no answer, and it is nobody's error."""
    return Response(status_code=400)


def announced(scope: Scope, unknown: int = 0) -> int:
    """Bytes of the body to come; `unknown` for one that comes in pieces without telling."""
    for name, value in scope["headers"]:
        if name == b"content-length" and value.isdigit():
            return int(value[:20])
        if name == b"transfer-encoding":
            return unknown
    return 0
