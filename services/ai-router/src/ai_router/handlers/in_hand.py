"""Questions that are being answered, whatever becomes of the deliveries that brought them."""

import asyncio
from collections.abc import Callable, Coroutine
from typing import Any, Self
from uuid import UUID

from contracts.envelope import Event

Said = tuple[Event[Any], ...]


class InHand:
    """When RabbitMQ is lost, its client cancels the handlers, and later every question comes again.

    So an answer goes on without its handler, and a copy waits for it: it is not asked, and paid for, again.
    What is still under way when this is left is broken off.
    """

    def __init__(self) -> None:
        self._answers: dict[UUID, asyncio.Task[Said]] = {}

    async def answer(self, request_id: UUID, begin: Callable[[], Coroutine[Any, Any, Said]]) -> Said:
        """What comes of the answer that is under way, or is begun now."""
        task = self._answers.get(request_id)
        if task is None:
            task = self._answers[request_id] = asyncio.create_task(begin())
            task.add_done_callback(lambda done: self._end(request_id, done))
        return await asyncio.shield(task)

    async def __aenter__(self) -> Self:
        return self

    async def __aexit__(self, *_: object) -> None:
        tasks = list(self._answers.values())
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)

    def _end(self, request_id: UUID, task: asyncio.Task[Said]) -> None:
        del self._answers[request_id]
        if not task.cancelled():
            task.exception()  # seen, even if nobody waits any more: then the next copy begins anew
