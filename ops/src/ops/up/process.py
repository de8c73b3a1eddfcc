"""One process that is kept alive: started, watched, started again when it dies."""

import asyncio
import ctypes
import os
import signal
import sys
import time
from asyncio.subprocess import PIPE, STDOUT, Process
from collections import deque
from collections.abc import Callable, Mapping, Sequence
from contextlib import suppress
from typing import Protocol, cast

from ops.up.restart_policy import LIVED_WELL, after_death

LAST_LINES = 15
CANNOT_START = 126
"""The exit code by which shells say that a command was found but could not be run."""

_LONGEST_LINE = 1_000_000
_GATHERED_SECONDS = 0.02
"""How long a line may wait for others: lines that are read together cost a fraction."""

_PR_SET_PDEATHSIG = 1  # Linux, prctl(2)
_LIBC = ctypes.CDLL(None) if sys.platform == "linux" else None


class Watcher(Protocol):
    """Who is told what a process says and what becomes of it."""

    def said(self, name: str, line: str) -> None:
        """A line of its output."""

    def started(self, name: str, pid: int) -> None:
        """It runs."""

    def died(self, name: str, code: int, delay: float) -> None:
        """It ended by itself and is started again after `delay` seconds."""

    def hopeless(self, name: str, last_lines: Sequence[str]) -> None:
        """It dies again and again."""


class KeptAlive:
    """Keeps one command running until it is told to stop."""

    def __init__(
        self,
        name: str,
        command: Sequence[str],
        env: Mapping[str, str],
        watcher: Watcher,
        descriptors: Sequence[int] = (),
    ) -> None:
        self.name = name
        self._command = command
        self._env = env
        self._watcher = watcher
        self._descriptors = descriptors
        self._process: Process | None = None
        self._stopping = False
        self._last: deque[str] = deque(maxlen=LAST_LINES)

    async def run(self) -> None:
        """Starts it, and again whenever it ends, until `stop`."""
        deaths: list[float] = []
        while not self._stopping:
            began = time.monotonic()
            try:
                code = await self._live_once()
            except OSError as problem:  # the machine has no more memory or processes to give
                self._watcher.said(self.name, f"cannot be started: {problem}")
                code = CANNOT_START
            if self._stopping:
                return
            if time.monotonic() - began > LIVED_WELL:
                deaths.clear()
            deaths.append(time.monotonic())
            restart = after_death(deaths)
            self._watcher.died(self.name, code, restart.delay)
            if restart.hopeless:
                self._watcher.hopeless(self.name, tuple(self._last))
            await asyncio.sleep(restart.delay)

    async def stop(self, grace: float) -> bool:
        """SIGTERM, and SIGKILL after `grace` seconds. False when it had to be killed."""
        self._stopping = True
        if self._process is None or self._process.returncode is not None:
            return True
        self._terminate()
        try:
            await asyncio.wait_for(self._process.wait(), grace)
        except TimeoutError:
            self.kill()
            await self._process.wait()
            return False
        return True

    def kill(self) -> None:
        """Ends it at once."""
        self._stopping = True
        if self._process and self._process.returncode is None:
            with suppress(ProcessLookupError):
                self._process.kill()

    def _terminate(self) -> None:
        if self._process:
            with suppress(ProcessLookupError):
                self._process.terminate()

    async def _live_once(self) -> int:
        self._process = process = await asyncio.create_subprocess_exec(
            *self._command,
            env=self._env,
            stdin=asyncio.subprocess.DEVNULL,
            stdout=PIPE,
            stderr=STDOUT,
            pass_fds=self._descriptors,
            process_group=0,  # a Ctrl-C in the terminal reaches us alone; we stop the others in order
            preexec_fn=die_with(os.getpid()),
        )
        if self._stopping:  # told so while it was being started
            self._terminate()
        self._watcher.started(self.name, process.pid)
        reading = asyncio.create_task(self._read(cast("asyncio.StreamReader", process.stdout)))
        code = await process.wait()
        with suppress(TimeoutError):  # a grandchild may hold the pipe open
            await asyncio.wait_for(reading, 0.5)
        return code

    async def _read(self, output: asyncio.StreamReader) -> None:
        rest = b""
        while chunk := await output.read(65_536):
            *lines, rest = (rest + chunk).split(b"\n")
            for line in [*lines, *([rest] if len(rest) > _LONGEST_LINE else [])]:
                self._say(line)
            rest = b"" if len(rest) > _LONGEST_LINE else rest
            await asyncio.sleep(_GATHERED_SECONDS)
        if rest:
            self._say(rest)

    def _say(self, line: bytes) -> None:
        text = line.decode(errors="replace")
        self._last.append(text)
        self._watcher.said(self.name, text)


def die_with(parent: int) -> Callable[[], None] | None:
    """What a child runs first so that it ends when `parent` does, even by `kill -9` (Linux alone)."""
    libc = _LIBC
    if libc is None:
        return None

    def tie() -> None:
        libc.prctl(_PR_SET_PDEATHSIG, signal.SIGKILL)
        if os.getppid() != parent:  # it died before we asked
            os._exit(1)

    return tie
