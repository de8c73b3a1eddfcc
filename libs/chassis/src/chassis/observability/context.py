"""What is being handled right now, so that every log line and every span says it."""

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from contextvars import ContextVar
from datetime import datetime
from typing import Any

from structlog.contextvars import bind_contextvars, bound_contextvars

from chassis.clock import utc_now
from chassis.observability.recent_lines import remembering
from contracts.envelope import Event

_taken_at: ContextVar[datetime | None] = ContextVar("taken_at", default=None)
_redriven_from: ContextVar[datetime | None] = ContextVar("redriven_from", default=None)


@contextmanager
def handling(event: Event[Any]) -> Iterator[None]:
    """Binds the ids of `event` to every log line inside; remembers the last lines, and when it began."""
    token = _redriven_from.set(event.redrivenfrom)
    try:
        with bound_contextvars(**_ids(event)), remembering(), taken_up():
            yield
    finally:
        _redriven_from.reset(token)


@contextmanager
def taken_up() -> Iterator[None]:
    """What is published inside was begun now: an event or a request was taken up."""
    token = _taken_at.set(utc_now())
    try:
        yield
    finally:
        _taken_at.reset(token)


def taken_at() -> datetime | None:
    """When what is being handled was taken up; None outside of any such work."""
    return _taken_at.get()


def redriven_from() -> datetime | None:
    """See Event.redrivenfrom: that of what is being handled; None outside of any such work."""
    return _redriven_from.get()


def about(tenant: str, arrived: Sequence[Event[Any]]) -> None:
    """Binds whose request it is to its further log lines; and the ids of what it brought, if just one."""
    bind_contextvars(tenant_id=tenant)
    if len(arrived) == 1:
        bind_contextvars(**_ids(arrived[0]))


def _ids(event: Event[Any]) -> dict[str, str | None]:
    return {
        "event_id": str(event.id),
        "event_type": event.type,
        "correlation_id": str(event.correlationid),
        "tenant_id": event.tenantid,
        "causation_id": str(event.causationid) if event.causationid else None,
        "conversation_id": event.partitionkey,
        # Inside a span the line tells that one's trace; a retry is spoken of outside of it.
        "trace_id": event.traceparent.split("-")[1] if event.traceparent else None,
    }


def attributes_of(event: Event[Any]) -> dict[str, str]:
    """What a span says of the event it is about."""
    return {
        "messaging.system": "rabbitmq",
        "messaging.message.id": str(event.id),
        "bellhop.event.type": event.type,
        "bellhop.tenant": event.tenantid,
        "bellhop.correlation_id": str(event.correlationid),
    }
