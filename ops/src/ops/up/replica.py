"""One replica of a program: a process that is kept alive, and where it answers."""

import asyncio
import socket
import sys
from collections.abc import Callable, Sequence

from ops.up.environment import Layout, environment
from ops.up.journal import Journal
from ops.up.ports import listen, listens
from ops.up.process import KeptAlive
from ops.up.programs import Program
from ops.up.readiness import until_ready
from ops.up.replicas import name_of
from ops.up.running_stack import Running

_LAST_WORDS = 1.0  # seconds to see its end and to read what it still wrote


class Replica:
    """A replica takes from the socket that all of its service share, and from one of its own.

    The supervisor opens both: no other program can get a port while the replica is being started
    again, and who connects meanwhile waits instead of being refused.
    """

    def __init__(
        self,
        program: Program,
        number: int,
        layout: Layout,
        *,
        shared: socket.socket | None,
        journal: Journal,
        changed: Callable[[], None],
    ) -> None:
        self.program = program
        self.number = number
        self.name = name_of(program.name, number)
        self.mark = ""  # tells two apart that have one number while one takes the other's place
        self.running: Running | None = None
        self.keeps_dying: asyncio.Future[None] = asyncio.get_running_loop().create_future()
        self._journal = journal
        self._changed = changed
        self._own = listen("127.0.0.1", 0) if shared else None
        self._port = self._own.getsockname()[1] if self._own else layout.ports[program.name]
        handed = [one.fileno() for one in (shared, self._own) if one]
        command = [sys.executable, "-m", program.module]
        self._kept = KeptAlive(self.name, command, environment(program, layout, handed), self, handed)
        self._task: asyncio.Task[None] | None = None

    @property
    def url(self) -> str:
        """Where this very process answers, for this machine alone."""
        return f"http://127.0.0.1:{self._port}"

    def start(self) -> None:
        """Starts it, and again whenever it dies."""
        self._task = asyncio.create_task(self._kept.run())

    async def until_ready(self) -> bool:
        """True once it says that it is ready; False when it dies again and again."""
        ready = asyncio.create_task(until_ready({self.url: self._is_itself}))
        try:
            await asyncio.wait([ready, self.keeps_dying], return_when=asyncio.FIRST_COMPLETED)
            return ready.done()
        finally:
            ready.cancel()

    async def stop(self, grace: float) -> bool:
        """Lets it finish what it has in hand. False when it had to be killed after `grace` seconds."""
        gently = await self._kept.stop(grace)
        if not gently:
            self._journal.note("warning", f"{self.name} did not stop within {grace:.0f} s and was killed")
        if self._task:
            await asyncio.wait([self._task], timeout=_LAST_WORDS)
            self._kept.kill()
            self._task.cancel()
            await asyncio.gather(self._task, return_exceptions=True)
        if self._own:
            self._own.close()
        return gently

    def kill(self) -> None:
        """Ends it at once."""
        self._kept.kill()

    def said(self, name: str, line: str) -> None:
        """It has written a line."""
        self._journal.said(name, line)

    def started(self, name: str, pid: int) -> None:  # noqa: ARG002 - a watcher may watch several
        """It runs."""
        self.running = Running.of(pid, self.url)
        self._changed()

    def died(self, name: str, code: int, delay: float) -> None:
        """It ended by itself."""
        self._journal.died(name, code, delay)

    def hopeless(self, name: str, last_lines: Sequence[str]) -> None:
        """It dies again and again."""
        self._journal.hopeless(name, last_lines)
        if not self.keeps_dying.done():
            self.keeps_dying.set_result(None)

    def _is_itself(self) -> bool:
        return self.running is not None and listens(self.running.pid, self._port)
