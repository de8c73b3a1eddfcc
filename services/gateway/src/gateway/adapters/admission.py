"""The door of the gateway: counts what is in hand, and turns away what would be too much."""

import time
from collections import Counter as Tally
from collections.abc import AsyncIterator, Iterator
from contextlib import AsyncExitStack, asynccontextmanager, contextmanager
from typing import Final

from prometheus_client import Counter, Gauge

from chassis.errors import TransientError
from chassis.http.problems import Problem
from chassis.messaging.backlog import Backlog
from gateway.adapters.broker_watch import BrokerWatch
from gateway.adapters.tenant_turns import Crowded, TenantTurns
from gateway.domain.admission import RETRY_AFTER, Kind, Limits, Pressure, Shed, shed
from gateway.settings import GatewaySettings

SHED = Counter("bellhop_ingress_shed_total", "Requests turned away with 503", ["reason"])
IN_HAND = Gauge("bellhop_requests_in_hand", "Requests that are being answered", ["kind"])
WAITING = Gauge("bellhop_ingress_backlog", "Events that wait in the inbox of the conversations")

_LATELY_SECONDS: Final = 1.0


class TurnedAway(TransientError):
    """Too much is in hand, or what comes in could not go on. The sender shall come again."""

    def __init__(self, reason: Shed) -> None:
        super().__init__(f"turned away: {reason}", retry_after=RETRY_AFTER[reason])
        self.reason = reason

    def problem(self) -> Problem:
        """What the sender is told."""
        wait = RETRY_AFTER[self.reason]
        return Problem(503, "Try again shortly", headers={"Retry-After": str(wait)}, reason=self.reason)


class Admission:
    """The places of one process."""

    def __init__(self, limits: Limits, turns: TenantTurns, watch: BrokerWatch, backlog: Backlog) -> None:
        self._limits = limits
        self.turns = turns
        self.watch = watch
        self.backlog = backlog
        self._requests: Tally[Kind] = Tally()
        self._bytes = 0
        self._latest = -_LATELY_SECONDS

    @property
    def busy(self) -> bool:
        """Whether requests came in lately."""
        return time.monotonic() - self._latest < _LATELY_SECONDS

    @contextmanager
    def place(self, kind: Kind, body_bytes: int = 0) -> Iterator[None]:
        """A place for one request while it is answered. Raises TurnedAway."""
        self._latest = time.monotonic()
        self._admit(kind, body_bytes)
        self._requests[kind] += 1
        self._bytes += body_bytes
        IN_HAND.labels(kind).set(self._requests[kind])
        try:
            yield
        finally:
            self._requests[kind] -= 1
            self._bytes -= body_bytes
            IN_HAND.labels(kind).set(self._requests[kind])

    @asynccontextmanager
    async def turn(self, tenant: str) -> AsyncIterator[None]:
        """This tenant's turn to be worked on. Raises TurnedAway."""
        async with AsyncExitStack() as turn:
            try:
                await turn.enter_async_context(self.turns.turn(tenant))
            except Crowded as error:
                raise TurnedAway(Shed.TENANT) from error
            if not self.watch.confirms:  # it went away meanwhile
                raise TurnedAway(Shed.BROKER)
            yield

    def _admit(self, kind: Kind, body_bytes: int) -> None:
        pressure = Pressure(
            self._requests[kind], self._bytes + body_bytes, self.watch.confirms, self.backlog.waiting
        )
        if reason := shed(kind, pressure, self._limits):
            raise TurnedAway(reason)


def admission_of(settings: GatewaySettings, watch: BrokerWatch, backlog: Backlog) -> Admission:
    """The door as the settings want it."""
    limits = Limits(settings.requests_in_hand, settings.bodies_in_hand, settings.backlog_limit)
    turns = TenantTurns(
        settings.tenant_at_once, settings.tenant_waiting, settings.tenant_patience, settings.tenant_part
    )
    WAITING.set_function(lambda: backlog.waiting)
    return Admission(limits, turns, watch, backlog)
