"""`bellhop status`: what runs, and how it is."""

import asyncio
import re
from collections.abc import Iterable
from dataclasses import dataclass

import httpx
from rich.console import Console
from rich.table import Table

from contracts.catalogue import KEYED_SERVICES
from ops.places import data_dir
from ops.up.replicas import service_of
from ops.up.running_stack import Running, RunningStack, find_running

ALL_WELL, NOT_WELL, NOTHING_RUNS = 0, 1, 3

_OWNED = re.compile(r"^bellhop_partitions_owned ([0-9.]+)$", re.M)


@dataclass(frozen=True)
class Health:
    """How one replica is: `wrong` names each dependency that is not well, with the reason.

    `partitions` is how many it owns where conversations are kept in order, else None.
    """

    name: str
    url: str
    pid: int
    alive: bool
    ready: bool
    wrong: tuple[str, ...] = ()
    partitions: int | None = None

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
    """Asks every replica of a stack how it is, the replicas of one service after each other."""
    order = list(stack.services)
    names = sorted(stack.processes, key=lambda name: (_place(order, name), len(name), name))
    async with httpx.AsyncClient(timeout=4, trust_env=False) as client:
        asked = (_health(client, name, stack.processes[name]) for name in names)
        return list(await asyncio.gather(*asked))


def _place(order: list[str], name: str) -> int:
    service = service_of(name)
    return order.index(service) if service in order else len(order)


async def _health(client: httpx.AsyncClient, name: str, process: Running) -> Health:
    url = process.url or ""
    if not process.lives():  # its socket may wait for the next process, and never answer
        return Health(name, url, process.pid, alive=False, ready=False, wrong=("is being started again",))
    try:
        ready = (await client.get(f"{url}/health/ready")).is_success
        told = await client.get(f"{url}/health")
        dependencies = told.json().get("dependencies", {}) if told.is_success else {}
        partitions = await _partitions(client, url) if service_of(name) in KEYED_SERVICES else None
    except (httpx.HTTPError, ValueError):
        return Health(name, url, process.pid, alive=True, ready=False, wrong=("does not answer",))
    wrong = tuple(f"{one}: {how}" for one, how in dependencies.items() if how != "ok")
    return Health(name, url, process.pid, alive=True, ready=ready, wrong=wrong, partitions=partitions)


async def _partitions(client: httpx.AsyncClient, url: str) -> int | None:
    found = _OWNED.search((await client.get(f"{url}/metrics")).text)
    return int(float(found[1])) if found else None


def _table(stack: RunningStack, healths: Iterable[Health]) -> Table:
    title = f"Bellhop since {stack.started.astimezone():%d %b %H:%M:%S}, data in {data_dir()}"
    table = Table("", title=title, title_justify="left")
    for column in ("Replica", "Address", "Its own"):
        table.add_column(column, no_wrap=True)
    for column in ("Pid", "Partitions"):
        table.add_column(column, justify="right", no_wrap=True)
    table.add_column("How it is")
    for one in healths:
        how = "; ".join(one.wrong) or ("well" if one.ready else "not ready")
        shared = stack.services.get(service_of(one.name))
        table.add_row(
            "[green]✓" if one.well else "[red]✗",
            one.name,
            (shared or one.url).removeprefix("http://"),
            f":{one.url.rpartition(':')[2]}" if shared else "",
            str(one.pid),
            "" if one.partitions is None else str(one.partitions),
            how,
        )
    return table
