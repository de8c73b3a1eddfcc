"""A service from its parts: settings in, a running FastAPI application with its consumers out."""

import asyncio
import gc
import os
import socket
from collections.abc import AsyncIterator, Awaitable, Callable, Coroutine, Mapping, Sequence
from contextlib import AbstractAsyncContextManager, AsyncExitStack, asynccontextmanager
from dataclasses import dataclass, field
from typing import Any
from uuid import uuid4

from fastapi import APIRouter, FastAPI
from redis.asyncio import BlockingConnectionPool, Redis
from redis.asyncio.retry import Retry
from redis.backoff import ConstantBackoff

from chassis.clock import Clock, utc_now
from chassis.failures import routes as failures
from chassis.failures.building import build_failure_desk
from chassis.failures.source import FailureSource
from chassis.http import health, partitions, pauses
from chassis.http.problems import add_problem_handlers
from chassis.http.requests import Observed
from chassis.http.serving import serve
from chassis.messaging.broker import build_broker, connect, ping_of
from chassis.messaging.consumers import Consumer, build_consumers
from chassis.messaging.dead_letter_queues import DeadLetterQueues
from chassis.messaging.dispatch import Handler
from chassis.messaging.holding import Holding
from chassis.messaging.inbox_state import InboxStates
from chassis.messaging.layouts import Layouts
from chassis.messaging.publisher import EventPublisher
from chassis.messaging.standing import set_up
from chassis.messaging.waiting_room import WaitingRules
from chassis.observability.logging import configure_logging, get_logger
from chassis.observability.tracing import configure_tracing
from chassis.pauses import Pauses
from chassis.sealing import SealedBox
from chassis.settings import ServiceSettings
from chassis.storage import Store, open_store
from contracts.catalogue import KEYED_SERVICES, consumed_by
from contracts.model import Data

log = get_logger(__name__)


@dataclass
class Parts:
    """What the chassis hands to a service: everything opened and connected."""

    settings: Any
    store: Store
    redis: Redis
    publisher: EventPublisher
    clock: Clock
    box: SealedBox


@dataclass
class Wiring:
    """What a service hands back: its handlers, loops and failures, who may wait, and what its routes need."""

    handlers: Mapping[type[Data], Handler] = field(default_factory=dict)
    background: Sequence[Callable[[], Coroutine[Any, Any, None]]] = ()
    state: Mapping[str, Any] = field(default_factory=dict)
    waiting: WaitingRules = field(default_factory=WaitingRules)
    failures: Sequence[FailureSource] = ()


Wire = Callable[[Parts], AbstractAsyncContextManager[Wiring]]


def service_app(
    name: str, settings: ServiceSettings, wire: Wire, routers: Sequence[APIRouter] = ()
) -> FastAPI:
    """The application of one service. Nothing is opened before it starts."""

    @asynccontextmanager
    async def lifespan(app: FastAPI) -> AsyncIterator[None]:
        async with AsyncExitStack() as stack:
            await _start(app, name, settings, wire, stack)
            _spare_what_stays()
            log.info("ready", port=settings.http_port)
            yield
            log.info("stopping: finishing what is in hand")
        log.info("stopped")

    # FastAPI's own spans would double ours, trace every health check, and record what errors say.
    app = FastAPI(
        title=f"Bellhop {name}", version="1", lifespan=lifespan, redoc_url=None,
        telemetry={"tracing": False, "metrics": False, "logs": False},
    )  # fmt: skip
    app.state.service, app.state.settings = name, settings
    app.state.checks, app.state.optional = {}, {"redis"}
    add_problem_handlers(app)
    app.add_middleware(Observed)
    waiting = [pauses.router, partitions.router] if name in KEYED_SERVICES else []
    for router in (health.router, *([failures.router] if consumed_by(name) else []), *waiting, *routers):
        app.include_router(router)
    return app


async def _start(
    app: FastAPI, name: str, settings: ServiceSettings, wire: Wire, stack: AsyncExitStack
) -> None:
    """Opens the parts in order; the stack closes them in the opposite one."""
    configure_logging(name, settings.log_level)
    stack.callback(configure_tracing(name, settings.trace_dir))
    store = open_store(settings.store_url.get_secret_value(), name)
    await store.open()
    stack.push_async_callback(store.close)
    redis = _redis(settings.redis_url.get_secret_value())
    stack.push_async_callback(redis.aclose)
    url = settings.rabbitmq_url.get_secret_value()
    async with await connect(url, f"{name} start") as connection:
        await set_up(connection)
    broker = build_broker(url, name, settings.graceful_timeout)
    await broker.start()
    stack.push_async_callback(broker.stop)
    publisher = EventPublisher(broker)
    box = SealedBox(settings.sealing_key.get_secret_value())
    wiring = await stack.enter_async_context(wire(Parts(settings, store, redis, publisher, utc_now, box)))
    app.state.holding, app.state.pauses = Holding(store, utc_now), Pauses(store)
    app.state.inbox = InboxStates(url, name, Layouts(store))
    for key, value in wiring.state.items():
        setattr(app.state, key, value)
    replica = f"{socket.gethostname()}-{os.getpid()}-{uuid4().hex[:8]}"
    desk, intake = build_failure_desk(
        name, queues=DeadLetterQueues(broker, name), publisher=publisher, store=store, clock=utc_now,
        replica=replica, others=wiring.failures,
    )  # fmt: skip
    app.state.failures = desk
    for loop in (*wiring.background, *desk.loops):
        stack.push_async_callback(_cancelled, asyncio.create_task(_forever(loop)))
    consumers = build_consumers(
        name, wiring.handlers, settings, broker=broker, publisher=publisher, redis=redis, store=store,
        clock=utc_now, replica=replica, rules=wiring.waiting, own=desk.handlers,
    )  # fmt: skip
    consumers.append(intake)
    for consumer in consumers:
        await consumer.start()
    stack.push_async_callback(_stop_all, consumers)
    checks: dict[str, health.Check] = {
        "rabbitmq": ping_of(broker),
        "store": store.ping,
        "redis": _ping_redis(redis),
        "consumers": _check_consumers(consumers),
    }
    app.state.checks = {name: health.Shared(check) for name, check in checks.items()}


def _spare_what_stays() -> None:
    """Modules and settings live as long as the process: the garbage collector need not look at them.

    It did at every full collection, and everybody waited some 90 ms meanwhile.
    """
    gc.collect()
    gc.freeze()


def _redis(url: str) -> Redis:
    # NOTE: the ordinary pool raises an error beyond its 100 connections; this one lets callers wait.
    # By default redis-py tries for seconds; Redis holds only what may be lost, so we give up soon.
    once_more = Retry(ConstantBackoff(0.05), retries=1)
    pool = BlockingConnectionPool.from_url(
        url, max_connections=64, timeout=2, socket_timeout=1, socket_connect_timeout=1, retry=once_more
    )
    return Redis.from_pool(pool)


async def _stop_all(consumers: Sequence[Consumer]) -> None:
    await asyncio.gather(*(consumer.stop() for consumer in consumers))


async def _forever(loop: Callable[[], Coroutine[Any, Any, None]]) -> None:
    while True:
        try:
            await loop()
        except Exception as error:
            log.error("a background loop failed and starts again", exc_info=error)
            await asyncio.sleep(1)


async def _cancelled(task: asyncio.Task[None]) -> None:
    task.cancel()
    await asyncio.wait([task])


def _ping_redis(redis: Redis) -> health.Check:
    async def check() -> None:
        await redis.ping()

    return check


def _check_consumers(consumers: Sequence[Consumer]) -> Callable[[], Awaitable[None]]:
    async def check() -> None:
        if idle := [consumer.name for consumer in consumers if not consumer.consuming]:
            raise ConnectionError(f"not consuming: {', '.join(idle)}")

    return check


def run(app: FastAPI, settings: ServiceSettings) -> None:
    """Serves until SIGTERM or SIGINT, then stops gracefully: what is in hand is finished."""
    serve(app, settings.http_host, settings.http_port, settings.http_sockets)
