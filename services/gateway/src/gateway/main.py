"""The gateway, as a list of its parts."""

from collections.abc import AsyncIterator
from contextlib import AsyncExitStack, aclosing, asynccontextmanager
from functools import partial

from fastapi import FastAPI
from starlette.middleware.cors import CORSMiddleware
from starlette.requests import ClientDisconnect

from chassis.http.client import vendor_client
from chassis.messaging.backlog import Backlog
from chassis.observability.logging import get_logger
from chassis.service import Parts, Wiring, run, service_app
from chassis.settings import load
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
from gateway.adapters.record_index import RecordIndex
from gateway.adapters.record_index.building import IndexBuilder
from gateway.adapters.tenant_directory import TenantDirectory
from gateway.adapters.tenant_folder import read_folder
from gateway.adapters.tenant_records import TenantRecords
from gateway.adapters.tenant_register import TenantRegister
from gateway.domain.tenant_file import TenantFileMistaken
from gateway.routes import (
    ai,
    ai_policy,
    chat,
    chat_socket,
    failures,
    login,
    partitions,
    pauses,
    prompt_changes,
    prompts,
    reads,
    record,
    telegram,
    tenants,
    timeline,
    whatsapp,
)
from gateway.routes.door import Door
from gateway.routes.parts import Gateway
from gateway.routes.refusals import with_refusals
from gateway.routes.surface import BodyLimit, SecurityHeaders, client_gone
from gateway.settings import GatewaySettings

ROUTERS = (
    whatsapp.router, telegram.router, chat.router, chat_socket.router, login.router, tenants.router,
    reads.router, pauses.router, failures.router, partitions.router,
    record.router, timeline.router, ai.router, ai_policy.router, prompts.router, prompt_changes.router,
)  # fmt: skip

log = get_logger(__name__)


@asynccontextmanager
async def wire(parts: Parts) -> AsyncIterator[Wiring]:
    """Connects the parts; ready once the tenants of the folder are known to everybody."""
    settings: GatewaySettings = parts.settings
    watch = BrokerWatch(parts.publisher.ping)
    broker_url = settings.rabbitmq_url.get_secret_value()
    backlog = Backlog(broker_url, "conversation")
    admission = admission_of(settings, watch, backlog)
    indexing = IndexBuilder(settings.index_folder, broker_url, lambda: admission.busy)
    records = TenantRecords(parts.store)
    async with (
        aclosing(RecordIndex(settings.index_folder, broker_url, records.ids, parts.clock)) as record_index,
        _services(settings) as services,
    ):
        conversations, deliveries = services["conversation"], services["notifier"]
        directory = TenantDirectory(records, parts.box)
        logins = Logins(parts.store, settings.admin_email, settings.admin_password.get_secret_value())
        register = TenantRegister(
            records, directory, logins, publisher=parts.publisher, box=parts.box, clock=parts.clock
        )
        gateway = Gateway(
            settings=settings,
            clock=parts.clock,
            admission=admission,
            ingress=Ingress(parts.publisher, IngressMemory(parts.redis)),
            directory=directory,
            records=records,
            register=register,
            prompts=Prompts(conversations, register),
            logins=logins,
            attempts=LoginAttempts(parts.redis),
            tokens=AccessTokens(settings.token_key.get_secret_value(), settings.token_minutes, parts.clock),
            chats=ChatStreams(parts.redis),
            conversations=conversations,
            bookings=services["scheduler"],
            deliveries=deliveries,
            pauses=Pauses(parts.publisher, (conversations, deliveries), parts.clock),
            failures=Failures(parts.publisher, services, parts.clock),
            partitions=Partitions(
                parts.publisher, {"conversation": conversations, "notifier": deliveries}, parts.clock
            ),
            ai_policies=AiPolicies(parts.store, parts.publisher, parts.clock),
            ai_router=services["ai-router"],
            record=record_index,
        )
        await _configure_tenants(gateway)
        await gateway.ai_policies.publish()
        loops = (gateway.chats.run, watch.run, backlog.run, indexing.run)
        yield Wiring(background=loops, state={"gateway": gateway})


@asynccontextmanager
async def _services(settings: GatewaySettings) -> AsyncIterator[dict[str, InternalReads]]:
    """What the gateway reads from the others, each by its name."""
    urls = {
        "conversation": settings.conversation_url, "ai-router": settings.ai_router_url,
        "scheduler": settings.scheduler_url, "notifier": settings.notifier_url,
    }  # fmt: skip
    token = settings.internal_token.get_secret_value()
    async with AsyncExitStack() as stack:
        clients = {name: vendor_client(url, settings.read_timeout) for name, url in urls.items()}
        yield {
            name: InternalReads(await stack.enter_async_context(client), token)
            for name, client in clients.items()
        }


async def _configure_tenants(gateway: Gateway) -> None:
    folder = gateway.settings.tenants_dir
    try:
        files = read_folder(folder, allow_demo=gateway.settings.env == "development") if folder else []
    except TenantFileMistaken as mistaken:
        for line in str(mistaken).splitlines():
            log.error(line)
        raise
    for file in files:
        await gateway.register.store(file)
    await gateway.register.publish_all()


def build(settings: GatewaySettings) -> FastAPI:
    """The application. Nothing is opened before it starts."""
    app = service_app("gateway", settings, wire, ROUTERS)
    app.openapi = partial(with_refusals, app.openapi, ROUTERS)  # type: ignore[method-assign]
    app.add_exception_handler(ClientDisconnect, client_gone)
    app.add_middleware(Door, body_limit=settings.body_limit)
    app.add_middleware(BodyLimit, limit=settings.body_limit)
    app.add_middleware(SecurityHeaders, tls_only=settings.env == "production")
    if settings.cors_origins:
        app.add_middleware(
            CORSMiddleware,
            allow_origins=settings.cors_origins,
            allow_methods=["GET", "POST", "PUT", "DELETE"],
            allow_headers=["Authorization", "Content-Type"],
        )
    return app


settings = load(GatewaySettings)
app = build(settings)

if __name__ == "__main__":
    run(app, settings)
