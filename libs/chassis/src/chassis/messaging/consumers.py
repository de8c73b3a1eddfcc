"""All consumers of one service, from the catalogue and its handlers."""

from collections.abc import Mapping
from typing import Protocol

from faststream.rabbit import RabbitBroker
from redis.asyncio import Redis

from chassis.clock import Clock
from chassis.messaging.dispatch import Dispatcher, Handler
from chassis.messaging.keyed_inbox import KeyedInbox
from chassis.messaging.membership import Membership
from chassis.messaging.parking import Parking
from chassis.messaging.publisher import EventPublisher
from chassis.messaging.turns import Turns
from chassis.messaging.work_queues import WorkQueue
from chassis.settings import ServiceSettings
from chassis.storage import Store
from contracts import channels
from contracts.catalogue import KEYED_SERVICES, consumed_by
from contracts.model import Data


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
) -> list[Consumer]:
    """The keyed inbox of a keyed service, or one work queue per event type of any other."""
    dispatcher = Dispatcher(service, handlers)
    if service in KEYED_SERVICES:
        turns = Turns(
            dispatcher, Parking(store, clock), publisher, channels.inbox(service), settings.concurrency
        )
        membership = Membership(redis, service, replica)
        url = settings.rabbitmq_url.get_secret_value()
        inbox = KeyedInbox(
            url, service, membership, turns,
            prefetch=settings.prefetch, graceful_timeout=settings.graceful_timeout,
        )  # fmt: skip
        return [inbox]
    return [
        WorkQueue(broker, publisher, dispatcher, channels.work_queue(service, row.type), settings.prefetch)
        for row in consumed_by(service)
    ]
