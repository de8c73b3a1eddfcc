"""The connections of one client: used again while they are fresh, and never too many."""

import asyncio
from collections import defaultdict
from typing import Final

import httpx

from chassis.http.connection import Connection, Patience, connect

_AT_ONCE: Final = 96
"""Calls to one vendor at the same time; more wait their turn."""


class ConnectionPool(httpx.AsyncBaseTransport):
    """Takes the connection that was used last, so that a quiet client keeps to one (docs/adr/0006)."""

    def __init__(self) -> None:
        self._trust = httpx.create_ssl_context()  # loading the certificates takes a while: once for all
        self._places = asyncio.Semaphore(_AT_ONCE)
        self._idle: dict[tuple[str, str, int | None], list[Connection]] = defaultdict(list)

    async def handle_async_request(self, request: httpx.Request) -> httpx.Response:
        """Sends the request."""
        patience: Patience = request.extensions.get("timeout", {})
        await self._take_place(patience.get("pool"))
        try:
            return await self._exchanged(request, patience)
        finally:
            self._places.release()

    async def aclose(self) -> None:
        """Closes all connections."""
        for idle in self._idle.values():
            while idle:
                idle.pop().close()

    async def _take_place(self, seconds: float | None) -> None:
        try:
            async with asyncio.timeout(seconds):
                await self._places.acquire()
        except TimeoutError as error:
            raise httpx.PoolTimeout("too many calls to this vendor at once") from error

    async def _exchanged(self, request: httpx.Request, patience: Patience) -> httpx.Response:
        url = request.url
        idle = self._idle[url.scheme, url.host, url.port]
        connection = _fresh(idle) or await connect(url, self._trust, patience.get("connect"))
        try:
            response = await connection.exchange(request, patience)
        except BaseException:
            connection.close()
            raise
        if connection.answered:
            idle.append(connection)
        else:
            connection.close()
        return response


def _fresh(idle: list[Connection]) -> Connection | None:
    while idle:
        connection = idle.pop()
        if connection.fresh:
            return connection
        connection.close()
    return None
