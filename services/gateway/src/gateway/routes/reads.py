"""What a business may read: bookings, conversations, deliveries, from the services that own them."""

import re
from typing import Any, Final

from fastapi import APIRouter, Request

from chassis.http.problems import Problem
from gateway.adapters.internal_reads import InternalReads, ReadRefused
from gateway.routes.authentication import VisibleTenant
from gateway.routes.parts import FromGateway, not_found

# What may be asked; all else is dropped, so that nothing internal becomes public by accident.
_BOOKINGS = ("from", "to", "status", "limit", "after")
_AVAILABILITY = ("service_id", "resource_id", "from", "to", "limit")
_CONVERSATIONS = ("limit", "before")
_CONVERSATION = ("limit",)
_DELIVERIES = ("conversation", "state", "limit")

_CONVERSATION_ID: Final = re.compile(r"[0-9a-f-]{36}")

router = APIRouter(prefix="/api/v1/tenants/{tenant}", tags=["reads"])


@router.get("/bookings")
async def bookings(tenant: VisibleTenant, request: Request, gateway: FromGateway) -> Any:
    """Appointments; times with the offset of the tenant's zone."""
    return await _read(gateway.bookings, tenant, "bookings", asked_of(request, _BOOKINGS))


@router.get("/availability")
async def availability(tenant: VisibleTenant, request: Request, gateway: FromGateway) -> Any:
    """Free times for a service, soonest first."""
    return await _read(gateway.bookings, tenant, "availability", asked_of(request, _AVAILABILITY))


@router.get("/conversations")
async def conversations(tenant: VisibleTenant, request: Request, gateway: FromGateway) -> Any:
    """Conversations, the newest first."""
    return await _read(gateway.conversations, tenant, "conversations", asked_of(request, _CONVERSATIONS))


@router.get("/conversations/{conversation}")
async def conversation(
    tenant: VisibleTenant, conversation: str, request: Request, gateway: FromGateway
) -> Any:
    """One conversation, word for word."""
    if not _CONVERSATION_ID.fullmatch(conversation):
        raise not_found()
    what = f"conversations/{conversation}"
    return await _read(gateway.conversations, tenant, what, asked_of(request, _CONVERSATION))


@router.get("/deliveries")
async def deliveries(tenant: VisibleTenant, request: Request, gateway: FromGateway) -> Any:
    """What became of the messages that went out."""
    return await _read(gateway.deliveries, tenant, "deliveries", asked_of(request, _DELIVERIES))


def asked_of(request: Request, allowed: tuple[str, ...]) -> list[tuple[str, str]]:
    """The parameters of a request that may be asked."""
    return [(name, value) for name, value in request.query_params.multi_items() if name in allowed]


async def _read(service: InternalReads, tenant: str, what: str, query: list[tuple[str, str]]) -> Any:
    try:
        return await service.get(f"/internal/tenants/{tenant}/{what}", query)
    except ReadRefused as refused:
        raise refusal(refused) from refused


def refusal(refused: ReadRefused) -> Problem:
    """What another service says no to, as the client shall see it."""
    if refused.status == not_found().status:
        return not_found()
    errors = {"errors": refused.problem["errors"]} if "errors" in refused.problem else {}
    return Problem(refused.status, str(refused.problem.get("title") or "The request does not fit"), **errors)
