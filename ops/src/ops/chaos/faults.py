"""How each fault is made. Each gives in words what it did, and returns when the fault is over."""

import asyncio
import os
import signal
from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass
from random import Random
from typing import Final

import httpx

from ops.chaos.plan import Kind, Scene
from ops.chaos.servers import BreakableServers
from ops.chaos.stack import StackUnderTest
from ops.chaos.store_lock import hold_stores
from ops.chaos.vendor import Mood, Vendor
from ops.up import control

PARTITIONS_WITHIN: Final = 30.0
"""Seconds until a change of partitions must be through."""

CALLS_WITHIN: Final = 10.0
"""Seconds until a notifier must have called the vendor."""


class Skipped(Exception):
    """The fault cannot be made here; the message says why."""


@dataclass(frozen=True)
class Ground:
    """What can be broken."""

    servers: BreakableServers
    stack: StackUnderTest
    vendor: Vendor
    random: Random


Fault = Callable[[Ground, Scene], Awaitable[str]]


async def kill(ground: Ground, scene: Scene) -> str:
    """SIGKILL for any replica."""
    pids = ground.stack.pids(scene.target)
    if not pids:
        raise Skipped(f"no {scene.target} lives")
    pid = ground.random.choice(sorted(pids))
    os.kill(pid, signal.SIGKILL)
    return f"pid {pid}, one of {len(pids)}"


async def scale(ground: Ground, scene: Scene) -> str:
    """Other numbers of replicas; over when all of them are ready."""
    before = len(ground.stack.pids(scene.target))
    await _controlled(control.scale, ground, {scene.target: scene.count})
    return f"{before} → {len(ground.stack.pids(scene.target))}"


async def roll(ground: Ground, scene: Scene) -> str:
    """Each replica is replaced while the others work."""
    before = set(ground.stack.pids(scene.target))
    await _controlled(control.restart, ground, scene.target)
    return f"{len(set(ground.stack.pids(scene.target)) - before)} replaced"


async def _controlled(order: Callable[..., object], ground: Ground, argument: object) -> None:
    try:
        await asyncio.to_thread(order, ground.stack.folder, argument)
    except control.ControlFailed as problem:
        raise Skipped(str(problem)) from None


async def rabbitmq_restart(ground: Ground, _: Scene) -> str:
    """Stopped in order and started again; over when it answers."""
    await ground.servers.broker.stop()
    await ground.servers.start_broker()
    return "stopped, started"


async def rabbitmq_kill(ground: Ground, _: Scene) -> str:
    """SIGKILL and started again; over when it answers."""
    await ground.servers.kill_broker()
    await ground.servers.start_broker()
    return "killed, started"


async def redis_gone(ground: Ground, scene: Scene) -> str:
    """Stopped for a while; it comes back empty."""
    await ground.servers.cache.stop()
    await asyncio.sleep(scene.lasts)
    await ground.servers.start_cache()
    return "came back empty"


async def store_gone(ground: Ground, scene: Scene) -> str:
    """Nothing can be written for a while."""
    count = await hold_stores(ground.stack.store, scene.lasts)
    return f"another process holds the write lock of {count} SQLite files; reads go on"


async def cut(ground: Ground, _: Scene) -> str:
    """RabbitMQ closes all connections."""
    return f"{await ground.servers.cut_connections()} AMQP connections"


def vendor_becomes(mood: Mood) -> Fault:
    """The vendor behaves so for a while."""

    async def fault(ground: Ground, scene: Scene) -> str:
        ground.vendor.become(mood)
        await asyncio.sleep(scene.lasts)
        ground.vendor.become("well")
        return "to every call"

    return fault


async def vendor_late(ground: Ground, _: Scene) -> str:
    """The vendor takes a message and holds its answer; the sender is killed before it comes."""
    ground.vendor.become("late")
    try:
        port = await asyncio.wait_for(ground.vendor.holds_one(), CALLS_WITHIN)
        pid = ground.stack.calling_from("notifier", port)
        if pid is None:
            raise Skipped("whoever called hung up before it could be killed")
        os.kill(pid, signal.SIGKILL)
        return f"pid {pid} with its call in flight"
    except TimeoutError:
        raise Skipped(f"nobody called for {CALLS_WITHIN:.0f} s") from None
    finally:
        ground.vendor.become("well")


async def partitions(ground: Ground, scene: Scene) -> str:
    """Another number of partitions; over when all of the old ones are handled and gone."""
    async with ground.stack.administrator() as api:
        path = f"/api/v1/partitions/{scene.target}"
        (await api.post(path, json={"count": scene.count})).raise_for_status()
        try:
            async with asyncio.timeout(PARTITIONS_WITHIN):
                while await _partitions_of(scene.target, api) != scene.count:  # noqa: ASYNC110
                    await asyncio.sleep(0.3)
        except TimeoutError:
            return f"asked for, but not through after {PARTITIONS_WITHIN:.0f} s"
    return "the old ones are handled to their end"


async def _partitions_of(service: str, api: httpx.AsyncClient) -> int | None:
    """How many there are when no change is under way."""
    told = (await api.get("/api/v1/partitions")).raise_for_status().json()
    found = next((one for one in told["items"] if one["service"] == service), None)
    return found["count"] if found and not found["change"] and not found["wished"] else None


FAULTS: Final[Mapping[Kind, Fault]] = {
    Kind.KILL: kill,
    Kind.SCALE: scale,
    Kind.ROLL: roll,
    Kind.RABBITMQ_RESTART: rabbitmq_restart,
    Kind.RABBITMQ_KILL: rabbitmq_kill,
    Kind.REDIS_GONE: redis_gone,
    Kind.STORE_GONE: store_gone,
    Kind.CUT: cut,
    Kind.VENDOR_LIMITS: vendor_becomes("limits"),
    Kind.VENDOR_FAILS: vendor_becomes("fails"),
    Kind.VENDOR_SILENT: vendor_becomes("silent"),
    Kind.VENDOR_LATE: vendor_late,
    Kind.PARTITIONS: partitions,
}
"""By kind."""
