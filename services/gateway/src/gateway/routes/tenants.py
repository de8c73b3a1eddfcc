"""Tenants over the API. Secrets and passwords go in and never come out."""

from typing import Annotated, Any

from fastapi import APIRouter, Body, Depends

from chassis.http.problems import Problem
from contracts.tenants import TenantConfig
from gateway.adapters.tenant_records import TenantRecord
from gateway.channels.json_body import cleaned
from gateway.domain.demo_values import demo_values
from gateway.domain.tenant_file import Mistake, TenantFileMistaken, read_tenant_file
from gateway.routes.authentication import LoggedIn, VisibleTenant, administrator
from gateway.routes.parts import FromGateway, not_found

router = APIRouter(prefix="/api/v1/tenants", tags=["tenants"])


@router.get("")
async def list_tenants(gateway: FromGateway, who: LoggedIn) -> dict[str, Any]:
    """An administrator gets all, everybody else their own."""
    if who.admin:
        found = [record async for record in gateway.records.all()]
    else:
        records = [await gateway.records.get(tenant) for tenant in sorted(who.tenants)]
        found = [record for record in records if record]
    return {"items": [_summary(record) for record in found], "next": None}


@router.get("/{tenant}")
async def show_tenant(tenant: VisibleTenant, gateway: FromGateway) -> dict[str, Any]:
    """The whole configuration; in place of each secret stands nothing."""
    record = await gateway.records.get(tenant)
    if record is None:
        raise not_found()
    return {**without_secrets(record.config), "version": record.version}


@router.put("/{tenant}", dependencies=[Depends(administrator)])
async def configure_tenant(
    tenant: str, content: Annotated[dict[str, Any], Body()], gateway: FromGateway
) -> dict[str, Any]:
    """Takes the tenant file as JSON, secrets in the clear, and publishes it. Repeating it is safe."""
    try:
        file = read_tenant_file(cleaned(content))
    except TenantFileMistaken as error:
        raise _mistaken(error.mistakes) from None
    except ValueError as error:
        raise Problem(422, "The tenant cannot be used", str(error)) from None
    if file.id != tenant:
        raise _mistaken((Mistake("id", f"must be {tenant}, as in the address"),))
    if gateway.settings.env == "production" and (found := demo_values(file)):
        raise _mistaken(found)
    version = await gateway.register.configure(file)
    return {"id": tenant, "version": version}


def without_secrets(config: TenantConfig) -> dict[str, Any]:
    """As JSON, with the channels reduced to what is no secret."""
    channels = config.channels
    shown = config.model_dump(mode="json", exclude={"channels"})
    whatsapp = channels.whatsapp and {"phone_number_id": channels.whatsapp.phone_number_id}
    webchat = channels.webchat and channels.webchat.model_dump()
    telegram: dict[str, Any] | None = {} if channels.telegram else None
    return {**shown, "channels": {"whatsapp": whatsapp, "telegram": telegram, "webchat": webchat}}


def _summary(record: TenantRecord) -> dict[str, Any]:
    config = record.config
    return {
        "id": config.id,
        "name": config.name,
        "kind": config.kind,
        "timezone": config.timezone,
        "languages": list(config.languages),
        "version": record.version,
    }


def _mistaken(mistakes: tuple[Mistake, ...]) -> Problem:
    errors = [{"field": one.field, "problem": one.what} for one in mistakes]
    return Problem(422, "The tenant cannot be used", errors=errors)
