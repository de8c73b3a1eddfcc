"""What is being handled right now, so that every log line and every span says it."""

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from typing import Any

from structlog.contextvars import bind_contextvars, bound_contextvars

from chassis.observability.recent_lines import remembering
from contracts.envelope import Event


@contextmanager
def handling(event: Event[Any]) -> Iterator[None]:
    """Binds the ids of `event` to every log line inside, and remembers the last lines."""
    with bound_contextvars(**_ids(event)), remembering():
        yield


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
