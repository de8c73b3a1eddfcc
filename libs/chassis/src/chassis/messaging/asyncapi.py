"""AsyncAPI of one service, through FastStream, from the catalogue. Nothing connects anywhere."""

import json
from collections.abc import Awaitable, Callable, Mapping
from inspect import getdoc
from typing import Any, Final

from faststream.rabbit import ExchangeType, RabbitBroker, RabbitExchange, RabbitQueue
from faststream.specification.asyncapi import AsyncAPI

from contracts import channels
from contracts.catalogue import CATALOGUE, KEYED_SERVICES, EventType, consumed_by, publishers_of
from contracts.events import EVENT_MODELS
from contracts.model import Data

_EVENTS: Final = RabbitExchange(channels.EVENTS, type=ExchangeType.TOPIC, durable=True)
_ANY_PARTITION: Final = "{n}"


def asyncapi(service: str, sayings: Mapping[type[Data], str]) -> dict[str, Any]:
    """The document. `sayings` tells what the service does about each event it consumes."""
    broker = RabbitBroker("amqp://rabbitmq:5672/", logger=None)
    for row in consumed_by(service):
        queue, exchange = _place_of(service, row)
        broker.subscriber(queue, exchange, title=row.type)(_handler(row, sayings.get(row.model, "")))
    for row in CATALOGUE:
        # What a service tells itself stands there once, as what it takes: names of channels must differ.
        if service in publishers_of(row) and service not in row.consumers:
            broker.publisher(
                routing_key=row.type, exchange=_EVENTS, persist=True, schema=_message(row), title=row.type,
                description=getdoc(row.model),
            )  # fmt: skip
    return _in_order(AsyncAPI(broker, title=f"Bellhop {service}", version="1").to_specification().to_json())


def _in_order(text: str) -> dict[str, Any]:
    """FastStream keeps subscribers in a set, and names messages with a colon, which AsyncAPI 3 forbids."""
    document = json.loads(text.replace(":SubscribeMessage", ".message").replace(":Message", ".message"))
    for part in (document, document["components"]):
        for name in ("channels", "operations", "messages", "schemas"):
            if name in part:
                part[name] = dict(sorted(part[name].items()))
    return {"asyncapi": document.pop("asyncapi"), **document}


def _place_of(service: str, row: EventType) -> tuple[RabbitQueue, RabbitExchange]:
    if service in KEYED_SERVICES:
        inbox = channels.inbox(service)
        spread = RabbitExchange(inbox, type=ExchangeType.X_CONSISTENT_HASH, durable=True)
        return RabbitQueue(f"{inbox}.{_ANY_PARTITION}", durable=True, routing_key=row.type), spread
    return RabbitQueue(channels.work_queue(service, row.type), durable=True, routing_key=row.type), _EVENTS


def _handler(row: EventType, saying: str) -> Callable[[Any], Awaitable[None]]:
    async def handle(event: Any) -> None:
        """Stands for the service's own handler, which takes any event."""

    handle.__doc__ = f"{getdoc(row.model)}\n\n{saying}".strip()
    handle.__annotations__ = {"event": _message(row), "return": None}
    return handle


def _message(row: EventType) -> type[Any]:
    """The full event under a name that may stand in a document: `Event[…]` may not."""
    return type(f"{row.model.__name__}Event", (EVENT_MODELS[row.type],), {})
