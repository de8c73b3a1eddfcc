"""Runs the measurement and prints the table. Needs BELLHOP_RABBITMQ_URL and BELLHOP_REDIS_URL."""

import asyncio
import os
import platform
import sys
import tempfile
from collections.abc import AsyncIterator
from contextlib import AsyncExitStack, asynccontextmanager

import httpx
from rich.console import Console

from ops.bench.load import drive
from ops.bench.neighbours import neighbours
from ops.bench.processor import spent_during
from ops.bench.replays import replays
from ops.bench.tables import Run, neighbours_table, processor_table, replays_table, times_table
from ops.bench.vendor import Vendor, serving
from ops.servers.address import free_ports

WARM_UP, MESSAGES = 200, 500
AT_ONCE = (1, 16, 64)
"""The last one saturates two cores: there the processor time is measured."""
_START_SECONDS = 60
LAST_LINES = 20

console = Console()


@asynccontextmanager
async def process(*command: str, **environment: str) -> AsyncIterator[None]:
    """A process for the length of the measurement; if that fails, its last lines are shown."""
    with tempfile.TemporaryFile() as output:
        child = await asyncio.create_subprocess_exec(
            sys.executable, *command, env={**os.environ, **environment}, stdout=output, stderr=output
        )
        try:
            yield
        except BaseException:
            output.seek(0)
            console.print(*output.read().decode().splitlines()[-LAST_LINES:], sep="\n", markup=False)
            raise
        finally:
            if child.returncode is None:
                child.terminate()
                await child.wait()


async def answering(url: str) -> None:
    """Returns when there is an answer of any kind other than 503."""
    async with asyncio.timeout(_START_SECONDS), httpx.AsyncClient() as client:
        while True:
            try:
                if (await client.get(url)).status_code != httpx.codes.SERVICE_UNAVAILABLE:
                    return
            except httpx.TransportError:
                pass
            await asyncio.sleep(0.2)


@asynccontextmanager
async def bellhop(vendor_url: str) -> AsyncIterator[str]:
    """The whole product; gives the address of its gateway."""
    (port,) = map(str, free_ports(1))
    with tempfile.TemporaryDirectory() as folder:
        settings = {"PORT": port, "BELLHOP_DATA_DIR": folder, "BELLHOP_WHATSAPP_BASE_URL": vendor_url}
        async with process("-m", "ops", "up", **settings):
            await answering(f"http://127.0.0.1:{port}/health/ready")
            yield f"http://127.0.0.1:{port}"


@asynccontextmanager
async def echo(vendor_url: str) -> AsyncIterator[str]:
    """The bare echo; gives the address of its webhook."""
    (port,) = map(str, free_ports(1))
    async with AsyncExitStack() as stack:
        for role in ("gateway", "middle", "sender"):
            await stack.enter_async_context(process("-m", "ops.bench.echo", role, port, vendor_url))
        await answering(f"http://127.0.0.1:{port}/")
        yield f"http://127.0.0.1:{port}/webhook"


async def measure(name: str, url: str, vendor: Vendor) -> list[Run]:
    """All runs of one contestant, after a warm-up."""
    with console.status(f"{name}: warming up"):
        await drive(url, vendor, WARM_UP, max(AT_ONCE))
    runs = []
    for at_once in AT_ONCE:
        with console.status(f"{name}: {MESSAGES} messages, {at_once} at once"):
            times, spent = await spent_during(drive(url, vendor, MESSAGES, at_once))
        runs.append(Run(name, at_once, MESSAGES, times, spent))
    return runs


async def main() -> None:
    """Both contestants, one after the other, over the same broker and the same vendor."""
    vendor, (port,) = Vendor(), free_ports(1)
    url = f"http://127.0.0.1:{port}"
    async with serving(vendor, port):
        async with bellhop(url) as gateway:
            runs = await measure("Bellhop", f"{gateway}/webhooks/whatsapp/lyo", vendor)
            with console.status("neighbours") as status:
                felt = await neighbours(gateway, vendor, lambda doing: status.update(f"neighbours: {doing}"))
        async with echo(url) as webhook:
            runs += await measure("bare echo", webhook, vendor)
    with console.status("replays"):
        speeds = await asyncio.to_thread(replays)
    console.print(times_table(runs))
    console.print(processor_table([run for run in runs if run.at_once == max(AT_ONCE)]))
    console.print(neighbours_table(felt))
    console.print(replays_table(speeds))
    console.print(
        f"{os.cpu_count()} cores, {platform.platform()}, Python {platform.python_version()}. Both: quorum "
        "queues on one node, persistent, confirmed, acked by hand. Bellhop besides stores in SQLite (WAL) "
        "and keeps order and once-ness; the echo does neither."
    )


if __name__ == "__main__":
    asyncio.run(main())
