"""What a business may read: bookings and conversations, from the services that own them."""

from typing import Any
from urllib.parse import quote

from fastapi import APIRouter, Request

from chassis.http.problems import Problem
from gateway.adapters.internal_reads import InternalReads, ReadRefused
from gateway.routes.authentication import VisibleTenant
from gateway.routes.parts import FromGateway, not_found

# What may be asked; all else is dropped, so that nothing internal becomes public by accident.
_BOOKINGS = ("from", "to", "status", "service", "staff", "conversation", "address", "limit", "cursor")
_CONVERSATIONS = ("channel", "status", "limit", "cursor")

router = APIRouter(prefix="/api/v1/tenants/{tenant}", tags=["reads"])


@router.get("/bookings")
async def bookings(tenant: VisibleTenant, request: Request, gateway: FromGateway) -> Any:
    """Appointments; times with the offset of the tenant's zone."""
    return await _read(gateway.bookings, tenant, "bookings", _asked(request, _BOOKINGS))


@router.get("/conversations")
async def conversations(tenant: VisibleTenant, request: Request, gateway: FromGateway) -> Any:
    """Conversations, the newest first."""
    return await _read(gateway.conversations, tenant, "conversations", _asked(request, _CONVERSATIONS))


@router.get("/conversations/{conversation}")
async def conversation(tenant: VisibleTenant, conversation: str, gateway: FromGateway) -> Any:
    """One conversation, word for word."""
    return await _read(gateway.conversations, tenant, f"conversations/{quote(conversation, safe='')}", [])


def _asked(request: Request, allowed: tuple[str, ...]) -> list[tuple[str, str]]:
    return [(name, value) for name, value in request.query_params.multi_items() if name in allowed]


async def _read(service: InternalReads, tenant: str, what: str, query: list[tuple[str, str]]) -> Any:
    try:
        return await service.get(f"/internal/tenants/{quote(tenant, safe='')}/{what}", query)
    except ReadRefused as refused:
        if refused.status == not_found().status:
            raise not_found() from refused
        errors = {"errors": refused.problem["errors"]} if "errors" in refused.problem else {}
        title = str(refused.problem.get("title") or "The request does not fit")
        raise Problem(refused.status, title, **errors) from refused
