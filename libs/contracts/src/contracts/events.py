"""Making and reading events. Publishers give data; type, schema and ids follow from it."""

from datetime import datetime
from typing import Any
from uuid import UUID

from pydantic import ValidationError
from pydantic_core import from_json

from contracts.catalogue import CATALOGUE, UnknownEventType, row_of, type_of
from contracts.envelope import Event, derived_id, schema_of
from contracts.model import Data

EVENT_MODELS: dict[str, type[Event[Any]]] = {
    row.type: Event[row.model]  # type: ignore[name-defined]
    for row in CATALOGUE
}
"""The full model, envelope and data, of every event type."""


def first(
    data: Data,
    *,
    event_id: UUID,
    source: str,
    tenant: str,
    partition: str,
    time: datetime,
    traceparent: str | None = None,
) -> Event[Any]:
    """An event nothing of ours has caused: it opens a new correlation, which bears its id."""
    return _event(
        data, id=event_id, source=source, tenantid=tenant, partitionkey=partition, time=time,
        correlationid=event_id, traceparent=traceparent,
    )  # fmt: skip


def caused(
    cause: Event[Any],
    n: int,
    data: Data,
    *,
    source: str,
    time: datetime,
    partition: str | None = None,
) -> Event[Any]:
    """The n-th event that `cause` caused. It has the same id however often it is made."""
    return _event(
        data, id=derived_id(cause.id, n), source=source, tenantid=cause.tenantid,
        partitionkey=partition or cause.partitionkey, time=time,
        correlationid=cause.correlationid, causationid=cause.id, traceparent=cause.traceparent,
    )  # fmt: skip


def _event(data: Data, **attributes: Any) -> Event[Any]:
    event_type = type_of(data)
    return EVENT_MODELS[event_type](
        type=event_type, dataschema=schema_of(event_type), data=data, **attributes
    )


class MalformedEvent(ValueError):
    """A body that is no event of the catalogue, or breaks its contract."""


def read(body: bytes) -> Event[Any]:
    """The event in a JSON body. Raises MalformedEvent."""
    try:
        content = from_json(body)
        return EVENT_MODELS[row_of(content["type"]).type].model_validate(content)
    except KeyError as error:
        raise MalformedEvent("type: Field required") from error
    except (ValueError, TypeError, UnknownEventType) as error:
        raise MalformedEvent(_first_line(error)) from error


def _first_line(error: Exception) -> str:
    if isinstance(error, ValidationError):
        first_error = error.errors(include_input=False, include_url=False)[0]
        return f"{'.'.join(map(str, first_error['loc']))}: {first_error['msg']}"
    return str(error) or type(error).__name__
