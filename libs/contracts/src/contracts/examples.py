"""Examples of every event type, valid and invalid, for the tests of both sides."""

import json
from dataclasses import dataclass
from importlib.resources import files
from typing import Any


@dataclass(frozen=True)
class Invalid:
    """A body that breaks its contract: at which field, and why."""

    body: bytes
    field: str
    why: str


@dataclass(frozen=True)
class Examples:
    """The bodies of one event type, as they would lie in a queue."""

    valid: tuple[bytes, ...]
    invalid: tuple[Invalid, ...]


def examples_of(event_type: str) -> Examples:
    """The examples of an event type. Raises FileNotFoundError if there are none."""
    content = json.loads(files("contracts").joinpath("examples", f"{event_type}.json").read_bytes())
    return Examples(
        valid=tuple(map(_body, content["valid"])),
        invalid=tuple(Invalid(_body(one["event"]), one["field"], one["why"]) for one in content["invalid"]),
    )


def _body(event: dict[str, Any]) -> bytes:
    return json.dumps(event, ensure_ascii=False).encode()
