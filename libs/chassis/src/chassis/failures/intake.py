"""Taking the dead letters of a service from their queues into its store, where they can be looked at."""

import asyncio
import contextlib
from collections.abc import Awaitable, Callable
from typing import Any, Final

from chassis.clock import Clock
from chassis.failures.dead_letter import read_letter
from chassis.failures.failure import Failure
from chassis.messaging.dead_letter_queues import DeadLetterQueues
from chassis.observability.logging import get_logger

_BREATH_SECONDS: Final = 1.0
_LONGEST_BREATH_SECONDS: Final = 30.0

log = get_logger(__name__)


class DeadLetterIntake:
    """Acks a dead letter when it is saved. What cannot be saved stays unacked in hand and is tried again."""

    def __init__(
        self,
        queues: DeadLetterQueues,
        service: str,
        take_in: Callable[[Failure], Awaitable[None]],
        clock: Clock,
    ) -> None:
        self.name = f"{service} dead letters"
        self._queues = queues
        self._service = service
        self._take_in = take_in
        self._clock = clock
        self._closing = asyncio.Event()

    async def start(self) -> None:
        """Begins to take."""
        await self._queues.start(self._take)

    async def stop(self) -> None:
        """Takes nothing new; what is not saved yet goes back to its queue."""
        self._closing.set()
        await self._queues.stop()

    @property
    def consuming(self) -> bool:
        """Whether it takes from all of its queues."""
        return self._queues.consuming

    async def _take(self, queue: str, body: bytes, headers: dict[str, Any]) -> bool:
        """False: it is time to stop. Giving it back to wait there would spend its deliveries."""
        letter = read_letter(self._service, queue, body, headers, self._clock())
        breath = _BREATH_SECONDS
        while True:
            try:
                await self._take_in(letter)
                return True
            except Exception as error:
                log.error("a dead letter cannot be saved yet", queue=queue, exc_info=error)
            with contextlib.suppress(TimeoutError):
                await asyncio.wait_for(self._closing.wait(), breath)
                return False
            breath = min(2 * breath, _LONGEST_BREATH_SECONDS)
