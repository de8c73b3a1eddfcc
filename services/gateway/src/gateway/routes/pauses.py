"""Pausing and resuming what Bellhop does for a business. What belongs to it waits meanwhile, in order."""

from typing import Annotated, Any

from fastapi import APIRouter, Depends
from pydantic import BaseModel, StringConstraints

from contracts.operations import Capability
from gateway.routes.authentication import LoggedIn, VisibleTenant
from gateway.routes.parts import FromGateway


class Why(BaseModel):
    """Shown to whoever wonders why nothing goes on."""

    reason: Annotated[str, StringConstraints(strip_whitespace=True, max_length=500)] = ""


async def _known(tenant: VisibleTenant, gateway: FromGateway) -> str:
    """Raises a 404 problem, to an administrator as well, for a business that does not exist."""
    return (await gateway.tenant(tenant)).id


KnownTenant = Annotated[str, Depends(_known)]

router = APIRouter(prefix="/api/v1/tenants/{tenant}/pauses", tags=["pauses"])


@router.get("")
async def pauses(tenant: KnownTenant, gateway: FromGateway) -> dict[str, Any]:
    """What is paused, since when, by whom and why, and how much waits; `paused` is false while it goes on."""
    return {"items": [one.model_dump(mode="json") for one in await gateway.pauses.of(tenant)]}


@router.put("/{capability}", status_code=202)
async def pause(
    tenant: KnownTenant, capability: Capability, gateway: FromGateway, who: LoggedIn, why: Why | None = None
) -> dict[str, Any]:
    """Pause it. 202 when that is recorded; it holds everywhere within a second. Repeating it is safe."""
    reason = why.reason if why else ""
    return {"id": str(await gateway.pauses.pause(tenant, capability, reason, who.email))}


@router.delete("/{capability}", status_code=202)
async def resume(
    tenant: KnownTenant,
    capability: Capability,
    gateway: FromGateway,
    who: LoggedIn,
    discard: bool = False,
) -> dict[str, Any]:
    """Resume it: what waits is handled in order. `discard`: it is given up instead, with a record."""
    return {"id": str(await gateway.pauses.resume(tenant, capability, who.email, discard=discard))}


@router.post("/{capability}/step", status_code=202)
async def step(
    tenant: KnownTenant, capability: Capability, gateway: FromGateway, who: LoggedIn
) -> dict[str, Any]:
    """Let the oldest waiting event of each conversation through; the rest goes on waiting."""
    return {"id": str(await gateway.pauses.step(tenant, capability, who.email))}
