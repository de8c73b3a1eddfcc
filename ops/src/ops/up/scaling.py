"""Changing what runs while it runs: more replicas, fewer, or all of them anew. No customer waits for it."""

import asyncio
from collections.abc import Callable, Mapping, Sequence
from typing import Final

from ops.up.replica import Replica
from ops.up.replicas import Step, change, checked, services
from ops.up.stack import Stack

READY_WITHIN: Final = 120.0
"""Seconds until a new replica must be ready; one that is not is taken away again."""

NEWCOMER, LEAVING = ".new", ".old"
"""How two are told apart of which one takes the other's place."""

Told = Callable[[str, Step], None]
"""Is told the name of a replica and what becomes of it."""


class NotReady(Exception):
    """New replicas did not come up; the message names them and says what became of them."""


async def scale(stack: Stack, wanted: Mapping[str, int], told: Told) -> None:
    """Returns when so many replicas are ready and all others gone. Raises Unfit, NotReady."""
    counts = checked(wanted)
    done = await asyncio.gather(
        *(_scale(stack, service, count, told) for service, count in counts.items()), return_exceptions=True
    )
    _raise_first(done)


async def restart(stack: Stack, chosen: str, told: Told) -> None:
    """One replica after the other is replaced: the new one is ready before the old one stops.

    `chosen` is a service or `all`. Raises Unfit, and NotReady: then the old replica stays.
    """
    for service in services(chosen):
        for old in stack.of(service):
            await _replace(stack, old, told)


async def _scale(stack: Stack, service: str, count: int, told: Told) -> None:
    replicas = {one.number: one for one in stack.of(service)}
    plan = change(replicas, count)
    # Together: each of their comings and goings moves partitions.
    started = await asyncio.gather(
        *(_start(stack, service, number, told) for number in plan.start), return_exceptions=True
    )
    await asyncio.gather(*(_stop(stack, replicas[number], told) for number in plan.stop))
    _raise_first(started)


async def _replace(stack: Stack, old: Replica, told: Told) -> None:
    new = await _start(stack, old.program.name, old.number, told, mark=NEWCOMER)
    new.mark, old.mark = "", LEAVING
    stack.write_note()
    await _stop(stack, old, told)


async def _start(stack: Stack, service: str, number: int, told: Told, mark: str = "") -> Replica:
    replica = stack.add(service, number, mark)
    told(f"{replica.name}{mark}", "starting")
    try:
        async with asyncio.timeout(READY_WITHIN):
            ready = await replica.until_ready()
    except TimeoutError:
        ready = False
    if not ready:
        await _stop(stack, replica, told)
        raise NotReady(
            f"{replica.name} did not become ready and was taken away again; what it said is in "
            f"{stack.layout.data_dir / 'logs' / replica.name}.jsonl"
        )
    told(f"{replica.name}{mark}", "ready")
    return replica


async def _stop(stack: Stack, replica: Replica, told: Told) -> None:
    name = f"{replica.name}{replica.mark}"
    told(name, "stopping")
    told(name, "stopped" if await stack.remove(replica) else "killed")


def _raise_first(results: Sequence[object]) -> None:
    if problem := next((one for one in results if isinstance(one, BaseException)), None):
        raise problem
