"""Webhooks of Telegram bots (Bot API 10)."""

from typing import Annotated

from fastapi import APIRouter, Header, Request, Response
from fastapi.responses import JSONResponse

from gateway.channels import telegram
from gateway.routes.parts import FromGateway, not_found
from gateway.routes.webhook import not_authentic, take_in

router = APIRouter(prefix="/webhooks/telegram", tags=["webhooks"])


@router.post("/{tenant}")
async def receive(
    tenant: str,
    request: Request,
    gateway: FromGateway,
    x_telegram_bot_api_secret_token: Annotated[str | None, Header()] = None,
) -> Response:
    """One update; it is authentic if it shows the token that was given to setWebhook."""
    config = await gateway.tenant(tenant)
    if config.channels.telegram is None:
        raise not_found()
    if not telegram.verify_secret(x_telegram_bot_api_secret_token, config.channels.telegram.secret_token):
        raise not_authentic()
    body = await request.body()
    taken = await take_in(gateway, config, body, telegram.translate)
    answer = telegram.answer_tap(body)
    return JSONResponse(answer) if answer else taken
