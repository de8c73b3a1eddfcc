"""Connections whose bytes go to the operating system in the very moment they are written.

asyncio and uvloop may keep what is written until the end of the loop's round, and let other tasks run
before. A process that is killed then has marked a message as leaving that never left. Here nothing
lies between `before_write` and the kernel, so whoever marks there knows what the vendor can have got.
"""

import asyncio
import socket
from collections.abc import Callable, Iterable, Iterator, Mapping
from contextlib import contextmanager
from contextvars import ContextVar
from typing import Any

import anyio
import anyio.abc
import httpcore
from httpcore._backends.anyio import AnyIOStream

BeforeWrite = Callable[[], None]
"""Called synchronously right before bytes go to the kernel. What it raises keeps them from going."""

_before_write: ContextVar[BeforeWrite | None] = ContextVar("before_write", default=None)


@contextmanager
def before_write(call: BeforeWrite) -> Iterator[None]:
    """Has `call` called before every write to a vendor in this task, inside the block."""
    token = _before_write.set(call)
    try:
        yield
    finally:
        _before_write.reset(token)


class DirectSocketStream(anyio.abc.ByteStream):
    """A connected, non-blocking socket as anyio's byte stream; TLS can be laid over it."""

    def __init__(self, sock: socket.socket) -> None:
        self._sock = sock

    async def send(self, item: bytes) -> None:
        """Hands the bytes to the kernel at once; waits only for what its buffer does not take."""
        if call := _before_write.get():
            call()
        try:
            sent = self._sock.send(item)
        except BlockingIOError:
            sent = 0
        except OSError as error:
            raise anyio.BrokenResourceError from error
        if sent < len(item):
            await self._send_rest(memoryview(item)[sent:])

    async def _send_rest(self, rest: memoryview) -> None:
        try:
            await asyncio.get_running_loop().sock_sendall(self._sock, rest)
        except OSError as error:
            raise anyio.BrokenResourceError from error

    async def receive(self, max_bytes: int = 65536) -> bytes:
        """Some bytes. Raises EndOfStream when the other side is done."""
        try:
            received = await asyncio.get_running_loop().sock_recv(self._sock, max_bytes)
        except OSError as error:
            raise anyio.BrokenResourceError from error
        if not received:
            raise anyio.EndOfStream
        return received

    async def send_eof(self) -> None:
        """Says that nothing more will be sent."""
        self._sock.shutdown(socket.SHUT_WR)

    async def aclose(self) -> None:
        """Closes the socket."""
        self._sock.close()

    @property
    def extra_attributes(self) -> Mapping[Any, Callable[[], Any]]:
        """The socket itself, by which httpcore sees that an idle connection was closed."""
        return {anyio.abc.SocketAttribute.raw_socket: lambda: self._sock}


class DirectBackend(httpcore.AsyncNetworkBackend):
    """Connects by asyncio's socket calls, one address after the other."""

    async def connect_tcp(
        self,
        host: str,
        port: int,
        timeout: float | None = None,  # noqa: ASYNC109 - httpcore's interface
        local_address: str | None = None,
        socket_options: Iterable[Any] | None = None,
    ) -> httpcore.AsyncNetworkStream:
        """A connection. Raises httpcore's ConnectError or ConnectTimeout."""
        try:
            async with asyncio.timeout(timeout):
                sock = await _connected(host, port, local_address)
        except TimeoutError as error:
            raise httpcore.ConnectTimeout(str(error)) from error
        except OSError as error:
            raise httpcore.ConnectError(str(error)) from error
        for option in socket_options or ():
            sock.setsockopt(*option)
        return AnyIOStream(DirectSocketStream(sock))

    async def sleep(self, seconds: float) -> None:
        """Waits."""
        await asyncio.sleep(seconds)


async def _connected(host: str, port: int, local_address: str | None) -> socket.socket:
    loop = asyncio.get_running_loop()
    failure: OSError = OSError(f"{host} has no address")
    for family, kind, protocol, _, address in await loop.getaddrinfo(host, port, type=socket.SOCK_STREAM):
        sock = socket.socket(family, kind, protocol)
        try:
            sock.setblocking(False)
            sock.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
            if local_address:
                sock.bind((local_address, 0))
            await loop.sock_connect(sock, address)
        except OSError as error:
            sock.close()
            failure = error
        except BaseException:
            sock.close()
            raise
        else:
            return sock
    raise failure
