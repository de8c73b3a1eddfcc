"""The candidate's process, from outside: one question at a time, and a new process after each death."""

import asyncio
from asyncio.subprocess import PIPE, Process
from collections.abc import Mapping, Sequence
from contextlib import suppress
from typing import Final

from ops.replay.last_words import hung_in

LINE_BYTES: Final = 64 * 1024 * 1024
"""What one question or answer may have; a long conversation is sent whole."""

_WORDS_KEPT: Final = 8_192  # bytes of what it says last, where the reason of its death is found
_GROWN_UP: Final = 100  # answers after which a death is the first one again
_LONGEST_PAUSE: Final = 60.0


class Died(Exception):
    """The process ended while it was asked; the message says of what. `hung`: it took too long."""

    def __init__(self, reason: str, *, hung: bool) -> None:
        super().__init__(reason)
        self.hung = hung


def pause_after(deaths: int) -> float:
    """Seconds until the next process may start, after so many deaths in a row."""
    return min(_LONGEST_PAUSE, 0.5 * 2.0 ** min(deaths, 10)) if deaths else 0.0


class Child:
    """Each process is told the `setup` (one line) before all else, and answers that it is ready.

    Whoever owns it ends it with `close`.
    """

    def __init__(self, command: Sequence[str], environment: Mapping[str, str], setup: str) -> None:
        self.deaths = 0
        self._command = tuple(command)
        self._environment = dict(environment)
        self._setup = setup
        self._process: Process | None = None
        self._words = bytearray()
        self._listening: asyncio.Task[None] | None = None
        self._in_a_row = 0
        self._answers = 0

    async def start(self) -> str:
        """What it says when it is ready; where the one before died, after a pause. Raises Died."""
        await asyncio.sleep(pause_after(self._in_a_row))
        self._words.clear()
        self._answers = 0
        self._process = process = await asyncio.create_subprocess_exec(
            *self._command, env=self._environment, stdin=PIPE, stdout=PIPE, stderr=PIPE, limit=LINE_BYTES,
            start_new_session=True,  # Ctrl-C is for us; it ends when nobody asks any more
        )  # fmt: skip
        self._listening = asyncio.create_task(self._listen(process))
        return await self._exchange(process, self._setup)

    async def ask(self, question: str) -> str:
        """The answer to one line. Raises Died; then the next question goes to a new process."""
        if self._process is None:
            await self.start()
        assert self._process  # noqa: S101 - started
        answer = await self._exchange(self._process, question)
        self._answers += 1
        return answer

    async def _exchange(self, process: Process, line: str) -> str:
        assert process.stdin  # noqa: S101 - a pipe, as is stdout
        assert process.stdout  # noqa: S101
        with suppress(ConnectionError):  # it died: then it does not answer either
            process.stdin.write(line.encode() + b"\n")
            await process.stdin.drain()
        answer = await process.stdout.readline()
        if not answer.endswith(b"\n"):
            raise await self._died(process)
        return answer.decode()

    async def close(self) -> None:
        """Ends the process, in the middle of a decision if need be."""
        if process := self._process:
            with suppress(ProcessLookupError):
                process.kill()
            await self._buried(process)

    async def _listen(self, process: Process) -> None:
        """Takes what it says besides, so that it never waits for us; keeps the last words."""
        assert process.stderr  # noqa: S101 - it is a pipe
        while words := await process.stderr.read(_WORDS_KEPT):
            self._words += words
            del self._words[:-_WORDS_KEPT]

    async def _died(self, process: Process) -> Died:
        await self._buried(process)
        self.deaths += 1
        self._in_a_row = 1 if self._answers >= _GROWN_UP else self._in_a_row + 1
        words = self._words.decode(errors="replace")
        return Died(_reason(process.returncode, words), hung=hung_in(words) is not None)

    async def _buried(self, process: Process) -> None:
        self._process = None
        await process.wait()
        if self._listening:
            await self._listening


def _reason(code: int | None, words: str) -> str:
    """In one line: where it hung, else its last words."""
    if place := hung_in(words):
        return f"hangs in {place}"
    lines = [line.strip() for line in words.splitlines() if line.strip()]
    return f"its process ended with {code}" + (f": {lines[-1]}" if lines else "")
