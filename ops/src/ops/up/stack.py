"""All processes of one stack, from the first start to the last stop."""

import asyncio
import os
import socket
from collections.abc import Mapping
from datetime import UTC, datetime

from ops.up.environment import Layout, environment
from ops.up.journal import Journal
from ops.up.ports import listen
from ops.up.programs import GATEWAY, SANDBOX, SERVICES, Program
from ops.up.replica import Replica
from ops.up.running_stack import Running, RunningStack, forget

GRACE = 6.0
"""Seconds that processes get for what they have in hand when everything stops: somebody waits for it."""

LEAVES_WITHIN = 30.0
"""The same for one that leaves while the others work: nobody waits."""


class CannotStart(Exception):
    """The stack does not come up; the message says why and what to do."""


class Stack:
    """Keeps the replicas of a layout's programs running, and the note about them current."""

    def __init__(self, layout: Layout, journal: Journal, wanted: Mapping[str, int]) -> None:
        self.layout = layout
        self._journal = journal
        self._programs = {one.name: one for one in (*SERVICES, *([SANDBOX] if layout.sandbox else []))}
        self._shared = {one.name: _listen(one, layout) for one in SERVICES}
        self._replicas: list[Replica] = []
        self._wanted = wanted
        self._stopping = False
        self.note = _note(layout)

    def start(self) -> None:
        """Starts all programs."""
        for name in self._programs:
            for number in range(1, self._wanted.get(name, 1) + 1):
                self.add(name, number)

    async def until_ready(self) -> None:
        """Returns when all are ready. Raises CannotStart when one dies again and again before that."""
        await asyncio.gather(*(_until_ready(one) for one in self._replicas))

    def of(self, service: str) -> list[Replica]:
        """The replicas of a service, by number."""
        return sorted(
            (one for one in self._replicas if one.program.name == service), key=lambda one: one.number
        )

    def add(self, service: str, number: int, mark: str = "") -> Replica:
        """Starts one more replica."""
        if self._stopping:
            raise CannotStart("Bellhop is being stopped")
        replica = Replica(
            self._programs[service],
            number,
            self.layout,
            shared=self._shared.get(service),
            journal=self._journal,
            changed=self.write_note,
        )
        replica.mark = mark
        self._replicas.append(replica)
        replica.start()
        return replica

    async def remove(self, replica: Replica) -> bool:
        """Stops one gently. False when it had to be killed."""
        gently = await replica.stop(LEAVES_WITHIN)
        self._replicas.remove(replica)
        self.write_note()
        return gently

    def write_note(self) -> None:
        """Says to other commands what runs."""
        alive = [(f"{one.name}{one.mark}", one.running) for one in self._replicas]
        self.note.processes = {name: running for name, running in alive if running}
        if not self._stopping:
            self.note.write(self.layout.data_dir)

    async def stop(self) -> None:
        """Stops all programs together, gently first."""
        self._stopping = True
        await asyncio.gather(*(one.stop(GRACE) for one in self._replicas))
        for one in self._shared.values():
            one.close()
        forget(self.layout.data_dir)

    def kill(self) -> None:
        """Ends all programs at once."""
        for one in self._replicas:
            one.kill()


async def _until_ready(replica: Replica) -> None:
    if not await replica.until_ready():
        raise CannotStart(f"{replica.name} does not start; its last lines are above")


def _listen(program: Program, layout: Layout) -> socket.socket:
    host = layout.gateway_host if program == GATEWAY else "127.0.0.1"
    port = layout.ports[program.name]
    try:
        return listen(host, port)
    except OSError as problem:
        raise CannotStart(f"{program.name} cannot listen on port {port} of {host}: {problem}") from None


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
        services={one.name: layout.url(one.name) for one in SERVICES},
    )
