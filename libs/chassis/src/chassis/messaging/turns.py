"""One conversation after its own order: turns, tries in place, and parking.

What fails is tried again in place, so that nothing of the same conversation overtakes it. If it goes
on failing, that conversation alone is parked.
"""

import asyncio
import contextlib
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any

from prometheus_client import Counter

from chassis.errors import ContractViolation, PermanentError, TransientError
from chassis.messaging.dead_letters import put_aside
from chassis.messaging.dispatch import RETRIES, Dispatcher, outcome_of, read_event
from chassis.messaging.parking import Parking
from chassis.messaging.publisher import EventPublisher
from chassis.observability.context import handling
from chassis.observability.logging import get_logger
from contracts.envelope import Event

PARKED = Counter("bellhop_conversations_parked_total", "Conversations parked", ["reason"])

log = get_logger(__name__)

TRANSIENT_PATIENCE = (0.1, 0.2, 0.5, 1.0, 2.0, 5.0, 10.0, 10.0, 15.0, 15.0, 15.0, 15.0, 15.0, 15.0)
"""Seconds between tries while something we depend on is away: about two minutes in all."""

BUG_PATIENCE = (0.1, 0.5, 2.0)
"""Seconds between tries of what fails for a reason of its own."""

_LONGEST_PAUSE = 60.0


class Turns:
    """Gives every conversation its turn. Shared by all partitions of a replica, over reconnects."""

    def __init__(
        self,
        dispatcher: Dispatcher,
        parking: Parking,
        publisher: EventPublisher,
        inbox: str,
        concurrency: int,
    ) -> None:
        self._dispatcher = dispatcher
        self._parking = parking
        self._publisher = publisher
        self._inbox = inbox
        self._places = asyncio.Semaphore(concurrency)
        self._locks: dict[str, tuple[asyncio.Lock, int]] = {}

    @asynccontextmanager
    async def of(self, key: str) -> AsyncIterator[None]:
        """The turn of one conversation; first come, first served."""
        lock, waiting = self._locks.get(key, (asyncio.Lock(), 0))
        self._locks[key] = (lock, waiting + 1)
        try:
            async with lock:
                yield
        finally:
            lock, waiting = self._locks[key]
            if waiting == 1:
                del self._locks[key]
            else:
                self._locks[key] = (lock, waiting - 1)

    async def handle(self, body: bytes, headers: dict[str, Any], closing: asyncio.Event) -> bool:
        """Handles one delivery to its end. False: `closing` came first, it shall go back to the queue."""
        try:
            event = read_event(body)
        except ContractViolation as error:
            await put_aside(self._publisher, self._inbox, body, headers, error)
            return True
        with handling(event):
            tries = 0
            while failure := await self._try(event, body, headers):
                pause = _pause(failure, tries)
                if pause is None:
                    await self._park(event, failure)
                    break
                tries += 1
                RETRIES.labels(event.type, outcome_of(failure)).inc()
                log.warning("will try again in place", seconds=pause, tries=tries, exc_info=failure)
                if await _happens(closing, within=pause):
                    return False
            return True

    async def _try(self, event: Event[Any], body: bytes, headers: dict[str, Any]) -> Exception | None:
        async with self._places:
            try:
                if await self._parking.holds(event):
                    await self._parking.park(event, None)
                    log.warning("waits behind its parked conversation")
                else:
                    await self._dispatcher(event)
            except (PermanentError, ContractViolation) as error:
                await put_aside(self._publisher, self._inbox, body, headers, error)
            except Exception as error:
                return error
            return None

    async def _park(self, event: Event[Any], error: Exception) -> None:
        await self._parking.park(event, error)
        PARKED.labels(outcome_of(error)).inc()
        log.error("conversation parked: one of its events keeps failing", exc_info=error)


async def _happens(event: asyncio.Event, within: float) -> bool:
    with contextlib.suppress(TimeoutError):
        await asyncio.wait_for(event.wait(), within)
    return event.is_set()


def _pause(error: Exception, tries: int) -> float | None:
    """Seconds until the next try after `tries` others; None when there shall be none."""
    patience = TRANSIENT_PATIENCE if isinstance(error, TransientError) else BUG_PATIENCE
    if tries >= len(patience):
        return None
    asked = error.retry_after if isinstance(error, TransientError) else None
    return max(patience[tries], min(asked or 0.0, _LONGEST_PAUSE))
