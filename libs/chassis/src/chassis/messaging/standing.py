"""What stands on the broker: asked, and set up where it is missing."""

from dataclasses import dataclass
from typing import Final

from aio_pika.abc import AbstractChannel, AbstractConnection
from aio_pika.exceptions import ChannelNotFoundEntity

from chassis.messaging.broker import declare
from chassis.messaging.layout import Generation
from chassis.messaging.topology import common_topology, inbox_topology, opened, set_up_sign
from contracts import channels
from contracts.catalogue import KEYED_SERVICES

_MOST_GENERATIONS: Final = 200


@dataclass(frozen=True)
class QueueState:
    """How many messages wait in a queue (those in hand do not count), and how many consumers it has.

    Of a queue with a single active consumer RabbitMQ counts that one alone, not those who wait for its place.
    """

    waiting: int
    consumers: int


async def set_up(connection: AbstractConnection) -> None:
    """Declares what is missing of the whole house, whatever service asks.

    A keyed inbox that has been set up once is left alone: only its own service knows its partitions.
    """
    await declare(connection, common_topology())
    for service in KEYED_SERVICES:
        if not await exchange_stands(connection, channels.inbox_stands(service)):
            await declare(connection, inbox_topology(service) + opened(service))
            await declare(connection, set_up_sign(service))


async def generation_standing(connection: AbstractConnection, service: str) -> Generation | None:
    """The oldest generation of a keyed inbox that RabbitMQ has; None when it has none."""
    look = Onlooker(connection)
    for generation in range(_MOST_GENERATIONS):
        if await exchange_stands(connection, channels.inbox(service, generation)):
            count = 0
            while await look.state_of(channels.partition(service, count, generation)):
                count += 1
            return Generation(generation=generation, count=count)
    return None


async def exchange_stands(connection: AbstractConnection, name: str) -> bool:
    """Whether there is an exchange of this name."""
    # NOTE: a channel of its own, because RabbitMQ closes the one on which it says no.
    async with connection.channel() as channel:
        try:
            await channel.get_exchange(name, ensure=True)
        except ChannelNotFoundEntity:
            return False
        return True


class Onlooker:
    """Looks at queues, on a channel of its own: RabbitMQ closes the one on which it says no."""

    def __init__(self, connection: AbstractConnection) -> None:
        self._connection = connection
        self._channel: AbstractChannel | None = None

    async def state_of(self, queue: str) -> QueueState | None:
        """How a queue is; None when there is none of this name."""
        channel = await self._open()
        try:
            found = (await channel.declare_queue(queue, passive=True)).declaration_result
        except ChannelNotFoundEntity:
            self._channel = None
            return None
        return QueueState(found.message_count or 0, found.consumer_count or 0)

    async def _open(self) -> AbstractChannel:
        if self._channel is None or self._channel.is_closed:
            self._channel = await self._connection.channel()
        return self._channel
