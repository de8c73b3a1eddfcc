"""Connecting to RabbitMQ and declaring the topology there."""

import asyncio
from collections.abc import Awaitable, Callable, Coroutine, Iterator, Sequence
from contextlib import contextmanager
from functools import partial
from typing import Any

import aio_pika
from aio_pika.abc import AbstractChannel, AbstractConnection
from aiormq.exceptions import AMQPError
from faststream.rabbit import Channel, RabbitBroker
from tenacity import RetryCallState, retry, retry_if_exception_type, stop_after_delay, wait_exponential

from chassis.messaging.topology import Binding, Queue, Topology
from chassis.observability.logging import get_logger

log = get_logger(__name__)

CONNECTION_ERRORS = (AMQPError, OSError, asyncio.TimeoutError, RuntimeError)
"""What a broken connection raises in aio-pika and aiormq (RuntimeError: the writer is closed)."""

_START_PATIENCE_SECONDS = 120
_HEARTBEAT_SECONDS = 8
_NOWHERE = "bellhop.health"  # a queue that does not exist

Step = Callable[[AbstractChannel], Coroutine[Any, Any, None]]


@contextmanager
def given_up_is_an_error() -> Iterator[None]:
    """Turns aiormq's way to give up a silent connection into a ConnectionError.

    It cancels whoever waits for that connection, as if somebody had cancelled the task itself.
    """
    try:
        yield
    except asyncio.CancelledError as error:
        task = asyncio.current_task()
        if task is None or task.cancelling():
            raise
        raise ConnectionError("RabbitMQ went silent, its connection was given up") from error


def build_broker(url: str, service: str, graceful_timeout: float) -> RabbitBroker:
    """The broker of one service. Its default channel publishes only, and a lost message raises."""
    outage = _Outage()
    return RabbitBroker(
        with_heartbeat(url),
        on_close=[outage.begins],
        on_reconnected=[outage.ends],
        app_id=service,
        default_channel=Channel(on_return_raises=True),
        graceful_timeout=graceful_timeout,
        reconnect_interval=0.5,
        fail_fast=False,
        logger=None,
    )


def ping_of(broker: RabbitBroker) -> Callable[[], Awaitable[None]]:
    """A health check: RabbitMQ takes and confirms a message, which goes nowhere. It raises when not.

    A connection may stand while RabbitMQ hangs, or takes nothing because its disk is full.
    """

    async def check() -> None:
        if not await broker.ping(timeout=0.2):
            raise ConnectionError("not connected to RabbitMQ")
        with given_up_is_an_error():
            # Twice: under an alarm RabbitMQ still takes the first one, and stops the connection for it.
            await broker.publish(b"", _NOWHERE, mandatory=False)
            await broker.publish(b"", _NOWHERE, mandatory=False)

    return check


def with_heartbeat(url: str) -> str:
    """The address with heartbeats, so that a broker that went silent is noticed in half a minute.

    The library's own would take three; all the while its consumers hold on to a dead connection.
    """
    if "heartbeat=" in url:
        return url
    return f"{url}{'&' if '?' in url else '?'}heartbeat={_HEARTBEAT_SECONDS}"


class _Outage:
    """Says once that RabbitMQ is lost, however many tries to connect fail, and once that it is back."""

    def __init__(self) -> None:
        self._told = False

    def begins(self, connection: Any, error: BaseException | None = None) -> None:
        if not self._told and not connection.close_called:
            self._told = True
            log.warning("lost RabbitMQ, connecting anew", error=type(error).__name__)

    def ends(self, _: Any) -> None:
        self._told = False
        log.info("RabbitMQ is back")


def _say_waiting(state: RetryCallState) -> None:
    error = state.outcome.exception() if state.outcome else None
    log.warning("RabbitMQ is not reachable yet, trying again", error=str(error), tries=state.attempt_number)


@retry(
    retry=retry_if_exception_type(CONNECTION_ERRORS),
    wait=wait_exponential(multiplier=0.1, max=1.0),
    stop=stop_after_delay(_START_PATIENCE_SECONDS),
    before_sleep=_say_waiting,
    reraise=True,
)
async def connect(url: str, name: str) -> AbstractConnection:
    """A plain connection: whoever holds it notices its loss and builds everything anew."""
    return await aio_pika.connect(with_heartbeat(url), timeout=5, client_properties={"connection_name": name})


async def declare(connection: AbstractConnection, topology: Topology) -> None:
    """Declares what does not stand yet. Raises aiormq's errors if something stands otherwise."""
    async with connection.channel() as channel:
        for exchange in topology.exchanges:
            await channel.declare_exchange(
                exchange.name, exchange.kind, durable=True, arguments=exchange.arguments
            )
    await _spread(connection, [partial(_declare_queue, queue=one) for one in topology.queues])
    await _spread(connection, [partial(_bind, binding=one) for one in topology.bindings])


async def _declare_queue(channel: AbstractChannel, queue: Queue) -> None:
    await channel.declare_queue(queue.name, durable=True, arguments=queue.arguments)


async def _bind(channel: AbstractChannel, binding: Binding) -> None:
    source = await channel.get_exchange(binding.source, ensure=False)
    if binding.to_exchange:
        target = await channel.get_exchange(binding.destination, ensure=False)
        await target.bind(source, binding.routing_key)
    else:
        queue = await channel.get_queue(binding.destination, ensure=False)
        await queue.bind(source, binding.routing_key)


async def _spread(
    connection: AbstractConnection,
    steps: Sequence[Step],
    width: int = 8,
) -> None:
    """Works the steps off over several channels: a channel waits for each answer, quorum queues take long."""

    async def work(mine: Sequence[Step]) -> None:
        async with connection.channel() as channel:
            for step in mine:
                await step(channel)

    await asyncio.gather(*(work(steps[n::width]) for n in range(width)))
