"""Webhooks of the WhatsApp Cloud API (Meta, Graph API v23.0)."""

from typing import Annotated

from fastapi import APIRouter, Header, Request, Response
from fastapi.responses import PlainTextResponse

from chassis.http.problems import Problem
from contracts.tenants import TenantConfig, WhatsAppAccount
from gateway.channels import whatsapp
from gateway.routes.parts import FromGateway, Gateway, not_found
from gateway.routes.webhook import not_authentic, take_in

router = APIRouter(prefix="/webhooks/whatsapp", tags=["webhooks"])


@router.get("/{tenant}")
async def answer_challenge(tenant: str, request: Request, gateway: FromGateway) -> PlainTextResponse:
    """Meta asks once, when the address is registered, whether it is ours."""
    _, account = await _account(gateway, tenant)
    challenge = whatsapp.answer_challenge(request.query_params, account.verify_token)
    if challenge is None:
        raise Problem(403, "The verify token is not ours")
    return PlainTextResponse(challenge)


@router.post("/{tenant}")
async def receive(
    tenant: str,
    request: Request,
    gateway: FromGateway,
    x_hub_signature_256: Annotated[str | None, Header()] = None,
) -> Response:
    """Messages, receipts and notices; the signature covers the bytes as they came."""
    config, account = await _account(gateway, tenant)
    body = await request.body()
    if not whatsapp.verify_signature(body, x_hub_signature_256, account.app_secret):
        raise not_authentic()
    return await take_in(gateway, config, body, whatsapp.translate)


async def _account(gateway: Gateway, tenant: str) -> tuple[TenantConfig, WhatsAppAccount]:
    config = await gateway.tenant(tenant)
    if config.channels.whatsapp is None:
        raise not_found()
    return config, config.channels.whatsapp
