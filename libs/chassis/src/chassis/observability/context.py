"""What is being handled right now, so that every log line says it."""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from structlog.contextvars import bound_contextvars

from contracts.envelope import Event


@contextmanager
def handling(event: Event[Any]) -> Iterator[None]:
    """Binds the ids of `event` to every log line inside."""
    with bound_contextvars(
        event_id=str(event.id),
        event_type=event.type,
        correlation_id=str(event.correlationid),
        causation_id=str(event.causationid) if event.causationid else None,
        tenant_id=event.tenantid,
        conversation_id=event.partitionkey,
    ):
        yield
