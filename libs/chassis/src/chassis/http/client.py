"""Calling vendors: one traced client per vendor."""

import httpx
from opentelemetry.trace import SpanKind, Status, StatusCode

from chassis.http.pools import SpreadTransport
from chassis.observability.tracing import span, traceparent


class TracedTransport(SpreadTransport):
    """Gives every request a client span, and the vendor our traceparent; writes without delay."""

    async def handle_async_request(self, request: httpx.Request) -> httpx.Response:
        """Sends the request."""
        # The path is left out of the span: Telegram's holds the bot's token.
        attributes = {
            "http.request.method": request.method,
            "server.address": request.url.host,
            "server.port": request.url.port or (443 if request.url.scheme == "https" else 80),
        }
        with span(f"{request.method} {request.url.host}", SpanKind.CLIENT, attributes=attributes) as one:
            if parent := traceparent():
                request.headers["traceparent"] = parent
            response = await super().handle_async_request(request)
            one.set_attribute("http.response.status_code", response.status_code)
            if response.is_error:
                one.set_status(Status(StatusCode.ERROR))
            return response


def vendor_client(base_url: str, timeout: float) -> httpx.AsyncClient:
    """A client for one vendor. `timeout` in seconds for each of connecting, writing and reading."""
    return httpx.AsyncClient(
        base_url=base_url,
        timeout=timeout,
        transport=TracedTransport(),
        follow_redirects=False,
    )
