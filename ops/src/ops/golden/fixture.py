"""The file of a golden conversation: what was handled in its order, and what was said each time.

One JSON file, made to be read and compared line by line: no trace ids, no times of publishing, no field that
holds nothing. What can be derived from an event's cause is left out.
"""

import json
from collections.abc import Iterable, Iterator
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any, Final, Self
from uuid import UUID

from contracts.catalogue import row_of
from contracts.envelope import Event, derived_id, schema_of
from contracts.events import EVENT_MODELS, caused
from contracts.messages import MessageReceived
from contracts.tenants import TenantConfig
from ops.replay.history import SPEAKER, History

SUFFIX: Final = ".json"
_DECIDED: Final = "turn.decided.v1"


class NoFixture(ValueError):
    """A file that holds no golden conversation; the text says what is wrong with it."""


@dataclass(frozen=True)
class Meta:
    """What the conversation is about. `bellhop` is the version that recorded it."""

    name: str
    language: str
    tenant: str
    bellhop: str
    note: str = ""


@dataclass(frozen=True)
class Fixture:
    """A golden conversation."""

    meta: Meta
    history: History

    def written(self) -> str:
        """The text of its file."""
        history = self.history
        content = {
            "meta": asdict(self.meta),
            "conversation": history.conversation,
            "turns": [_turn(event, history.said(event.id)) for event in history.handled],
            "configurations": {
                str(version): _shown(config) for version, config in sorted(history.configs.items())
            },
        }
        return json.dumps(content, ensure_ascii=False, indent=2) + "\n"

    @classmethod
    def read(cls, text: str) -> Self:
        """Raises NoFixture."""
        try:
            content = json.loads(text)
            meta = Meta(**content["meta"])
            configs = {
                int(version): TenantConfig.model_validate(one)
                for version, one in content["configurations"].items()
            }
            events = tuple(_events(content["turns"], meta.tenant, content["conversation"]))
        except (ValueError, TypeError, LookupError, AttributeError) as problem:
            raise NoFixture(f"{type(problem).__name__}: {str(problem).splitlines()[0]}") from problem
        return cls(meta, History(meta.tenant, content["conversation"], events, configs))


def load(path: Path) -> Fixture:
    """Reads a fixture's file. Raises NoFixture and OSError."""
    try:
        return Fixture.read(path.read_text("utf-8"))
    except NoFixture as problem:
        raise NoFixture(f"{path}: {problem}") from problem


def title(event: Event[Any]) -> str:
    """What was handled, in a few words: what the customer wrote, or what happened."""
    if isinstance(event.data, MessageReceived):
        return event.data.personal.text or event.data.personal.choice or event.data.kind
    return event.type.rpartition(".")[0]


def _shown(data: Any) -> dict[str, Any]:
    shown: dict[str, Any] = data.model_dump(mode="json", exclude_none=True)
    return shown


def _turn(handled: Event[Any], said: Iterable[Event[Any]]) -> dict[str, Any]:
    heard = {
        "type": handled.type,
        "time": handled.time.isoformat().replace("+00:00", "Z"),
        "source": handled.source,
        "id": str(handled.id),
        **({"causationid": str(handled.causationid)} if handled.causationid else {}),
        "data": _shown(handled.data),
    }
    facts = [_fact(handled, n, one) for n, one in enumerate(said)]
    decided = [one["data"] for one in facts if one["type"] == _DECIDED]
    others = [one for one in facts if one["type"] != _DECIDED]
    return {"handled": heard, "decided": decided[0], "said": others}


def _fact(handled: Event[Any], n: int, one: Event[Any]) -> dict[str, Any]:
    elsewhere = {} if one.id == derived_id(handled.id, n) else {"id": str(one.id)}
    return {"type": one.type, **elsewhere, "data": _shown(one.data)}


def _events(turns: Iterable[dict[str, Any]], tenant: str, conversation: str) -> Iterator[Event[Any]]:
    correlations: dict[UUID, UUID] = {}
    for turn in turns:
        handled = _handled(turn["handled"], tenant, conversation, correlations)
        said = [*turn["said"], {"type": _DECIDED, "data": turn["decided"]}]
        events = (handled, *(_caused(handled, n, one) for n, one in enumerate(said)))
        correlations.update((one.id, one.correlationid) for one in events)
        yield from events


def _handled(
    written: dict[str, Any], tenant: str, conversation: str, correlations: dict[UUID, UUID]
) -> Event[Any]:
    event_id, cause = UUID(written["id"]), written.get("causationid")
    correlation = correlations.get(UUID(cause), UUID(cause)) if cause else event_id
    envelope = {
        "tenantid": tenant,
        "partitionkey": conversation,
        "correlationid": correlation,
        "dataschema": schema_of(written["type"]),
    }
    return EVENT_MODELS[row_of(written["type"]).type].model_validate(written | envelope)


def _caused(handled: Event[Any], n: int, written: dict[str, Any]) -> Event[Any]:
    data = row_of(written["type"]).model.model_validate(written["data"])
    event = caused(handled, n, data, source=SPEAKER, time=handled.time)
    return event.model_copy(update={"id": UUID(written["id"])}) if "id" in written else event
