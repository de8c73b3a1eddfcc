"""Everything that a run needs, started before it and gone after it."""

import os
import sys
from collections.abc import AsyncIterator, Awaitable, Callable, Mapping
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Final

import httpx

from ops.bench_ai import litellm
from ops.bench_ai.contestants import Contestant, asking
from ops.bench_ai.question import KEY, MODEL
from ops.servers.address import free_ports
from ops.servers.process import ServerProcess
from ops.servers.running import private_servers

_STARTS_WITHIN: Final = 120.0  # seconds; LiteLLM takes 7 where nothing else runs

Tell = Callable[[str], None]


@dataclass(frozen=True)
class House:
    """Who is measured, over which vendor. `without_litellm` says why it is not among them."""

    contestants: tuple[Contestant, ...]
    vendor_url: str
    litellm: str = ""
    without_litellm: str = "LiteLLM was left out, as asked for."


@asynccontextmanager
async def standing(folder: Path, tell: Tell, *, with_litellm: bool) -> AsyncIterator[House]:
    """All processes; they keep what they write in `folder`. Raises ServerFailed, ServersUnavailable."""
    async with AsyncExitStack() as stack:
        tell("starting RabbitMQ and Redis")
        addresses = await stack.enter_async_context(
            private_servers(folder / "servers", rabbitmq_url=None, redis_url=None, keep_data=False, say=tell)
        )
        start = _Starter(folder, stack)
        vendor, _ = await start.vendor()
        environment = _environment(folder, f"{vendor}/v1") | addresses.environment()
        tell("starting the AI router")
        service = await start.service(environment)
        house = House(await _ours(stack, f"{vendor}/v1", environment, service), vendor)
        yield await _beside_litellm(house, start, tell) if with_litellm else house


async def _ours(
    stack: AsyncExitStack, vendor: str, environment: Mapping[str, str], service: int
) -> tuple[Contestant, ...]:
    """The direct call, the router alone, and the event path, of which the service is measured."""
    several = (
        asking("direct", "http", [vendor], environment),
        asking("router", "router", [], environment),
        asking("events", "events", [], environment, service),
    )
    return tuple([await stack.enter_async_context(one) for one in several])


async def _beside_litellm(house: House, start: "_Starter", tell: Tell) -> House:
    tell("installing LiteLLM, for this measurement alone (once, a minute or two)")
    try:
        venv = await litellm.installed()
    except litellm.NotInstalled as reason:
        return replace(house, without_litellm=f"LiteLLM cannot be installed here: {reason}")
    tell("starting LiteLLM's proxy")
    url, pid = await start.proxy(venv, f"{house.vendor_url}/v1")
    proxy = await start.stack.enter_async_context(asking("litellm", "http", [f"{url}/v1"], os.environ, pid))
    return House((*house.contestants, proxy), house.vendor_url, litellm.version(venv))


@dataclass(frozen=True)
class _Starter:
    """Starts processes that end with the stack; gives their pids once they answer."""

    folder: Path
    stack: AsyncExitStack

    async def vendor(self) -> tuple[str, int]:
        """The address as well."""
        (port,) = free_ports(1)
        url = f"http://127.0.0.1:{port}"
        process = self._process(
            "vendor", [sys.executable, "-m", "ops.bench_ai.vendor", str(port)], os.environ
        )
        return url, await self._started(process, url)

    async def service(self, environment: Mapping[str, str]) -> int:
        """The service ai-router, one replica."""
        process = self._process("ai-router", [sys.executable, "-m", "ai_router"], environment)
        return await self._started(
            process, f"http://127.0.0.1:{environment['BELLHOP_HTTP_PORT']}/health/ready"
        )

    async def proxy(self, venv: Path, vendor: str) -> tuple[str, int]:
        """LiteLLM's proxy; the address as well."""
        (port,) = free_ports(1)
        url = f"http://127.0.0.1:{port}"
        command = litellm.command(venv, self.folder, port, vendor)
        process = self._process("litellm", command, {**os.environ, **litellm.ENVIRONMENT})
        return url, await self._started(process, f"{url}/health/liveliness")

    def _process(self, name: str, command: list[str], environment: Mapping[str, str]) -> ServerProcess:
        return ServerProcess(name, command, self.folder, dict(environment))

    async def _started(self, process: ServerProcess, health: str) -> int:
        self.stack.push_async_callback(process.stop)
        await process.start()
        await process.until(_answers(health), _STARTS_WITHIN)
        return int(process.pid_file.read_text().split()[0])


def _answers(url: str) -> Callable[[], Awaitable[bool]]:
    async def answers() -> bool:
        async with httpx.AsyncClient(trust_env=False, timeout=2) as client:
            try:
                return (await client.get(url)).is_success
            except httpx.TransportError:
                return False

    return answers


def _environment(folder: Path, vendor: str) -> dict[str, str]:
    """Nothing of ours that is set out there counts, least of all a key of a real vendor."""
    outside = {name: value for name, value in os.environ.items() if not name.startswith("BELLHOP_")}
    (folder / "store").mkdir()
    (port,) = free_ports(1)
    return outside | {
        "BELLHOP_HTTP_PORT": str(port),
        "BELLHOP_STORE_URL": f"sqlite://{folder / 'store'}",
        "BELLHOP_LOG_LEVEL": "WARNING",
        "BELLHOP_OPENAI_API_KEYS": KEY,
        "BELLHOP_OPENAI_BASE_URL": vendor,
        "BELLHOP_OPENAI_MODEL": MODEL,
    }
