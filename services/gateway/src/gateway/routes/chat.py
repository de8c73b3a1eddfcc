"""Web chat over plain HTTP: say something, get the answers of this turn."""

import asyncio
from typing import Annotated, Any
from uuid import UUID, uuid4

from fastapi import APIRouter, Response
from pydantic import StringConstraints

from contracts.tenants import TenantConfig
from gateway.adapters.chat_streams import START, Listener, Reply
from gateway.channels.translation import Translated
from gateway.channels.webchat import Said, Session, Typed, translate_said
from gateway.routes.parts import FromGateway, Gateway, not_found

_MORE_SECONDS = 0.3  # one turn may have several replies; they follow each other within milliseconds

router = APIRouter(prefix="/api/v1/chat", tags=["web chat"])


class ChatPost(Typed):
    """What a visitor says to a tenant."""

    tenant: Annotated[str, StringConstraints(max_length=63)]
    session: Session


@router.post("", responses={404: {}})
async def say(post: ChatPost, gateway: FromGateway, response: Response) -> dict[str, Any]:
    """200 with the replies; 202 with none yet if they take longer (they come over the web socket)."""
    tenant = await chat_tenant(gateway, post.tenant)
    message = translated(gateway, tenant, post.session, post)
    # From the start: when the same message is sent again, its replies are there already.
    async with gateway.chats.listen(tenant.id, post.session, START) as listener:
        async with gateway.admission.turn(tenant.id):
            await gateway.ingress.accept(tenant.id, [message])
        replies = await _replies(listener, message.event_id, gateway.settings.chat_wait)
    response.status_code = 200 if replies else 202
    return {
        "conversation": message.partition,
        "message_id": str(message.event_id),
        "replies": [reply.shown() for reply in replies],
    }


async def chat_tenant(gateway: Gateway, tenant: str) -> TenantConfig:
    """The tenant, if it has a web chat. Raises a 404 problem."""
    config = await gateway.tenant(tenant)
    if config.channels.webchat is None or not config.channels.webchat.enabled:
        raise not_found()
    return config


def translated(gateway: Gateway, tenant: TenantConfig, session: str, typed: Typed) -> Translated:
    """The event of what was typed; without an id of the page's own it gets a new one."""
    said = Said(
        session=session, id=typed.id or str(uuid4()), text=typed.text, choice=typed.choice, name=typed.name
    )
    return translate_said(tenant, said, gateway.clock())


async def _replies(listener: Listener, turn: UUID, wait: float) -> list[Reply]:
    replies: list[Reply] = []
    try:
        async with asyncio.timeout(wait) as limit:
            while True:
                reply = await listener.next()
                if reply.correlation_id != turn:
                    continue
                replies.append(reply)
                soon = asyncio.get_running_loop().time() + _MORE_SECONDS
                limit.reschedule(min(soon, limit.when() or soon))
    except TimeoutError:
        return replies
