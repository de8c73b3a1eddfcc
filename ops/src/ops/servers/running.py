"""Starts the servers that are not given, and stops exactly those."""

import asyncio
import fcntl
import shutil
import sys
from collections.abc import AsyncIterator, Awaitable, Callable, Iterator, Mapping
from contextlib import AsyncExitStack, asynccontextmanager, contextmanager
from dataclasses import dataclass
from pathlib import Path

from ops.servers import rabbitmq, redis
from ops.servers.address import Servers, free_ports
from ops.servers.packages import install
from ops.servers.process import ServerFailed, ServerProcess
from ops.servers.supply import Product, Source, choose_sources, look_at_machine

Say = Callable[[str], None]
READY_WITHIN = {Source.MACHINE: 60.0, Source.DOCKER: 600.0}  # seconds; Docker may load an image first


def _say(line: str) -> None:
    print(line, file=sys.stderr, flush=True)


@asynccontextmanager
async def private_servers(
    data_dir: Path,
    *,
    rabbitmq_url: str | None,
    redis_url: str | None,
    keep_data: bool,
    management: bool = True,
    management_url: str | None = None,
    say: Say = _say,
    announce: Callable[[Servers], None] = lambda _: None,
) -> AsyncIterator[Servers]:
    """A server whose address is given is used as it is; the others are started inside `data_dir`.

    They listen on 127.0.0.1 alone, on free ports, and are started again when they die. Without
    `keep_data` they are killed at the end rather than stopped, and their folders deleted. `say` gets
    progress in plain words. `announce` gets the addresses before RabbitMQ answers, for programs that
    can wait for it. Raises `ServersUnavailable` or `ServerFailed`.
    """
    async with AsyncExitStack() as stack:
        start = _Starter(data_dir, keep_data, stack, say)
        given = {Product.RABBITMQ: rabbitmq_url, Product.REDIS: redis_url}
        needed = {product for product, url in given.items() if url is None}
        if needed:
            stack.enter_context(_sole_owner(start.data_dir))
        sources = await asyncio.to_thread(obtain, needed, say)
        if redis_url is None:
            redis_url = await start.redis(sources[Product.REDIS])
        if rabbitmq_url is not None:
            servers = Servers(rabbitmq_url, redis_url, management_url)
            announce(servers)
        else:
            ports = rabbitmq.RabbitPorts.free()
            servers = Servers(ports.url(), redis_url, ports.management_url() if management else None)
            announce(servers)
            await start.rabbitmq(sources[Product.RABBITMQ], ports, management=management)
        yield servers


def obtain(needed: set[Product], say: Say = _say) -> Mapping[Product, Source]:
    """Installs what must be installed; afterwards every source is MACHINE or DOCKER."""
    sources = choose_sources(needed, look_at_machine()) if needed else {}
    missing = [product for product, source in sources.items() if source is Source.PACKAGE]
    if missing:
        names = sorted(product.value for product in missing)
        say(f"Installing {' and '.join(names)} with apt-get (once, about a minute) …")
        install(names)
    return sources | dict.fromkeys(missing, Source.MACHINE)


@dataclass(frozen=True)
class _Starter:
    data_dir: Path
    keep_data: bool
    stack: AsyncExitStack
    say: Say

    async def redis(self, source: Source) -> str:
        folder = self._folder("redis")
        (port,) = free_ports(1)
        make = redis.docker if source is Source.DOCKER else redis.native
        await self._run(make(folder, port), source, lambda: redis.answers(port))
        return f"redis://127.0.0.1:{port}/0"

    async def rabbitmq(self, source: Source, ports: rabbitmq.RabbitPorts, *, management: bool) -> None:
        folder = self._folder("rabbitmq")
        if source is Source.MACHINE:
            await self._run(rabbitmq.epmd(folder, ports), source)
        make = rabbitmq.docker if source is Source.DOCKER else rabbitmq.native
        broker = make(folder, ports, management=management, keep=self.keep_data)
        await self._run(broker, source, lambda: rabbitmq.answers(ports.amqp))

    def _folder(self, name: str) -> Path:
        folder = self.data_dir.resolve() / name
        folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        if not self.keep_data:
            self.stack.callback(shutil.rmtree, folder, ignore_errors=True)
        return folder

    async def _run(
        self,
        server: ServerProcess,
        source: Source,
        answers: Callable[[], Awaitable[bool]] | None = None,
    ) -> None:
        left = await asyncio.to_thread(server.stop_leftover)
        if left is not None:
            self.say(f"Stopped the {server.name} (pid {left}) that an earlier run left behind.")
        self.stack.push_async_callback(server.stop)
        await server.start()
        if answers:
            await server.until(answers, READY_WITHIN[source])
        keeper = asyncio.create_task(server.keep(self.say))
        self.stack.push_async_callback(_end, keeper)


async def _end(task: asyncio.Task[None]) -> None:
    task.cancel()
    await asyncio.gather(task, return_exceptions=True)


@contextmanager
def _sole_owner(data_dir: Path) -> Iterator[None]:
    """Two runs on one folder would stop each other's servers."""
    data_dir.mkdir(parents=True, exist_ok=True)
    with (data_dir / "servers.lock").open("w") as lock:
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except OSError:
            raise ServerFailed(
                f"Bellhop already runs its servers in {data_dir}: stop that run first"
            ) from None
        yield
