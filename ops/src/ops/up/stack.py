"""All processes of one stack, from the first start to the last stop."""

import asyncio
import os
import sys
from collections.abc import Sequence
from contextlib import suppress
from datetime import UTC, datetime
from functools import partial

from ops.up.environment import Layout, environment
from ops.up.journal import Journal
from ops.up.ports import listens
from ops.up.process import KeptAlive
from ops.up.programs import GATEWAY, SANDBOX, SERVICES, Program
from ops.up.readiness import until_ready
from ops.up.running_stack import Running, RunningStack, forget

GRACE = 6.0
"""Seconds that stopping services get for what they have in hand."""


class CannotStart(Exception):
    """The stack does not come up; the message says why and what to do."""


class Stack:
    """Keeps the programs of a layout running and the note about them current."""

    def __init__(self, layout: Layout, journal: Journal, programs: Sequence[Program] | None = None) -> None:
        self._journal = journal
        self.layout = layout
        self._ready = False
        self._lost: asyncio.Future[str] = asyncio.get_running_loop().create_future()
        self._programs = programs or [*SERVICES, *([SANDBOX] if layout.sandbox else [])]
        self._kept = [self._keep(one) for one in self._programs]
        self._tasks: list[asyncio.Task[None]] = []
        self.note = _note(layout)

    def start(self) -> None:
        """Starts all programs."""
        self._tasks = [asyncio.create_task(one.run()) for one in self._kept]

    async def until_ready(self) -> None:
        """Returns when all are ready. Raises CannotStart when one dies again and again before that."""
        ours = {self.layout.url(one.name): partial(self._is_ours, one.name) for one in self._programs}
        ready = asyncio.create_task(until_ready(ours))
        self._lost.add_done_callback(lambda _: ready.cancel())
        try:
            await ready
        except asyncio.CancelledError:
            if self._lost.done():
                raise CannotStart(f"{self._lost.result()} does not start; its last lines are above") from None
            raise
        self._ready = True

    async def stop(self) -> None:
        """Stops all programs together, gently first."""
        gently = await asyncio.gather(*(one.stop(GRACE) for one in self._kept))
        for one, stopped in zip(self._kept, gently, strict=True):
            if not stopped:
                self._journal.note("warning", f"{one.name} did not stop within {GRACE:.0f} s and was killed")
        for task in self._tasks:
            task.cancel()
        for task in self._tasks:
            with suppress(asyncio.CancelledError):
                await task
        forget(self.layout.data_dir)

    def kill(self) -> None:
        """Ends all programs at once."""
        for one in self._kept:
            one.kill()

    def said(self, name: str, line: str) -> None:
        """A program has written a line."""
        self._journal.said(name, line)

    def started(self, name: str, pid: int) -> None:
        """A program runs."""
        self.note.processes[name] = Running.of(pid, self.layout.url(name))
        self.note.write(self.layout.data_dir)

    def died(self, name: str, code: int, delay: float) -> None:
        """A program ended by itself."""
        self._journal.died(name, code, delay)

    def hopeless(self, name: str, last_lines: Sequence[str]) -> None:
        """A program dies again and again."""
        self._journal.hopeless(name, last_lines)
        if not self._ready and not self._lost.done():
            self._lost.set_result(name)

    def _is_ours(self, name: str) -> bool:
        process = self.note.processes.get(name)
        return process is not None and listens(process.pid, self.layout.ports[name])

    def _keep(self, program: Program) -> KeptAlive:
        command = [sys.executable, "-m", program.module]
        return KeptAlive(program.name, command, environment(program, self.layout), self)


def _note(layout: Layout) -> RunningStack:
    return RunningStack(
        started=datetime.now(UTC),
        supervisor=Running.of(os.getpid()),
        gateway_url=layout.url(GATEWAY.name),
        sandbox_url=layout.url(SANDBOX.name) if layout.sandbox else None,
        rabbitmq_url=layout.servers.rabbitmq_url,
        redis_url=layout.servers.redis_url,
        management_url=layout.servers.management_url,
        store_url=environment(GATEWAY, layout)["BELLHOP_STORE_URL"],
    )
