"""A Redis of a test's own, which it may kill and start again."""

import asyncio
import shutil
import socket
from dataclasses import dataclass

import pytest
from redis.asyncio import Redis
from redis.asyncio.retry import Retry
from redis.backoff import NoBackoff
from redis.exceptions import RedisError


@dataclass
class OwnRedis:
    """Keeps nothing: started again it is empty."""

    program: str
    port: int
    process: asyncio.subprocess.Process | None = None

    @property
    def client(self) -> Redis:
        return Redis(port=self.port, retry=Retry(NoBackoff(), 0))

    async def start(self) -> None:
        settings = ["--port", str(self.port), "--bind", "127.0.0.1", "--save", "", "--appendonly", "no"]
        quiet = asyncio.subprocess.DEVNULL
        self.process = await asyncio.create_subprocess_exec(self.program, *settings, stdout=quiet)
        async with asyncio.timeout(20), self.client as client:
            while True:
                try:
                    await client.ping()
                    return
                except RedisError:
                    await asyncio.sleep(0.02)

    async def kill(self) -> None:
        if self.process and self.process.returncode is None:
            self.process.kill()
            await self.process.wait()


@pytest.fixture
async def own_redis():
    """Started."""
    program = shutil.which("redis-server")
    if program is None:
        pytest.skip("no redis-server on this machine: it comes from Docker")
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    server = OwnRedis(program, port)
    await server.start()
    yield server
    await server.kill()
