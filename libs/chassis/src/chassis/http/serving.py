"""Serving HTTP so that a replica can come and go while clients notice nothing."""

import asyncio
import signal
import socket
from collections.abc import Sequence
from contextlib import suppress

import uvicorn
from fastapi import FastAPI

DRAIN_SECONDS = 0.5
"""How long a stopping replica answers on connections that are open already."""

_DRAIN_TICK = 0.02
_CLOSE = (b"connection", b"close")


class DrainingServer(uvicorn.Server):
    """Leaves in the order that loses no request.

    It takes no new connection: those that wait at a shared socket are taken by the other replicas. On
    connections that clients keep open, each answer says that it is the last one; uvicorn by itself would
    close them at once, and a request that is just on its way would be lost.
    """

    async def shutdown(self, sockets: list[socket.socket] | None = None) -> None:
        """Stops taking, lets clients go, then closes what is left."""
        for server in self.servers:
            server.close()
        self.server_state.default_headers.append(_CLOSE)  # in place: requests in hand hold this list
        with suppress(TimeoutError):
            async with asyncio.timeout(DRAIN_SECONDS):
                while self.server_state.connections:  # noqa: ASYNC110 - uvicorn tells nobody
                    await asyncio.sleep(_DRAIN_TICK)
        await super().shutdown(sockets)


def serve(app: FastAPI, host: str, port: int, descriptors: Sequence[int] = ()) -> None:
    """Serves until SIGTERM or SIGINT, then stops gracefully.

    With descriptors of listening sockets it takes from those, and opens no port itself.
    """
    # uvicorn raises the signal again when all is done, which by default would end us as if killed.
    for one in (signal.SIGTERM, signal.SIGINT):
        signal.signal(one, lambda *_: None)
    config = uvicorn.Config(
        app,
        host=host,
        port=port,
        loop="uvloop",
        log_config=None,
        access_log=False,
        timeout_graceful_shutdown=5,
        # Longer than a proxy keeps idle connections (Caddy: 2 minutes): it must be the first to close one,
        # or a webhook meets a connection that is just being closed.
        timeout_keep_alive=130,
        server_header=False,
    )
    DrainingServer(config).run([socket.socket(fileno=one) for one in descriptors] or None)
