"""One server as a child process: it starts, it is waited for, and it is never left behind.

Two nets catch a server whose parent died: Linux ends it (`setpriv --pdeathsig`, where that program
exists), and its pid file lets the next start on the same folder find it and stop it.
"""

import asyncio
import shutil
import signal
import subprocess
import time
from collections.abc import Awaitable, Callable, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass, field
from pathlib import Path

import psutil

_FIRST_PAUSE = 0.2
_LONGEST_PAUSE = 10.0  # seconds until the next start of one that dies at once, again and again


class ServerFailed(Exception):
    """A server did not start; the message holds the end of its log."""


@dataclass
class ServerProcess:
    """`folder` holds its log and pid file; `grace` is how many seconds a stop may take, and `sweep`
    a command that removes what killing the process alone would leave (a container)."""

    name: str
    command: Sequence[str]
    folder: Path
    environment: Mapping[str, str] | None = None
    grace: float = 3.0
    sweep: Sequence[str] = ()
    _child: asyncio.subprocess.Process | None = field(default=None, init=False)

    @property
    def log(self) -> Path:
        return self.folder / f"{self.name}.log"

    @property
    def pid_file(self) -> Path:
        return self.folder / f"{self.name}.pid"

    async def start(self) -> None:
        """In a session of its own, so that a Ctrl-C in the terminal does not reach it."""
        with self.log.open("ab" if self._child else "wb") as log:
            self._child = await asyncio.create_subprocess_exec(
                *_tied_to_parent(self.command),
                cwd=self.folder,
                env=self.environment,
                stdin=asyncio.subprocess.DEVNULL,
                stdout=log,
                stderr=asyncio.subprocess.STDOUT,
                start_new_session=True,
            )
        with suppress(psutil.NoSuchProcess):  # it may have ended already: `until` tells
            process = psutil.Process(self._child.pid)
            self.pid_file.write_text(f"{process.pid} {process.create_time()}")

    async def until(self, answers: Callable[[], Awaitable[bool]], seconds: float) -> None:
        """Waits for a real answer; raises `ServerFailed` when it ends first or takes too long."""
        deadline = time.monotonic() + seconds
        while not await answers():
            if self._child is None or self._child.returncode is not None:
                raise ServerFailed(f"{self.name} ended while starting:\n{self._end_of_log()}")
            if time.monotonic() > deadline:
                late = f"{self.name} gave no answer within {seconds:.0f} s"
                raise ServerFailed(f"{late}:\n{self._end_of_log()}")
            await asyncio.sleep(0.05)

    async def keep(self, say: Callable[[str], None]) -> None:
        """Starts it again, with what it kept, whenever it ends by itself; until cancelled."""
        pause = _FIRST_PAUSE
        while self._child:
            began = time.monotonic()
            code = await self._child.wait()
            pause = _FIRST_PAUSE if time.monotonic() - began > _LONGEST_PAUSE else pause
            say(f"{self.name} died ({code}); starting it again")
            await asyncio.sleep(pause)
            pause = min(2 * pause, _LONGEST_PAUSE)
            await asyncio.to_thread(self._sweep)
            await self.start()

    async def stop(self) -> None:
        if self._child is None:
            return
        with suppress(ProcessLookupError):
            self._child.send_signal(signal.SIGTERM if self.grace else signal.SIGKILL)
        try:
            await asyncio.wait_for(self._child.wait(), self.grace or None)
        except TimeoutError:
            with suppress(ProcessLookupError):
                self._child.kill()
            await self._child.wait()
        self.pid_file.unlink(missing_ok=True)
        self._sweep()

    def stop_leftover(self) -> int | None:
        """Stops the server an earlier run left on this folder; returns its pid if there was one."""
        left = _process_of(self.pid_file)
        self.pid_file.unlink(missing_ok=True)
        if left is not None:
            with suppress(psutil.NoSuchProcess):
                _end(left, self.grace)
        self._sweep()
        return left.pid if left else None

    def _sweep(self) -> None:
        if self.sweep:
            subprocess.run(self.sweep, capture_output=True, check=False)  # noqa: S603

    def _end_of_log(self) -> str:
        return "\n".join(self.log.read_text(errors="replace").splitlines()[-15:])


def _process_of(pid_file: Path) -> psutil.Process | None:
    """The very process that wrote the file: a pid alone may belong to somebody else by now."""
    try:
        pid, created = pid_file.read_text().split()
        process = psutil.Process(int(pid))
    except (OSError, ValueError, psutil.NoSuchProcess):
        return None
    return process if process.create_time() == float(created) else None


def _end(process: psutil.Process, grace: float) -> None:
    process.terminate()
    try:
        process.wait(grace)
    except psutil.TimeoutExpired:
        process.kill()
        process.wait(grace)


def _tied_to_parent(command: Sequence[str]) -> list[str]:
    setpriv = shutil.which("setpriv")  # util-linux; absent on macOS
    return [*([setpriv, "--pdeathsig", "TERM", "--"] if setpriv else []), *command]
