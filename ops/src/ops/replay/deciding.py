"""The processes that decide, from the parent's side."""

import os
import subprocess
import sys
import tempfile
from collections.abc import Iterable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack
from dataclasses import dataclass
from pathlib import Path
from queue import SimpleQueue
from types import TracebackType
from typing import IO, Any, Final, Self, TypeAlias

from ops.replay.history import History
from ops.replay.last_words import hung_in
from ops.replay.requests import AnswerLive
from ops.replay.turns import Replayed
from ops.replay.wire import Answered, Ready, Reply, Setup, Talk

_LAST_LINES: Final = 3

Outcome: TypeAlias = tuple[Replayed, tuple[str, ...]]
"""What came of a conversation, and what it tried to reach in vain."""


class Undecided(Exception):
    """The process that decides has ended: its code cannot be loaded, or it broke. The message says why."""


@dataclass(frozen=True)
class Candidate:
    """What decides: the code of a checkout (else this one's), and what it is told beside the record."""

    setup: Setup
    code: Path | None = None
    answer: AnswerLive | None = None

    def command(self) -> list[str]:
        return [sys.executable, "-m", "ops.replay.worker"]

    def environment(self) -> dict[str, str]:
        """No setting and no key reaches the process that decides."""
        kept = {name: os.environ[name] for name in ("PATH", "HOME", "LANG", "TZ") if name in os.environ}
        return kept | {"PYTHONPATH": os.pathsep.join(map(str, _sources(self.code)))}


def _sources(code: Path | None) -> list[Path]:
    """The packages of a checkout; its replay as well, where it has one."""
    if code is None:
        return []
    found = [*sorted(code.glob("libs/*/src")), *sorted(code.glob("services/*/src"))]
    own_replay = code / "ops/src/ops/replay/worker.py"
    return [one.resolve() for one in (*found, *([own_replay.parents[2]] if own_replay.exists() else []))]


def check_code(code: Path | None, ready: Ready) -> None:
    """Makes sure that what decides is the code of this checkout. Raises Undecided."""
    if code and not Path(ready.code).is_relative_to(code.resolve() / "services/conversation/src"):
        raise Undecided(f"{code} holds no services/conversation/src: give the folder of a checkout")


def replay_all(histories: Iterable[History], candidate: Candidate, processes: int = 1) -> Iterator[Outcome]:
    """Each conversation in order, several at a time in so many processes. Raises Undecided."""
    with ExitStack() as stack:
        idle: SimpleQueue[_Decider] = SimpleQueue()
        for decider in [stack.enter_context(_Decider(candidate)) for _ in range(processes)]:
            decider.begin()
            idle.put(decider)

        def one(history: History) -> Outcome:
            decider = idle.get()
            try:
                return decider.replay(history)
            finally:
                idle.put(decider)

        threads = stack.enter_context(ThreadPoolExecutor(processes))
        yield from threads.map(one, histories)


class _Decider:
    """One process."""

    def __init__(self, candidate: Candidate) -> None:
        self._candidate = candidate
        self._errors = tempfile.TemporaryFile()  # noqa: SIM115 closed with the process
        self._process = subprocess.Popen(  # noqa: S603 our own interpreter
            candidate.command(), env=candidate.environment(), stdin=subprocess.PIPE, stdout=subprocess.PIPE,
            stderr=self._errors,
        )  # fmt: skip

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._process.kill()
        self._process.communicate()
        self._errors.close()

    def begin(self) -> None:
        """Hands over what it shall decide by; makes sure that it is the code that was asked for."""
        self._tell(self._candidate.setup.model_dump_json())
        check_code(self._candidate.code, Ready.model_validate_json(self._hear()))

    def replay(self, history: History) -> Outcome:
        self._tell(Talk.of(history).model_dump_json())
        while True:
            reply = Reply.model_validate_json(self._hear())
            if reply.replayed:
                return reply.replayed, reply.refused
            ask = self._candidate.answer
            answer: Any = ask(reply.asked) if ask and reply.asked else None
            self._tell(Answered(answer=answer).model_dump_json())

    def _tell(self, line: str) -> None:
        try:
            self._pipe(self._process.stdin).write(line.encode() + b"\n")
            self._pipe(self._process.stdin).flush()
        except BrokenPipeError:
            raise self._broken() from None

    def _hear(self) -> bytes:
        line = self._pipe(self._process.stdout).readline()
        if not line:
            raise self._broken()
        return line

    def _pipe(self, pipe: IO[bytes] | None) -> IO[bytes]:
        assert pipe is not None  # noqa: S101 for the type: both are pipes
        return pipe

    def _broken(self) -> Undecided:
        self._process.wait()
        self._errors.seek(0)
        words = self._errors.read().decode(errors="replace")
        if place := hung_in(words):
            return Undecided(f"a decision does not come to an end: it hangs in {place}")
        lines = words.splitlines()
        return Undecided("\n".join(lines[-_LAST_LINES:]) or f"ended with {self._process.returncode}")
