"""How a private Redis is started and asked whether it is ready. It keeps nothing on disk."""

import asyncio
from pathlib import Path

from ops.servers.container import container
from ops.servers.process import ServerProcess
from ops.servers.supply import Product, program

IMAGE = "redis:8"
_SETTINGS = ["--save", "", "--appendonly", "no", "--databases", "64"]


def native(folder: Path, port: int) -> ServerProcess:
    place = ["--bind", "127.0.0.1", "--port", str(port), "--dir", str(folder)]
    command = program(Product.REDIS) or Product.REDIS.value
    return ServerProcess("redis", [command, *place, *_SETTINGS], folder)


def docker(folder: Path, port: int) -> ServerProcess:
    """Redis in a container that lives as long as this process."""
    publish = f"--publish=127.0.0.1:{port}:6379"
    return container("redis", folder, [publish, IMAGE, "redis-server", *_SETTINGS])


async def answers(port: int) -> bool:
    """True when it answers PING."""
    try:
        async with asyncio.timeout(2):
            reader, writer = await asyncio.open_connection("127.0.0.1", port)
            try:
                writer.write(b"PING\r\n")
                return await reader.read(5) == b"+PONG"
            finally:
                writer.close()
    except OSError:  # TimeoutError is one too
        return False
