"""All consumers of one service, from the catalogue and its handlers."""

from collections.abc import Mapping
from typing import Any, Protocol

from faststream.rabbit import RabbitBroker
from redis.asyncio import Redis

from chassis.clock import Clock
from chassis.messaging.dispatch import Dispatcher, Handler
from chassis.messaging.holding import Holding
from chassis.messaging.keyed_inbox import KeyedInbox
from chassis.messaging.membership import Membership
from chassis.messaging.publisher import EventPublisher
from chassis.messaging.release import Release
from chassis.messaging.turns import Turns
from chassis.messaging.waiting_room import Pauses, WaitingRoom, WaitingRules
from chassis.messaging.work_queues import WorkQueue
from chassis.settings import ServiceSettings
from chassis.storage import Store
from contracts import channels
from contracts.catalogue import KEYED_SERVICES, consumed_by
from contracts.envelope import Event
from contracts.model import Data
from contracts.operations import (
    Capability,
    CapabilityPaused,
    CapabilityResumed,
    CapabilityStepped,
    ConversationReleaseRequested,
    FailureJobRequested,
    PartitionsChangeRequested,
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


class NothingPaused:
    """See waiting_room.Pauses."""

    async def paused(self, *_: object, **__: object) -> frozenset[Capability]:
        """Nothing."""
        return frozenset()


async def _not_yet(_: Event[Any]) -> None:
    """Nothing is done about it yet."""


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
    pauses: Pauses | None = None,
) -> list[Consumer]:
    """The keyed inbox of a keyed service, or one work queue per event type of any other."""
    mine: dict[type[Data], Handler] = {FailureJobRequested: _not_yet}
    if service not in KEYED_SERVICES:
        dispatcher = Dispatcher(service, {**handlers, **mine})
        return [
            WorkQueue(
                broker, publisher, dispatcher, channels.work_queue(service, row.type), settings.prefetch
            )
            for row in consumed_by(service)
        ]
    pauses = pauses or NothingPaused()
    holding = Holding(store, clock)
    release = Release(service, holding, pauses, publisher, clock)
    for model in (CapabilityPaused, CapabilityResumed, CapabilityStepped, PartitionsChangeRequested):
        mine[model] = _not_yet
    mine[ConversationReleaseRequested] = release.on_requested
    dispatcher = Dispatcher(service, {**handlers, **mine})
    turns = Turns(
        dispatcher,
        WaitingRoom(service, holding, pauses=pauses, rules=rules, publisher=publisher, clock=clock),
        holding,
        publisher,
        channels.inbox(service),
        concurrency=settings.concurrency,
        per_tenant=settings.tenant_concurrency,
    )
    release.by(dispatcher, turns.put_aside)
    inbox = KeyedInbox(
        settings.rabbitmq_url.get_secret_value(), service, Membership(redis, service, replica), turns,
        window=settings.window, graceful_timeout=settings.graceful_timeout,
    )  # fmt: skip
    return [inbox]
