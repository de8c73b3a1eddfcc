"""Letting go on what has waited: in its own conversation's turn, in order, ahead of all that comes later."""

import asyncio
from collections.abc import Awaitable, Callable
from itertools import count
from typing import Any, TypeAlias

from prometheus_client import Counter

from chassis.clock import Clock
from chassis.errors import ContractViolation, PermanentError, Unavailable
from chassis.handling import Publisher, answers
from chassis.messaging.dispatch import outcome_of
from chassis.messaging.failing import pause_after
from chassis.messaging.holding import Failure, Held, Holding
from chassis.messaging.waiting_room import Pauses
from chassis.observability.context import handling
from chassis.observability.logging import get_logger
from contracts import events
from contracts.envelope import Event
from contracts.model import Data
from contracts.operations import ConversationReleased, ConversationReleaseRequested, WaitingDiscarded

RELEASED = Counter("bellhop_held_events_released_total", "Events handled after they had to wait", ["reason"])

Handle: TypeAlias = Callable[[Event[Any]], Awaitable[None]]
PutAside: TypeAlias = Callable[[bytes, dict[str, Any], Exception], Awaitable[None]]

log = get_logger(__name__)


class Release:
    """Handles conversation-release.requested."""

    def __init__(
        self, service: str, holding: Holding, pauses: Pauses, publisher: Publisher, clock: Clock
    ) -> None:
        self._service = service
        self._holding = holding
        self._pauses = pauses
        self._publisher = publisher
        self._clock = clock
        self._handle: Handle
        self._put_aside: PutAside

    def by(self, handle: Handle, put_aside: PutAside) -> None:
        """Who handles what is released, and who takes what can never be handled."""
        self._handle, self._put_aside = handle, put_aside

    async def on_requested(self, event: Event[ConversationReleaseRequested]) -> None:
        """Handle what waits in a conversation, in order; what fails again goes on waiting with the rest."""
        asked = event.data
        if asked.service != self._service:
            return
        every = await self._holding.all_of(event.tenantid, event.partitionkey)
        meant = [held for held in every if asked.capability in (None, held.capability)]
        said = [await (self._give_up(held) if asked.discard else self._let_go(held, asked)) for held in meant]
        await self._publisher.publish(*answers(event, tuple(said), source=self._service, clock=self._clock))

    async def _give_up(self, held: Held) -> Data:
        return WaitingDiscarded(service=self._service, event_ids=await self._holding.discard(held))

    async def _let_go(self, held: Held, asked: ConversationReleaseRequested) -> Data:
        after = await self._go_through(held, asked.most)
        return ConversationReleased(service=self._service, handled=held.count - after.count, left=after.count)

    async def _go_through(self, held: Held, most: int | None) -> Held:
        """Until nothing waits, `most` were handled, one fails, or its capability is paused (again)."""
        handled = 0
        while page := await self._holding.waiting(held, limit=most or 100):
            for number, body in page:
                if handled == most or (most is None and await self._paused(held)):
                    return held
                if failure := await self._one(body):
                    return await self._holding.fails(held, *failure)
                held = await self._holding.handled(held, number)
                handled += 1
                RELEASED.labels(held.reason).inc()
        await self._holding.close(held)
        return held.model_copy(update={"count": 0})

    async def _paused(self, held: Held) -> bool:
        # Fresh: a view of the time before it was resumed would leave the waiting ones behind for good.
        return held.capability is not None and held.capability in await self._pauses.paused(
            held.tenant, fresh=True
        )

    async def _one(self, body: dict[str, Any]) -> tuple[Event[Any], Failure] | None:
        """Handles one event; what it failed with after all its tries. Raises Unavailable."""
        event = events.EVENT_MODELS[body["type"]].model_validate(body)
        with handling(event):
            for tries in count():
                try:
                    await self._handle(event)
                    return None
                except Unavailable:
                    raise
                except (PermanentError, ContractViolation) as error:
                    await self._put_aside(event.model_dump_json().encode(), {}, error)
                    return None
                except Exception as error:
                    pause = pause_after(error, tries)
                    if pause is None:
                        log.error("fails again and goes on waiting", exc_info=error)
                        return event, failure_of(error)
                await asyncio.sleep(pause)
        raise AssertionError("unreachable")


def failure_of(error: Exception) -> Failure:
    """What is kept of an error. Its words may be long; a stack trace is in the log."""
    return Failure(
        outcome=outcome_of(error),
        exception=type(error).__name__,
        error=f"{type(error).__name__}: {error}"[:500],
    )
