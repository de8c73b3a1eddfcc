"""The running stack's end of the control socket."""

import asyncio
import os
import socket
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, suppress
from pathlib import Path
from typing import cast

from pydantic import ValidationError

from ops.up.control import NAME, PATIENCE, Answer, Progress, Request, address
from ops.up.replicas import Step, Unfit
from ops.up.scaling import NotReady, restart, scale
from ops.up.stack import CannotStart, Stack


@asynccontextmanager
async def control_of(stack: Stack) -> AsyncIterator[None]:
    """Takes orders as long as it is open. Raises ControlFailed where no socket can be."""
    orders = _Orders(stack)
    server = await asyncio.start_unix_server(orders.take, sock=_listening(stack.layout.data_dir))
    try:
        yield
    finally:
        server.close()
        await orders.drop()
        (stack.layout.data_dir / NAME).unlink(missing_ok=True)


class _Orders:
    """One order at a time: two that change the same service would undo each other's work."""

    def __init__(self, stack: Stack) -> None:
        self._stack = stack
        self._turn = asyncio.Lock()
        self._tasks: set[asyncio.Task[None]] = set()

    async def take(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        """An order is carried out even when who gave it hangs up."""
        task = cast("asyncio.Task[None]", asyncio.current_task())
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)
        with suppress(OSError):
            _say(writer, await self._answer(await reader.readline(), writer))
            await writer.drain()
        writer.close()

    async def drop(self) -> None:
        """Gives up what is being done."""
        tasks = list(self._tasks)
        for one in tasks:
            one.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)

    async def _answer(self, line: bytes, writer: asyncio.StreamWriter) -> Answer:
        try:
            request = Request.model_validate_json(line)
            async with self._in_turn(writer):
                await self._carry_out(request, writer)
        except (Unfit, NotReady, CannotStart) as problem:
            return Answer(problem=str(problem))
        except ValidationError:
            return Answer(problem="not understood: the running Bellhop is of another version")
        return Answer()

    @asynccontextmanager
    async def _in_turn(self, writer: asyncio.StreamWriter) -> AsyncIterator[None]:
        telling = asyncio.create_task(_tell_that_it_waits(writer)) if self._turn.locked() else None
        try:
            await self._turn.acquire()
        finally:
            if telling:
                telling.cancel()
        try:
            yield
        finally:
            self._turn.release()

    async def _carry_out(self, request: Request, writer: asyncio.StreamWriter) -> None:
        def told(replica: str, step: Step) -> None:
            _say(writer, Answer(progress=Progress(replica=replica, step=step)))

        await scale(self._stack, request.scale, told)
        if request.restart:
            await restart(self._stack, request.restart, told)


async def _tell_that_it_waits(writer: asyncio.StreamWriter) -> None:
    """Again and again: who hears nothing for long takes it that nothing happens."""
    while True:
        _say(writer, Answer(progress=Progress(step="waiting")))
        await asyncio.sleep(PATIENCE / 10)


def _say(writer: asyncio.StreamWriter, answer: Answer) -> None:
    if not writer.is_closing():
        writer.write(answer.model_dump_json(exclude_none=True).encode() + b"\n")


def _listening(data_dir: Path) -> socket.socket:
    """For this user alone: who may write to the socket may stop and start services."""
    listener = socket.socket(socket.AF_UNIX)
    (data_dir / NAME).unlink(missing_ok=True)
    before = os.umask(0o177)
    try:
        with address(data_dir) as where:
            listener.bind(where)
    finally:
        os.umask(before)
    listener.listen()
    return listener
