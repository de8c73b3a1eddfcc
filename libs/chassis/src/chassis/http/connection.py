"""One HTTP/1.1 connection to a vendor: one exchange after the other (RFC 9112, by h11)."""

import asyncio
import ssl
import time
from collections.abc import Mapping
from typing import Final

import anyio
import anyio.abc
import h11
import httpx
from anyio.streams.tls import TLSStream

from chassis.http.direct_socket import DirectSocketStream, connected

BEFORE_SENDING: Final = "before_sending"
"""A request's extension: awaited when the connection stands and nothing of the request has left yet."""

_KEPT_SECONDS: Final = 30.0

Patience = Mapping[str, float | None]
"""httpx's seconds for `connect`, `write` and `read`; None waits for ever."""


class Connection:
    """A connection that stands."""

    def __init__(self, socket: DirectSocketStream, stream: anyio.abc.ByteStream) -> None:
        self._socket = socket
        self._stream = stream
        self._http = h11.Connection(h11.CLIENT)
        self._idle_since = 0.0

    @property
    def answered(self) -> bool:
        """Whether the last request was answered whole, and both sides mean to go on."""
        return self._http.our_state is h11.IDLE

    @property
    def fresh(self) -> bool:
        """Whether it has not idled for long, and the vendor has not closed it meanwhile."""
        return time.monotonic() - self._idle_since < _KEPT_SECONDS and self._socket.silent()

    def close(self) -> None:
        """Closes it at once."""
        self._socket.close()

    async def exchange(self, request: httpx.Request, patience: Patience) -> httpx.Response:
        """Sends the request in one go and reads the whole answer. Raises httpx's TransportErrors."""
        head = h11.Request(method=request.method, target=request.url.raw_path, headers=request.headers.raw)
        parts = (head, h11.Data(await request.aread()), h11.EndOfMessage())
        content = b"".join(self._http.send(part) or b"" for part in parts)
        if before_sending := request.extensions.get(BEFORE_SENDING):
            await before_sending()
        await self._write(content, patience.get("write"))
        response = await self._response(patience.get("read"))
        if self._http.our_state is self._http.their_state is h11.DONE:
            self._http.start_next_cycle()
            self._idle_since = time.monotonic()
        return response

    async def _write(self, content: bytes, seconds: float | None) -> None:
        try:
            async with asyncio.timeout(seconds):
                await self._stream.send(content)
        except TimeoutError as error:
            raise httpx.WriteTimeout("the request could not be written in time") from error
        except anyio.BrokenResourceError:
            pass  # a server may answer and close before it has read all; reading tells

    async def _response(self, seconds: float | None) -> httpx.Response:
        head: h11.Response | None = None
        body = bytearray()
        while True:
            match await self._event(seconds):
                case h11.Response() as head:
                    pass
                case h11.Data() as part:
                    body += part.data
                case h11.EndOfMessage() if head:
                    headers = head.headers.raw_items()
                    return httpx.Response(head.status_code, headers=headers, content=bytes(body))

    async def _event(self, seconds: float | None) -> object:
        try:
            while (event := self._http.next_event()) is h11.NEED_DATA:
                self._http.receive_data(await self._read(seconds))
        except h11.RemoteProtocolError as error:
            raise httpx.RemoteProtocolError(str(error)) from error
        return event

    async def _read(self, seconds: float | None) -> bytes:
        try:
            async with asyncio.timeout(seconds):
                return await self._stream.receive()
        except TimeoutError as error:
            raise httpx.ReadTimeout("no answer in time") from error
        except anyio.EndOfStream:
            if self._http.their_state is h11.SEND_RESPONSE:
                raise httpx.RemoteProtocolError("the vendor closed without an answer") from None
            return b""
        except (anyio.BrokenResourceError, ssl.SSLError) as error:
            raise httpx.ReadError(str(error.__cause__ or error)) from error


async def connect(url: httpx.URL, trust: ssl.SSLContext, seconds: float | None) -> Connection:
    """A new connection. Raises httpx's ConnectError and ConnectTimeout."""
    try:
        async with asyncio.timeout(seconds):
            socket = await connected(url.host, url.port or (443 if url.scheme == "https" else 80))
            try:
                return Connection(socket, await _secured(socket, url, trust))
            except BaseException:
                socket.close()
                raise
    except TimeoutError as error:
        raise httpx.ConnectTimeout("no connection in time") from error
    except (OSError, anyio.BrokenResourceError, anyio.EndOfStream) as error:
        raise httpx.ConnectError(str(error)) from error


async def _secured(socket: DirectSocketStream, url: httpx.URL, trust: ssl.SSLContext) -> anyio.abc.ByteStream:
    if url.scheme != "https":
        return socket
    return await TLSStream.wrap(
        socket, server_side=False, hostname=url.host, ssl_context=trust, standard_compatible=False
    )
