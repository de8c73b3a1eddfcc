"""What the routes work with; main puts it together and the application carries it."""

from dataclasses import dataclass
from typing import Annotated, cast

from fastapi import Depends
from starlette.requests import HTTPConnection

from chassis.clock import Clock
from chassis.http.problems import Problem
from contracts.tenants import TenantConfig
from gateway.adapters.access_tokens import AccessTokens
from gateway.adapters.admission import Admission
from gateway.adapters.ai_policy import AiPolicies
from gateway.adapters.chat_streams import ChatStreams
from gateway.adapters.failures import Failures
from gateway.adapters.ingress import Ingress
from gateway.adapters.internal_reads import InternalReads
from gateway.adapters.login_attempts import LoginAttempts
from gateway.adapters.logins import Logins
from gateway.adapters.partitions import Partitions
from gateway.adapters.pauses import Pauses
from gateway.adapters.prompts import Prompts
from gateway.adapters.record_index import RecordIndex
from gateway.adapters.tenant_directory import TenantDirectory
from gateway.adapters.tenant_records import TenantRecords
from gateway.adapters.tenant_register import TenantRegister
from gateway.settings import GatewaySettings


@dataclass(frozen=True)
class Gateway:
    """The parts of the running gateway."""

    settings: GatewaySettings
    clock: Clock
    admission: Admission
    ingress: Ingress
    directory: TenantDirectory
    records: TenantRecords
    register: TenantRegister
    prompts: Prompts
    logins: Logins
    attempts: LoginAttempts
    tokens: AccessTokens
    chats: ChatStreams
    conversations: InternalReads
    bookings: InternalReads
    deliveries: InternalReads
    pauses: Pauses
    failures: Failures
    partitions: Partitions
    ai_policies: AiPolicies
    ai_router: InternalReads
    record: RecordIndex

    async def tenant(self, tenant: str) -> TenantConfig:
        """The tenant of an address, secrets open. Raises a 404 problem."""
        config = await self.directory.get(tenant)
        if config is None:
            raise not_found()
        return config


def not_found() -> Problem:
    """The same for all that is not there, or not for who asks: it reveals nothing more."""
    return Problem(404, "There is nothing at this address")


async def _gateway(connection: HTTPConnection) -> Gateway:  # async, or FastAPI would ask a thread for it
    return cast("Gateway", connection.app.state.gateway)


FromGateway = Annotated[Gateway, Depends(_gateway)]
