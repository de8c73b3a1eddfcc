"""All consumers of one service, from the catalogue and its handlers."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Protocol

from faststream.rabbit import RabbitBroker
from redis.asyncio import Redis

from chassis.clock import Clock
from chassis.messaging.dispatch import Dispatcher, Handler
from chassis.messaging.holding import Holding
from chassis.messaging.keyed_inbox import KeyedInbox
from chassis.messaging.layouts import Layouts
from chassis.messaging.membership import Membership
from chassis.messaging.own_partitions import OwnPartitions
from chassis.messaging.publisher import EventPublisher
from chassis.messaging.release import Release
from chassis.messaging.repartition import Repartition
from chassis.messaging.resuming import Resuming
from chassis.messaging.turns import Turns
from chassis.messaging.waiting_room import WaitingRoom, WaitingRules
from chassis.messaging.work_queues import WorkQueue
from chassis.pauses import Pauses
from chassis.settings import ServiceSettings
from chassis.storage import Store
from contracts import channels
from contracts.catalogue import KEYED_SERVICES, consumed_by
from contracts.model import Data
from contracts.operations import (
    ConversationReleaseRequested,
)


class Consumer(Protocol):
    """Something that takes events and can stop without losing or doubling one."""

    name: str

    async def start(self) -> None:
        """Begins to take."""

    async def stop(self) -> None:
        """Takes nothing new and finishes what is in hand."""

    @property
    def consuming(self) -> bool:
        """Whether it takes right now."""


def build_consumers(
    service: str,
    handlers: Mapping[type[Data], Handler],
    settings: ServiceSettings,
    *,
    broker: RabbitBroker,
    publisher: EventPublisher,
    redis: Redis,
    store: Store,
    clock: Clock,
    replica: str,
    rules: WaitingRules = WaitingRules(),  # noqa: B008 - immutable
    own: Mapping[type[Data], Handler] | None = None,
) -> list[Consumer]:
    """The keyed inbox of a keyed service, or one work queue per event type of any other.

    `own` are handlers of the chassis itself, for what operators ask of every service alike.
    """
    consumed = {row.model for row in consumed_by(service)}
    mine = {model: handler for model, handler in (own or {}).items() if model in consumed}
    parts = _Parts(service, settings, publisher, store, clock)
    if service in KEYED_SERVICES:
        return _keyed_inbox(parts, {**handlers, **mine}, rules, Membership(redis, service, replica))
    return _work_queues(parts, {**handlers, **mine}, broker)


@dataclass(frozen=True)
class _Parts:
    service: str
    settings: ServiceSettings
    publisher: EventPublisher
    store: Store
    clock: Clock


def _work_queues(
    parts: _Parts, handlers: Mapping[type[Data], Handler], broker: RabbitBroker
) -> list[Consumer]:
    dispatcher = Dispatcher(parts.service, handlers)
    queues = (channels.work_queue(parts.service, row.type) for row in consumed_by(parts.service))
    prefetch = parts.settings.prefetch
    return [WorkQueue(broker, parts.publisher, dispatcher, queue, prefetch) for queue in queues]


def _keyed_inbox(
    parts: _Parts, handlers: Mapping[type[Data], Handler], rules: WaitingRules, membership: Membership
) -> list[Consumer]:
    service, settings = parts.service, parts.settings
    url, layouts = settings.rabbitmq_url.get_secret_value(), Layouts(parts.store)
    repartition = Repartition(url, service, layouts, parts.publisher, parts.clock)
    turns = _turns(parts, {**handlers, **repartition.handlers}, rules)
    partitions = OwnPartitions(
        service, turns, window=settings.window, graceful_timeout=settings.graceful_timeout
    )
    return [repartition, KeyedInbox(url, service, layouts, membership, partitions)]


def _turns(parts: _Parts, handlers: Mapping[type[Data], Handler], rules: WaitingRules) -> Turns:
    service, settings, publisher, clock = parts.service, parts.settings, parts.publisher, parts.clock
    pauses, holding = Pauses(parts.store), Holding(parts.store, clock)
    release = Release(service, holding, pauses=pauses, rules=rules, publisher=publisher, clock=clock)
    resuming = Resuming(service, pauses, holding, publisher, clock)
    own: dict[type[Data], Handler] = {ConversationReleaseRequested: release.on_requested}
    dispatcher = Dispatcher(service, {**handlers, **own, **resuming.handlers})
    room = WaitingRoom(service, holding, pauses=pauses, rules=rules, publisher=publisher, clock=clock)
    turns = Turns(
        dispatcher, room, holding, publisher, channels.inbox(service),
        concurrency=settings.concurrency, per_tenant=settings.tenant_concurrency,
        part=settings.tenant_part,
    )  # fmt: skip
    release.by(dispatcher, turns.put_aside)
    return turns
