"""AsyncAPI of every service, in the words of its own handlers."""

import asyncio
import inspect
from importlib import import_module
from typing import Any, Final

import yaml
from redis.asyncio import Redis

from chassis.clock import utc_now
from chassis.failures.jobs import Jobs
from chassis.messaging.asyncapi import asyncapi
from chassis.messaging.broker import build_broker
from chassis.messaging.publisher import EventPublisher
from chassis.messaging.release import Release
from chassis.messaging.repartition import Repartition
from chassis.messaging.resuming import Resuming
from chassis.sealing import SealedBox
from chassis.service import Parts
from chassis.settings import ServiceSettings
from chassis.storage import open_store
from contracts.catalogue import CATALOGUE, consumed_by, publishers_of
from contracts.model import Data
from contracts.operations import (
    CapabilityPaused,
    CapabilityResumed,
    CapabilityStepped,
    ConversationReleaseRequested,
    FailureJobRequested,
    PartitionsChangeRequested,
)

SERVICES: Final = tuple(sorted({name for row in CATALOGUE for name in publishers_of(row)}))
WORKERS: Final = tuple(sorted({name for row in CATALOGUE for name in row.consumers}))

_OF_THE_CHASSIS: Final[dict[type[Data], object]] = {
    CapabilityPaused: Resuming.on_paused,
    CapabilityResumed: Resuming.on_resumed,
    CapabilityStepped: Resuming.on_stepped,
    ConversationReleaseRequested: Release.on_requested,
    FailureJobRequested: Jobs.on_requested,
    PartitionsChangeRequested: Repartition.on_change_requested,
}
"""What every service does alike about what operators ask."""


def asyncapi_documents() -> dict[str, str]:
    """The document of each service by its path."""
    sayings = {name: asyncio.run(sayings_of(name)) for name in WORKERS}
    return {f"docs/asyncapi/{name}.yaml": _yaml(asyncapi(name, sayings.get(name, {}))) for name in SERVICES}


async def sayings_of(service: str) -> dict[type[Data], str]:
    """What a service does about each event it consumes: the first words of whatever it wires to it."""
    main = import_module(f"{service.replace('-', '_')}.main")
    async with main.wire(_unopened_parts(service, main.settings)) as wiring:
        handlers: dict[type[Data], object] = {**_OF_THE_CHASSIS, **wiring.handlers}
    consumed = [row.model for row in consumed_by(service)]
    docstrings = {model: inspect.getdoc(handlers.get(model)) or "" for model in consumed}
    return {model: text.split("\n\n")[0] for model, text in docstrings.items()}


class _Dumper(yaml.SafeDumper):
    """Writes a text of several lines as such."""


_Dumper.add_representer(
    str,
    lambda dumper, text: dumper.represent_scalar(
        "tag:yaml.org,2002:str", text, style="|" if "\n" in text else None
    ),
)


def _yaml(document: dict[str, Any]) -> str:
    return str(yaml.dump(document, Dumper=_Dumper, sort_keys=False, allow_unicode=True, width=110))


def _unopened_parts(service: str, settings: ServiceSettings) -> Parts:
    """Parts as the chassis hands them to a service, none of which is opened or connected."""
    return Parts(
        settings=settings,
        store=open_store("sqlite:///nowhere", service),
        redis=Redis(),
        publisher=EventPublisher(build_broker("amqp://rabbitmq/", service, 1)),
        clock=utc_now,
        box=SealedBox(settings.sealing_key.get_secret_value()),
    )
