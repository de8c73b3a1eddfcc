"""One POST to a vendor, of which is always known whether the vendor can have acted on it."""

from collections.abc import Mapping
from typing import Any

import httpx

from chassis.http.direct_socket import before_write
from notifier.ports import Departure, NotAccepted, Unanswered

_ABOUT_TO_WRITE = "http11.send_request_body.started"
# NOTE: httpcore 1.x awaits this right before the body, when connection, TLS and headers are through (its
# test here fails if that changes). A request without its body is one that no vendor acts on, so what
# fails before this point certainly was not sent, and the mark is made as late as it can be.

_FROM_BETWEEN = frozenset({502, 504})
"""Proxies say so when they lost the vendor, who may have acted by then (RFC 9110, 15.6.3 and 15.6.5)."""


async def post(
    client: httpx.AsyncClient,
    path: str,
    body: Mapping[str, Any],
    departure: Departure,
    headers: Mapping[str, str] | None = None,
) -> httpx.Response:
    """The vendor's answer, whatever its status. Raises NotAccepted or Unanswered when there is none.

    No message of these errors holds the address: Telegram's has the bot's token in it.
    """
    announced = written = False

    async def trace(event: str, _: Mapping[str, Any]) -> None:
        nonlocal announced
        if event == _ABOUT_TO_WRITE:
            await departure.announce()
            announced = True

    def leave() -> None:
        nonlocal written
        if announced and not written:  # before that it is the head of the request, or TLS shaking hands
            departure.leave()
            written = True

    try:
        with before_write(leave):
            return await client.post(path, json=body, headers=headers, extensions={"trace": trace})
    except httpx.TransportError as error:
        what = f"{type(error).__name__}: {error}"
        if written:
            raise Unanswered(f"no answer came to the request ({what})") from None
        raise NotAccepted(f"the vendor cannot be reached ({what})") from None


def json_of(response: httpx.Response) -> dict[str, Any]:
    """The object in the answer; empty when it holds none."""
    try:
        content = response.json()
    except ValueError:
        return {}
    return content if isinstance(content, dict) else {}


def retry_after(response: httpx.Response) -> float | None:
    """Seconds the vendor asks us to wait, where it says so in seconds."""
    asked = response.headers.get("retry-after", "")
    return float(asked) if asked.isdecimal() else None


def refuse_doubtful(response: httpx.Response, *, explained: bool) -> None:
    """Raises Unanswered for an error that a proxy made up. `explained`: the vendor's own words are in it."""
    if response.status_code in _FROM_BETWEEN and not explained:
        raise Unanswered(f"a proxy answered {response.status_code} in the vendor's place")
