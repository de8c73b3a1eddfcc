"""Processor time by process, user and system, of all that the measurement has started."""

import asyncio
from collections import defaultdict
from collections.abc import Coroutine
from contextlib import suppress
from typing import Any, TypeVar

import psutil

_SETTLE_SECONDS = 2.0  # what is written in batches (spans, log lines) belongs to the messages before

T = TypeVar("T")
Spent = dict[str, float]
"""Seconds by the name of the process; replicas and workers of one name together."""


async def spent_during(work: Coroutine[Any, Any, T]) -> tuple[T, Spent]:
    """What comes of `work`, and what each process spends on it."""
    before = _spent()
    result = await work
    await asyncio.sleep(_SETTLE_SECONDS)
    after = _spent()
    return result, {name: after[name] - before.get(name, 0.0) for name in after}


def _spent() -> Spent:
    """Our own, that of the servers started around us (`ops.servers exec`), and that of all below."""
    found: defaultdict[str, float] = defaultdict(float)
    around = psutil.Process().parent()
    for process in around.children(recursive=True) if around else []:
        with suppress(psutil.Error):  # it has just ended
            times = process.cpu_times()
            found[_name(process.cmdline())] += times.user + times.system
    return found


def _name(command: list[str]) -> str:
    match command:
        case [_, "-m", "ops", *_]:
            return "supervisor"
        case [_, "-m", "ops.bench", *_]:
            return "load and vendor"
        case [_, "-m", "ops.bench.echo", role, *_]:
            return f"echo {role}"
        case [_, "-m", module, *_]:
            return module
        case [program, *_]:
            return {"beam.smp": "RabbitMQ", "redis-server": "Redis"}.get(_file(program), _file(program))
        case _:
            return "?"


def _file(program: str) -> str:
    """Redis writes its address behind its name."""
    return program.split(" ", maxsplit=1)[0].rsplit("/", maxsplit=1)[-1]
