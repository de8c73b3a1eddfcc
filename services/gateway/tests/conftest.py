"""A business on all channels, and a gateway around it whose broker and Redis the tests control."""

from collections.abc import AsyncIterator, Callable
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import httpx
import pytest
from argon2 import PasswordHasher
from fastapi import FastAPI
from redis.asyncio import Redis
from redis.asyncio.retry import Retry
from redis.backoff import NoBackoff
from starlette.requests import ClientDisconnect

from chassis.http.problems import add_problem_handlers
from chassis.messaging.backlog import Backlog
from chassis.messaging.publisher import BrokerUnavailable
from chassis.sealing import SealedBox
from chassis.storage import Store, open_store
from contracts.envelope import Event
from contracts.tenants import Channels, TelegramAccount, TenantConfig, WebChat, WhatsAppAccount
from gateway.adapters.access_tokens import AccessTokens
from gateway.adapters.admission import admission_of
from gateway.adapters.ai_policy import AiPolicies
from gateway.adapters.broker_watch import BrokerWatch
from gateway.adapters.chat_streams import ChatStreams
from gateway.adapters.failures import Failures
from gateway.adapters.ingress import Ingress
from gateway.adapters.ingress_memory import IngressMemory
from gateway.adapters.internal_reads import InternalReads
from gateway.adapters.login_attempts import LoginAttempts
from gateway.adapters.logins import Logins
from gateway.adapters.partitions import Partitions
from gateway.adapters.pauses import Pauses
from gateway.adapters.prompts import Prompts
from gateway.adapters.record_index import Found
from gateway.adapters.tenant_directory import TenantDirectory
from gateway.adapters.tenant_records import TenantRecords
from gateway.adapters.tenant_register import TenantRegister
from gateway.domain.tenant_file import TenantFile, User
from gateway.main import ROUTERS
from gateway.routes.door import Door
from gateway.routes.parts import Gateway
from gateway.routes.surface import BodyLimit, SecurityHeaders, client_gone
from gateway.settings import GatewaySettings

ARRIVAL = datetime(2026, 3, 2, 12, 0, 30, tzinfo=UTC)
UNKNOWN = Found("turns", (), more=False, indexed_until=ARRIVAL, behind=0)
NOBODY = "redis://127.0.0.1:1/0"


@pytest.fixture
def arrival() -> datetime:
    return ARRIVAL


@pytest.fixture
def tenant() -> TenantConfig:
    return business("rosa", "555000111")


def business(name: str, number: str) -> TenantConfig:
    return TenantConfig(
        id=name,
        name=name.title(),
        timezone="Europe/Rome",
        languages=("it", "en"),
        channels=Channels(
            whatsapp=WhatsAppAccount(
                phone_number_id=number,
                access_token=f"{name} access",
                app_secret=f"{name} app secret",
                verify_token=f"{name} verify",
            ),
            telegram=TelegramAccount(bot_token=f"77:{name} bot", secret_token=f"{name}_telegram"),
            webchat=WebChat(),
        ),
    )


@dataclass
class Broker:
    """Confirms everything, until it is told to be down."""

    published: list[Event[Any]] = field(default_factory=list)
    down: bool = False

    async def publish(self, *events: Event[Any], within: float = 10) -> None:
        if self.down:
            raise BrokerUnavailable("down")
        for event in events:
            event.model_dump_json().encode()
        self.published += events

    def of(self, event_type: str) -> list[Event[Any]]:
        return [event for event in self.published if event.type == event_type]


@dataclass
class Index:
    """Finds what the test says, and nothing else."""

    found: dict[str, Found] = field(default_factory=dict)
    asked: list[dict[str, Any]] = field(default_factory=list)
    unknown: Found = UNKNOWN
    away: Exception | None = None

    async def find(self, ref: str, **wanted: Any) -> Found:
        self.asked.append({"ref": ref} | wanted)
        if self.away:
            raise self.away
        return self.found.get(ref, self.unknown)


@dataclass
class House:
    """A gateway, from outside (`http`) and with its parts."""

    http: httpx.AsyncClient
    broker: Broker
    gateway: Gateway
    internal: dict[str, httpx.Response | Exception]
    asked: list[httpx.Request]
    app: FastAPI
    record: Index

    async def login(self, email: str, password: str) -> dict[str, str]:
        answer = await self.http.post("/api/v1/auth/login", json={"email": email, "password": password})
        return {"Authorization": f"Bearer {answer.json()['access_token']}"}


@pytest.fixture
async def store(tmp_path: Path) -> AsyncIterator[Store]:
    opened = open_store(f"sqlite://{tmp_path}", "gateway")
    await opened.open()
    yield opened
    await opened.close()


@pytest.fixture
async def house(store: Store) -> AsyncIterator[House]:
    """Two businesses, rosa and nero; no Redis; the other services answer what `internal` says.

    All of them are one service, but for the failures of the notifier, whose paths begin with /notifier.
    """
    broker, asked = Broker(), list[httpx.Request]()
    internal: dict[str, httpx.Response | Exception] = {}
    settings = GatewaySettings(chat_wait=0.1, body_limit=100_000)
    async with (
        Redis.from_url(NOBODY, retry=Retry(NoBackoff(), 0)) as redis,
        httpx.AsyncClient(
            transport=httpx.MockTransport(_answering(internal, asked)), base_url="http://internal"
        ) as other,
        httpx.AsyncClient(
            transport=httpx.MockTransport(_answering(internal, asked)), base_url="http://internal/notifier"
        ) as second,
    ):
        reads = InternalReads(other, "inner token"), InternalReads(second, "inner token")
        index = Index()
        gateway = _gateway(settings, store, redis, broker, reads, index)
        for name, number in (("rosa", "555000111"), ("nero", "555000222")):
            users = (User(email=f"boss@{name}.it", password=f"{name} {name} {name}"),)
            await gateway.register.configure(TenantFile(**business(name, number).model_dump(), users=users))
        broker.published.clear()
        app = FastAPI()
        add_problem_handlers(app)
        app.add_exception_handler(ClientDisconnect, client_gone)
        app.state.gateway = gateway
        for router in ROUTERS:
            app.include_router(router)
        app.add_middleware(Door, body_limit=settings.body_limit)
        app.add_middleware(BodyLimit, limit=settings.body_limit, seconds=0.5)
        app.add_middleware(SecurityHeaders, tls_only=False)
        transport = httpx.ASGITransport(app, raise_app_exceptions=True)
        async with httpx.AsyncClient(transport=transport, base_url="http://gateway") as http:
            yield House(http, broker, gateway, internal, asked, app, index)


def _gateway(  # noqa: PLR0917  what the tests stand in for
    settings: GatewaySettings,
    store: Store,
    redis: Redis,
    broker: Any,
    services: tuple[InternalReads, InternalReads],
    index: Any,
) -> Gateway:
    def clock() -> datetime:
        return datetime.now(UTC)

    reads, notifier = services
    box = SealedBox("a key of the tests")
    records = TenantRecords(store)
    directory = TenantDirectory(records, box)
    watch, backlog = BrokerWatch(_well), Backlog("", "conversation")
    quick = PasswordHasher(time_cost=1, memory_cost=32, parallelism=1)
    logins = Logins(store, settings.admin_email, settings.admin_password.get_secret_value(), quick)
    register = TenantRegister(records, directory, logins, publisher=broker, box=box, clock=clock)
    return Gateway(
        settings=settings,
        clock=clock,
        admission=admission_of(settings, watch, backlog),
        ingress=Ingress(broker, IngressMemory(redis)),
        directory=directory,
        records=records,
        register=register,
        prompts=Prompts(reads, register),
        logins=logins,
        attempts=LoginAttempts(redis),
        tokens=AccessTokens(settings.token_key.get_secret_value(), settings.token_minutes, clock),
        chats=ChatStreams(redis),
        conversations=reads,
        bookings=reads,
        deliveries=reads,
        pauses=Pauses(broker, (reads, reads), clock),
        failures=Failures(broker, {"scheduler": reads, "notifier": notifier}, clock),
        partitions=Partitions(broker, {"conversation": reads, "notifier": notifier}, clock),
        ai_policies=AiPolicies(store, broker, clock),
        ai_router=reads,
        record=index,
    )


async def _well() -> None:
    """A broker that confirms."""


def _answering(
    answers: dict[str, httpx.Response | Exception], asked: list[httpx.Request]
) -> Callable[[httpx.Request], httpx.Response]:
    def answer(request: httpx.Request) -> httpx.Response:
        asked.append(request)
        found = answers.get(request.url.path, httpx.Response(404, json={"title": "not found"}))
        if isinstance(found, Exception):
            raise found
        return found

    return answer
