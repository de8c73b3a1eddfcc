"""The vendor of the measurement, on loopback."""

import asyncio
from functools import partial

import pytest

from ops.bench_ai.vendor import Connection, Delay


@pytest.fixture
async def vendor_url():
    loop = asyncio.get_running_loop()
    server = await loop.create_server(partial(Connection, Delay()), "127.0.0.1", 0)
    yield f"http://127.0.0.1:{server.sockets[0].getsockname()[1]}"
    server.close()
