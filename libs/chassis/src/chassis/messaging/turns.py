"""Turns: many conversations side by side, each strictly in order, and no business ahead of its share.

What fails is tried again before anything else of its conversation, and holds no place meanwhile. If it
goes on failing, that conversation alone is parked.
"""

import asyncio
import time
from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass, field
from functools import partial
from typing import Any, Protocol

from prometheus_client import Counter, Gauge

from chassis.errors import ContractViolation, PermanentError, Unavailable
from chassis.messaging.broker import CONNECTION_ERRORS, given_up_is_an_error
from chassis.messaging.dead_letters import put_aside
from chassis.messaging.dispatch import RETRIES, Dispatcher, outcome_of, read_event
from chassis.messaging.failing import pause_after
from chassis.messaging.fair_queue import FairQueue, Ticket
from chassis.messaging.holding import Holding
from chassis.messaging.publisher import EventPublisher
from chassis.messaging.release import failure_of
from chassis.messaging.topology import LANE_HEADER, PARTITION_HEADER, TENANT_HEADER
from chassis.messaging.waiting_room import WaitingRoom
from chassis.observability.context import handling
from chassis.observability.logging import get_logger
from chassis.pace import Pace
from contracts.envelope import Event
from contracts.lanes import LANES, Lane

PARKED = Counter("bellhop_conversations_parked_total", "Conversations parked", ["reason"])
WAITING = Gauge("bellhop_inbox_waiting", "Events in this replica's hands that wait for their turn", ["lane"])

_BREATH_SECONDS = 1.0

log = get_logger(__name__)


class Source(Protocol):
    """Where deliveries come from and go back to."""

    @property
    def closing(self) -> bool:
        """Whether nothing new of it may begin."""

    def begun(self, task: asyncio.Task[None]) -> None:
        """One of its deliveries is in hand."""

    def settled(self, delivery: "Delivery") -> None:
        """One of its deliveries was handled to its end and acked."""


@dataclass(eq=False)
class Delivery:
    """One message as it came from a partition."""

    source: Source
    body: bytes
    headers: Mapping[str, Any]
    ack: Callable[[], Awaitable[None]]
    tries: int = field(default=0, init=False)

    @property
    def ticket(self) -> Ticket:
        """Whose turn it is. What bears no such headers waits in a line of its own."""
        lane = self.headers.get(LANE_HEADER)
        return Ticket(
            lane=next((one for one in LANES if one == lane), "live"),
            tenant=str(self.headers.get(TENANT_HEADER, "")),
            conversation=str(self.headers.get(PARTITION_HEADER, "")),
        )


class Turns:
    """Gives every conversation its turn. Shared by all partitions of a replica, over reconnects."""

    def __init__(
        self,
        dispatcher: Dispatcher,
        room: WaitingRoom,
        holding: Holding,
        publisher: EventPublisher,
        inbox: str,
        *,
        concurrency: int,
        per_tenant: int,
        part: float,
    ) -> None:
        self._dispatcher = dispatcher
        self._room = room
        self._holding = holding
        self._publisher = publisher
        self._inbox = inbox
        self._queue: FairQueue[Delivery] = FairQueue(concurrency, per_tenant)
        self._pace = Pace(part)
        self._halted = False
        for lane in LANES:
            WAITING.labels(lane).set_function(partial(self._waiting_in, lane))

    def add(self, delivery: Delivery) -> None:
        """Takes one more delivery, in the order in which its partition gives them."""
        ticket = delivery.ticket
        self._pace.came(ticket.tenant, time.monotonic())
        self._queue.add(ticket, delivery)
        self._go_on()

    def _waiting_in(self, lane: Lane) -> int:
        return self._queue.waiting()[lane]

    def forget(self, source: Source) -> None:
        """Drops what waits and came from there. What is in hand is finished."""
        self._queue.forget(lambda delivery: delivery.source is source)

    def _go_on(self) -> None:
        while not self._halted and (taken := self._queue.take()):
            ticket, delivery = taken
            self._keep_pace(ticket.tenant)
            delivery.source.begun(asyncio.create_task(self._turn(ticket, delivery)))

    def _keep_pace(self, tenant: str) -> None:
        if gap := self._pace.begun(tenant, time.monotonic()):
            self._queue.hold(tenant)
            asyncio.get_running_loop().call_later(gap, self._let_go, tenant)

    def _let_go(self, tenant: str) -> None:
        self._queue.let_go(tenant)
        self._go_on()

    async def _turn(self, ticket: Ticket, delivery: Delivery) -> None:
        pause: float | None = None
        began = time.monotonic()
        try:
            with given_up_is_an_error():
                pause = await self._handle(delivery)
                if pause is None:
                    await delivery.ack()
                    delivery.source.settled(delivery)
        except CONNECTION_ERRORS as error:
            # Its channel is gone, so it comes again, and is recognised by its id.
            log.warning("could not ack a message", error=str(error))
        finally:
            now = time.monotonic()
            self._pace.ended(now - began, now, time.process_time())
            self._leave(ticket, delivery, pause)

    def _leave(self, ticket: Ticket, delivery: Delivery, pause: float | None) -> None:
        if pause is None or delivery.source.closing:
            self._queue.done(ticket)
        else:
            self._queue.rest(ticket, delivery)
            asyncio.get_running_loop().call_later(pause, self._wake, ticket)
        self._go_on()

    def _wake(self, ticket: Ticket) -> None:
        self._queue.wake(ticket)
        self._go_on()

    async def _handle(self, delivery: Delivery) -> float | None:
        """Handles one delivery as far as possible now: None, or seconds until its next try."""
        try:
            event = read_event(delivery.body)
        except ContractViolation as error:
            return await self._trying(delivery, self.put_aside(delivery.body, dict(delivery.headers), error))
        with handling(event):
            return await self._trying(delivery, self._admit(event, delivery), event)

    async def _trying(
        self, delivery: Delivery, attempt: Awaitable[None], event: Event[Any] | None = None
    ) -> float | None:
        try:
            await attempt
            return None
        except Exception as error:
            pause = pause_after(error, delivery.tries)
            if pause is None and event:
                return await self._trying(delivery, self._park(event, error))
            delivery.tries += 1
            self._say_again(event, error, pause or _BREATH_SECONDS, delivery.tries)
            if isinstance(error, Unavailable):
                self._halt(pause or _BREATH_SECONDS)
            return pause or _BREATH_SECONDS

    def _halt(self, seconds: float) -> None:
        """Begins nothing for a while: what one event misses, all the others would miss too."""
        if not self._halted:
            self._halted = True
            asyncio.get_running_loop().call_later(seconds, self._resume)

    def _resume(self) -> None:
        self._halted = False
        self._go_on()

    async def _admit(self, event: Event[Any], delivery: Delivery) -> None:
        if not await self._room.admits(event):
            return
        try:
            await self._dispatcher(event)
        except (PermanentError, ContractViolation) as error:
            await self.put_aside(delivery.body, dict(delivery.headers), error)

    async def _park(self, event: Event[Any], error: Exception) -> None:
        log.error("an event keeps failing: its conversation is parked", exc_info=error)
        await self._holding.hold(event, reason="parked", failure=failure_of(error))
        PARKED.labels(outcome_of(error)).inc()

    async def put_aside(self, body: bytes, headers: dict[str, Any], error: Exception) -> None:
        """Among the dead letters of this inbox. Raises Unavailable."""
        try:
            await put_aside(self._publisher, self._inbox, body, headers, error)
        except TimeoutError as late:
            raise Unavailable("RabbitMQ did not take a dead letter in time") from late

    @staticmethod
    def _say_again(event: Event[Any] | None, error: Exception, pause: float, tries: int) -> None:
        away = isinstance(error, Unavailable)  # said without its stack trace: everybody meets it, often
        reason = "unavailable" if away else outcome_of(error)
        RETRIES.labels(event.type if event else "unreadable", reason).inc()
        log.warning(
            "will try again in place", seconds=pause, tries=tries, reason=reason, error=str(error),
            exc_info=None if away else error,
        )  # fmt: skip
