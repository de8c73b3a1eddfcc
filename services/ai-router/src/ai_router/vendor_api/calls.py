"""One question to a vendor over HTTP: one deadline for all of it, and a name for every way it can break."""

import asyncio
from collections.abc import AsyncGenerator, Awaitable, Callable
from contextlib import aclosing, suppress
from dataclasses import dataclass, field
from typing import Any, Final

import httpx
from pydantic import ValidationError

from ai_router.domain.failures import BadKey, CutOff, Malformed, TimedOut, VendorDown, VendorFailure
from ai_router.vendor_api.event_stream import events
from ai_router.vendor_api.refusals import error_in
from ai_router.vendor_api.replies import Reply

_EXTENSIONS: Final = {"timeout": {"connect": 5.0, "read": None, "write": None, "pool": None}}
"""Who does not even take a connection in five seconds is down; for all the rest there is the one deadline."""

_LARGEST: Final = 8 * 1024 * 1024  # bytes of one answer: a thousand times what we ask for
_LAST_BYTES_SECONDS: Final = 0.1

Events = AsyncGenerator[bytes, None]


@dataclass(frozen=True, slots=True)
class Call:
    """A POST of JSON. The key travels in the headers alone: URLs get logged."""

    url: httpx.URL
    headers: list[tuple[bytes, bytes]] = field(repr=False)
    body: bytes = field(repr=False)


@dataclass(frozen=True, slots=True)
class Language:
    """How a vendor's answers are read: a whole one, and the events of a streamed one.

    `refusal` says what an error means, by the status (200 where it came inside an answer), the headers, and
    the member `error`.
    """

    whole: Callable[[bytes], Reply]
    joined: Callable[[Events], Awaitable[Reply]]
    refusal: Callable[[int, httpx.Headers, dict[str, Any]], VendorFailure]


def address(client: httpx.AsyncClient, path: str) -> httpx.URL:
    """A path under the client's base URL."""
    return httpx.URL(f"{str(client.base_url).rstrip('/')}/{path}")


async def ask(client: httpx.AsyncClient, call: Call, patience: float, language: Language) -> Reply:
    """What the vendor answers within `patience` seconds in all. Raises VendorFailure."""
    try:
        async with asyncio.timeout(patience):
            response = await _sent(client, call)
            try:
                return await _read(response, language)
            finally:
                await response.aclose()
    except TimeoutError:
        raise TimedOut(f"no whole answer within {patience:g} s") from None


async def _sent(client: httpx.AsyncClient, call: Call) -> httpx.Response:
    # A request of our own: client.build_request merges URLs, headers and cookies, at three times the cost.
    headers = [(b"Content-Type", b"application/json"), *call.headers]
    request = httpx.Request("POST", call.url, headers=headers, content=call.body, extensions=_EXTENSIONS)
    try:
        return await client.send(request, stream=True)
    except httpx.LocalProtocolError:
        raise BadKey("no header can hold this key") from None
    except httpx.TransportError as error:
        raise VendorDown(type(error).__name__) from None


async def _read(response: httpx.Response, language: Language) -> Reply:
    if not response.is_success:
        error = error_in(await _refusal_body(response))
        raise language.refusal(response.status_code, response.headers, error)
    try:
        reply = await _reply(response, language)
    except httpx.TransportError as error:
        raise CutOff(type(error).__name__) from None
    except (ValidationError, httpx.DecodingError):
        raise Malformed(f"status {response.status_code} without a readable answer") from None
    if reply.error is not None:
        raise language.refusal(response.status_code, response.headers, reply.error)
    return reply


async def _reply(response: httpx.Response, language: Language) -> Reply:
    chunks = _bounded(response)
    # By its type alone: a server that cannot stream answers in one piece although a stream was wanted.
    if "text/event-stream" in response.headers.get("content-type", ""):
        return await _streamed(chunks, language)
    return language.whole(b"".join([chunk async for chunk in chunks]))


async def _streamed(chunks: AsyncGenerator[bytes, None], language: Language) -> Reply:
    async with aclosing(events(chunks)) as stream:
        reply = await language.joined(stream)
    # Only a body read to its end leaves a connection that can be used again; a server that does not end it
    # is not waited for.
    with suppress(TimeoutError, httpx.TransportError):
        async with asyncio.timeout(_LAST_BYTES_SECONDS):
            async for _ in chunks:
                pass
    return reply


async def _refusal_body(response: httpx.Response) -> bytes:
    try:
        return b"".join([chunk async for chunk in _bounded(response)])
    except (httpx.TransportError, httpx.DecodingError):
        return b""  # the status says enough


async def _bounded(response: httpx.Response) -> AsyncGenerator[bytes, None]:
    size = 0
    async for chunk in response.aiter_bytes():
        if (size := size + len(chunk)) > _LARGEST:
            raise Malformed(f"an answer of more than {_LARGEST} bytes")
        yield chunk
