"""Letting go on what has waited: in its own conversation's turn, in order, ahead of all that comes later."""

import asyncio
from collections.abc import Awaitable, Callable, Sequence
from itertools import count
from typing import Any, TypeAlias

from prometheus_client import Counter

from chassis.clock import Clock
from chassis.errors import ContractViolation, PermanentError, Unavailable
from chassis.handling import Publisher, answers
from chassis.messaging.dispatch import outcome_of
from chassis.messaging.failing import pause_after
from chassis.messaging.holding import Failure, Held, Holding
from chassis.messaging.waiting_room import Pauses, WaitingRules
from chassis.observability.context import handling
from chassis.observability.logging import get_logger
from chassis.observability.recent_lines import recent_lines
from contracts import events
from contracts.envelope import Event
from contracts.model import Data
from contracts.operations import (
    Capability,
    ConversationReleased,
    ConversationReleaseRequested,
    WaitingDiscarded,
)

RELEASED = Counter("bellhop_held_events_released_total", "Events handled after they had to wait", ["reason"])

Handle: TypeAlias = Callable[[Event[Any]], Awaitable[None]]
PutAside: TypeAlias = Callable[[bytes, dict[str, Any], Exception], Awaitable[None]]

log = get_logger(__name__)


class Release:
    """Handles conversation-release.requested."""

    def __init__(
        self,
        service: str,
        holding: Holding,
        *,
        pauses: Pauses,
        rules: WaitingRules,
        publisher: Publisher,
        clock: Clock,
    ) -> None:
        self._service = service
        self._holding = holding
        self._pauses = pauses
        self._rules = rules
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
        meant = [held for held in every if _is_meant(held, event)]
        if asked.discard:
            await self._give_up(event, meant)
        else:
            await self._say(event, *[await self._let_go(held, event) for held in meant])

    async def _give_up(self, event: Event[Any], meant: Sequence[Held]) -> None:
        # The record comes first: whoever dies after it finds all still waiting, and says the same again.
        ids = [await self._holding.event_ids(held) for held in meant]
        await self._say(event, *(WaitingDiscarded(service=self._service, event_ids=some) for some in ids))
        for held in meant:
            await self._holding.discard(held)

    async def _say(self, event: Event[Any], *said: Data) -> None:
        await self._publisher.publish(*answers(event, said, source=self._service, clock=self._clock))

    async def _let_go(self, held: Held, asked: Event[ConversationReleaseRequested]) -> Data:
        for event_id in asked.data.without:
            # Whoever asked has recorded that it is given up.
            if (number := await self._holding.number_of(held, event_id)) is not None:
                held = await self._holding.handled(held, number)
        after = await self._go_through(held, asked)
        return ConversationReleased(service=self._service, handled=held.count - after.count, left=after.count)

    async def _go_through(self, held: Held, asked: Event[ConversationReleaseRequested]) -> Held:
        """Until nothing waits, as many as asked were handled, one fails, or the next is paused (again)."""
        most, last = asked.data.most, None
        if most:
            held, last = await self._holding.step(held, asked.id, most)
        while page := await self._holding.waiting(held, limit=most or 100):
            for number, body in page:
                if last is not None and number > last:
                    return held
                event = events.EVENT_MODELS[body["type"]].model_validate(body)
                if stopped := await self._stopped(held, event, asked.data):
                    return stopped
                if failure := await self._one(event):
                    return await self._holding.fails(held, event, failure)
                held = await self._holding.handled(held, number)
                RELEASED.labels(held.reason).inc()
        await self._holding.close(held)
        return held.model_copy(update={"count": 0})

    async def _stopped(
        self, held: Held, event: Event[Any], asked: ConversationReleaseRequested
    ) -> Held | None:
        """What it waits for from now on, if that is paused. A step passes the pause that it is a step of."""
        passed = asked.capability if asked.most else None
        while capability := await self._paused(event, passed):
            held = await self._holding.waits_for(held, capability)
            # Written, then asked again, as in the waiting room: whoever resumes does it the other way round.
            if await self._paused(event, passed) == capability:
                return held
        return None

    async def _paused(self, event: Event[Any], passed: Capability | None) -> Capability | None:
        # Fresh: a view of the time before it was resumed would leave the waiting ones behind for good.
        paused = await self._pauses.paused(event.tenantid, fresh=True)
        return next((one for one in self._rules.capabilities(event) if one in paused and one != passed), None)

    async def _one(self, event: Event[Any]) -> Failure | None:
        """Handles one event; what it failed with after all its tries. Raises Unavailable."""
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
                        return failure_of(error)
                await asyncio.sleep(pause)
        raise AssertionError("unreachable")


def _is_meant(held: Held, event: Event[ConversationReleaseRequested]) -> bool:
    if event.data.most and held.since > event.time:
        return False  # a step that came before: it has been asked for what waited then
    return event.data.capability in (None, held.capability)


def failure_of(error: Exception) -> Failure:
    """What is kept of an error, whose words may be long, and of what the log said on the way there."""
    return Failure(
        outcome=outcome_of(error),
        exception=type(error).__name__,
        error=f"{type(error).__name__}: {error}"[:500],
        lines=recent_lines(),
    )
