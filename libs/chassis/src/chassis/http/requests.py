"""Tracing, measuring and logging of requests; pure ASGI, so that web sockets and streams pass untouched."""

import time
from typing import Any, Final
from uuid import uuid4

from opentelemetry.trace import SpanKind
from prometheus_client import Histogram
from starlette.types import ASGIApp, Message, Receive, Scope, Send
from structlog.contextvars import bound_contextvars

from chassis.observability.context import taken_up
from chassis.observability.logging import get_logger
from chassis.observability.tracing import span

SECONDS = Histogram("bellhop_http_request_seconds", "Requests answered", ["method", "route", "status"])

_QUIET = ("/health", "/metrics")
_METHODS: Final = frozenset(("GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS"))

log = get_logger(__name__)


class Observed:
    """Middleware that gives every request a span, a request id and a line in the log."""

    def __init__(self, app: ASGIApp) -> None:
        self._app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Serves one request."""
        if scope["type"] != "http" or scope["path"].startswith(_QUIET):
            await self._app(scope, receive, send)
            return
        method = scope["method"] if scope["method"] in _METHODS else "other"
        headers = {name.decode("latin-1"): value.decode("latin-1") for name, value in scope["headers"]}
        status = 500

        async def watch(message: Message) -> None:
            nonlocal status
            if message["type"] == "http.response.start":
                status = message["status"]
            await send(message)

        started = time.perf_counter()
        with (
            bound_contextvars(request_id=headers.get("x-request-id", str(uuid4()))[:64]),
            span(f"{method} request", SpanKind.SERVER, headers.get("traceparent")) as one,
            taken_up(),
        ):
            try:
                await self._app(scope, receive, watch)
            finally:
                route = _route_of(scope)
                seconds = time.perf_counter() - started
                one.update_name(f"{method} {route}")
                one.set_attributes({"http.route": route, "http.response.status_code": status})
                SECONDS.labels(method, route, status).observe(seconds)
                log.info("request", method=method, route=route, status=status, seconds=round(seconds, 4))


def _route_of(scope: Scope) -> str:
    # The template, never the path itself: paths carry ids, and unknown ones would flood the metrics.
    route: Any = scope.get("route")
    return getattr(route, "path", "unknown")
