"""`bellhop status`: what runs, and how it is."""

import asyncio
from collections.abc import Iterable
from dataclasses import dataclass

import httpx
from rich.console import Console
from rich.table import Table

from ops.places import data_dir
from ops.up.running_stack import Running, RunningStack, find_running

ALL_WELL, NOT_WELL, NOTHING_RUNS = 0, 1, 3


@dataclass(frozen=True)
class Health:
    """How one process is: `wrong` names each dependency that is not well, with the reason."""

    name: str
    url: str
    pid: int
    alive: bool
    ready: bool
    wrong: tuple[str, ...] = ()

    @property
    def well(self) -> bool:
        """Alive, ready, and with all it needs."""
        return self.alive and self.ready and not self.wrong


def status() -> int:
    """Prints a table. Exit codes: 0 all well, 1 something is not, 3 nothing runs."""
    console = Console()
    stack = find_running(data_dir())
    if stack is None:
        console.print("Bellhop does not run here. Start it with [bold]make run[/bold].")
        return NOTHING_RUNS
    healths = asyncio.run(examine(stack))
    console.print(_table(stack, healths))
    return ALL_WELL if all(one.well for one in healths) else NOT_WELL


async def examine(stack: RunningStack) -> list[Health]:
    """Asks every process of a stack how it is."""
    async with httpx.AsyncClient(timeout=4, trust_env=False) as client:
        asked = (_health(client, name, process) for name, process in stack.processes.items())
        return list(await asyncio.gather(*asked))


async def _health(client: httpx.AsyncClient, name: str, process: Running) -> Health:
    url = process.url or ""
    try:
        ready = (await client.get(f"{url}/health/ready")).is_success
        told = await client.get(f"{url}/health")
        dependencies = told.json().get("dependencies", {}) if told.is_success else {}
    except (httpx.HTTPError, ValueError):
        return Health(name, url, process.pid, process.lives(), ready=False, wrong=("does not answer",))
    wrong = tuple(f"{one}: {how}" for one, how in dependencies.items() if how != "ok")
    return Health(name, url, process.pid, process.lives(), ready, wrong)


def _table(stack: RunningStack, healths: Iterable[Health]) -> Table:
    title = f"Bellhop since {stack.started.astimezone():%d %b %H:%M:%S}, data in {data_dir()}"
    table = Table("", "Process", "Address", "Pid", "How it is", title=title, title_justify="left")
    for one in healths:
        how = "; ".join(one.wrong) or ("well" if one.ready else "not ready")
        table.add_row("[green]✓" if one.well else "[red]✗", one.name, one.url, str(one.pid), how)
    return table
