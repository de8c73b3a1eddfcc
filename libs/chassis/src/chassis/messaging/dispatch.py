"""From the bytes of a delivery to the handler of its event, the same way for every kind of queue."""

import time
from collections.abc import Awaitable, Callable, Mapping
from typing import Any

from opentelemetry.trace import SpanKind
from prometheus_client import Counter, Histogram

from chassis.clock import utc_now
from chassis.errors import ContractViolation, PermanentError, TransientError
from chassis.observability.context import attributes_of
from chassis.observability.logging import get_logger
from chassis.observability.tracing import span
from contracts import events
from contracts.catalogue import consumed_by, type_of
from contracts.envelope import Event
from contracts.model import Data

Handler = Callable[[Event[Any]], Awaitable[None]]

HANDLED = Counter(
    "bellhop_events_handled_total", "Tries at events by what became of them", ["type", "outcome"]
)
RETRIES = Counter("bellhop_event_retries_total", "Events to be tried again", ["type", "reason"])
SECONDS = Histogram("bellhop_event_handling_seconds", "How long handlers take", ["type"])
AGE = Histogram(
    "bellhop_event_age_seconds",
    "From when an event happened to when its handling began",
    ["type"],
    buckets=(0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30, 60, 300, 3600),
)

log = get_logger(__name__)


class Dispatcher:
    """Knows the handler of every event type that a service consumes."""

    def __init__(self, service: str, handlers: Mapping[type[Data], Handler]) -> None:
        self._handlers = {type_of(model): handler for model, handler in handlers.items()}
        expected = {row.type for row in consumed_by(service)}
        if expected != set(self._handlers):
            odd = ", ".join(sorted(expected ^ set(self._handlers)))
            raise ValueError(f"the handlers of {service} and the catalogue differ in: {odd}")

    async def __call__(self, event: Event[Any]) -> None:
        """Handles one event; errors pass through to whoever decides on trying again."""
        if event.redrivenfrom is None:  # else its age says nothing of how late we are
            AGE.labels(event.type).observe(max(0.0, (utc_now() - event.time).total_seconds()))
        started = time.perf_counter()
        with span(f"process {event.type}", SpanKind.CONSUMER, event.traceparent, attributes_of(event)):
            try:
                await self._handlers[event.type](event)
            except Exception as error:
                HANDLED.labels(event.type, outcome_of(error)).inc()
                raise
        SECONDS.labels(event.type).observe(time.perf_counter() - started)
        HANDLED.labels(event.type, "done").inc()
        log.info("handled", seconds=round(time.perf_counter() - started, 4))


def read_event(body: bytes) -> Event[Any]:
    """The event in a delivery. Raises ContractViolation."""
    try:
        return events.read(body)
    except events.MalformedEvent as error:
        raise ContractViolation(str(error)) from error


def outcome_of(error: BaseException) -> str:
    """One word for an error: why a message is retried or lies among the dead letters."""
    match error:
        case TransientError():
            return "transient"
        case ContractViolation():
            return "contract"
        case PermanentError():
            return "permanent"
        case _:
            return "bug"
