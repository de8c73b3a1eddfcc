"""The private RabbitMQ and Redis of a run, which can be stopped, killed and started again."""

import asyncio
import os
import signal
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from pathlib import Path

import httpx

from ops.servers import ServersUnavailable, rabbitmq, redis
from ops.servers.address import Servers, free_ports
from ops.servers.process import ServerProcess
from ops.servers.running import obtain
from ops.servers.supply import Product, Source

STARTS_WITHIN = 60.0
"""Seconds, on a busy machine."""


@dataclass(frozen=True)
class BreakableServers:
    """Servers of this run alone; `folder` holds all they keep."""

    folder: Path
    ports: rabbitmq.RabbitPorts
    redis_port: int
    broker: ServerProcess
    cache: ServerProcess

    @property
    def addresses(self) -> Servers:
        """Where they answer."""
        redis_url = f"redis://127.0.0.1:{self.redis_port}/0"
        return Servers(self.ports.url(), redis_url, self.ports.management_url())

    async def start_broker(self) -> None:
        """RabbitMQ, with what it kept; returns when it answers."""
        await self.broker.start()
        await self.broker.until(lambda: rabbitmq.answers(self.ports.amqp), STARTS_WITHIN)

    async def start_cache(self) -> None:
        """Redis, empty; returns when it answers."""
        await self.cache.start()
        await self.cache.until(lambda: redis.answers(self.redis_port), STARTS_WITHIN)

    async def kill_broker(self) -> None:
        """RabbitMQ dies by SIGKILL."""
        os.kill(int(self.broker.pid_file.read_text().split()[0]), signal.SIGKILL)
        await self.broker.stop()

    async def cut_connections(self) -> int:
        """RabbitMQ closes all connections; gives how many."""
        async with httpx.AsyncClient(base_url=self.ports.management_url(), trust_env=False) as api:
            standing = (await api.get("/api/connections")).raise_for_status().json()
            names = [httpx.URL(path=one["name"]).raw_path.decode() for one in standing]
            await asyncio.gather(*(api.delete(f"/api/connections/{name}") for name in names))
        return len(names)

    async def versions(self) -> str:
        """Of both servers, in words."""
        async with httpx.AsyncClient(base_url=self.ports.management_url(), trust_env=False) as api:
            overview = (await api.get("/api/overview")).raise_for_status().json()
        reader, writer = await asyncio.open_connection("127.0.0.1", self.redis_port)
        writer.write(b"INFO server\r\n")
        info = (await reader.readuntil(b"redis_git_sha1")).decode()
        writer.close()
        found = next(line for line in info.splitlines() if line.startswith("redis_version:"))
        return f"RabbitMQ {overview['rabbitmq_version']}, Redis {found.partition(':')[2]}"


@asynccontextmanager
async def breakable_servers(folder: Path) -> AsyncIterator[BreakableServers]:
    """Started, and at the end stopped whatever happened. Raises ServersUnavailable or ServerFailed."""
    await _native_ones()
    places = folder / "rabbitmq", folder / "redis"
    for place in places:
        place.mkdir(mode=0o700, parents=True)
    ports, (redis_port,) = rabbitmq.RabbitPorts.free(), free_ports(1)
    servers = BreakableServers(
        folder,
        ports,
        redis_port,
        rabbitmq.native(places[0], ports, management=True, keep=True),
        redis.native(places[1], redis_port),
    )
    mapper = rabbitmq.epmd(places[0], ports)
    try:
        await mapper.start()
        await asyncio.gather(servers.start_broker(), servers.start_cache())
        yield servers
    finally:
        await asyncio.gather(servers.broker.stop(), servers.cache.stop())
        await mapper.stop()


async def _native_ones() -> None:
    """Killing a container's client would leave the server running, so only processes of ours will do."""
    sources = await asyncio.to_thread(obtain, set(Product))
    if Source.DOCKER in sources.values():
        raise ServersUnavailable("chaos needs RabbitMQ and Redis installed on this machine, not in Docker")
