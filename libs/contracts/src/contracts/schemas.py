"""JSON Schemas of all events, as they are committed and published."""

from typing import Any

from contracts.catalogue import CATALOGUE
from contracts.envelope import schema_of
from contracts.events import EVENT_MODELS

Schema = dict[str, Any]


def event_schemas() -> dict[str, Schema]:
    """The JSON Schema (2020-12) of every event type, envelope and data, by its type."""
    return {row.type: _event_schema(row.type) for row in CATALOGUE}


def _event_schema(event_type: str) -> Schema:
    schema = EVENT_MODELS[event_type].model_json_schema()
    schema["properties"]["type"]["const"] = event_type
    return {"$id": schema_of(event_type), **schema}
