"""Web chat over a web socket: whatever the business says in a session arrives, reminders included."""

import asyncio
from contextlib import suppress
from typing import Any

from fastapi import APIRouter, WebSocket, WebSocketDisconnect
from pydantic import TypeAdapter, ValidationError

from chassis.errors import TransientError
from chassis.http.problems import Problem
from chassis.observability.context import taken_up
from contracts.tenants import TenantConfig
from gateway.adapters.chat_streams import START, Listener, Position
from gateway.channels.json_body import UnreadableBody, read_object
from gateway.channels.webchat import Session, Typed
from gateway.domain.admission import Kind
from gateway.routes.chat import chat_tenant, translated
from gateway.routes.parts import FromGateway, Gateway, not_found

_LARGEST_FRAME = 64 * 1024
_SESSION: TypeAdapter[str] = TypeAdapter(Session)

router = APIRouter()


@router.websocket("/api/v1/chat/{tenant}/{session}")
async def chat(
    websocket: WebSocket, tenant: str, session: str, gateway: FromGateway, after: str | None = None
) -> None:
    """`after` is the id of the last message the page has; `0` asks for all that is kept."""
    try:
        config = await _tenant(gateway, tenant, session)
        start = await _start(gateway, config, session, after)
    except Problem as problem:
        await websocket.send_denial_response(problem.response())
        return
    # It listens before it accepts: whatever is said once the page sees the socket open, the page hears.
    async with gateway.chats.listen(config.id, session, start) as listener:
        await websocket.accept()
        pushing = asyncio.create_task(_push(websocket, listener))
        try:
            await _receive(websocket, gateway, config, session)
        finally:
            pushing.cancel()
            await asyncio.wait([pushing])


async def _tenant(gateway: Gateway, tenant: str, session: str) -> TenantConfig:
    try:
        _SESSION.validate_python(session)
        return await chat_tenant(gateway, tenant)
    except ValidationError as error:
        raise not_found() from error
    except TransientError as error:
        raise _later() from error


async def _start(gateway: Gateway, tenant: TenantConfig, session: str, after: str | None) -> Position:
    if after == "0":
        return START
    try:
        if after:
            return await gateway.chats.after(tenant.id, session, after)
        return await gateway.chats.now(tenant.id, session)
    except TransientError as error:
        raise _later() from error


def _later() -> Problem:
    return Problem(503, "Try again shortly", headers={"Retry-After": "1"})


async def _push(websocket: WebSocket, listener: Listener) -> None:
    with suppress(WebSocketDisconnect, RuntimeError):  # it is gone; the other side of this socket notices
        while True:
            reply = await listener.next()
            await websocket.send_json({"type": "message", **reply.shown()})


async def _receive(websocket: WebSocket, gateway: Gateway, tenant: TenantConfig, session: str) -> None:
    with suppress(WebSocketDisconnect):
        while True:
            message = await websocket.receive()
            if message["type"] == "websocket.disconnect":
                return
            frame = message.get("text") or message.get("bytes") or ""
            with taken_up():
                answer = await _answer(frame, gateway, tenant, session)
            await websocket.send_json(answer)


async def _answer(frame: str | bytes, gateway: Gateway, tenant: TenantConfig, session: str) -> dict[str, Any]:
    """What the page hears about its frame: taken in, or what is wrong with it."""
    if len(frame) > _LARGEST_FRAME:
        return {"type": "error", "title": "The message is too long"}
    try:
        typed = Typed.model_validate(read_object(frame.encode() if isinstance(frame, str) else frame))
    except (UnreadableBody, ValidationError) as error:
        return {"type": "error", "title": "The message cannot be read", "detail": _in_words(error)}
    message = translated(gateway, tenant, session, typed)
    try:
        with gateway.admission.place(Kind.CHAT):
            async with gateway.admission.turn(tenant.id):
                await gateway.ingress.accept(tenant.id, [message])
    except TransientError as error:
        wait = round(error.retry_after or 1)
        return {"type": "error", "title": "Try again shortly", "retry_after": wait, "id": typed.id}
    return {"type": "accepted", "message_id": str(message.event_id), "id": typed.id}


def _in_words(error: ValueError) -> str:
    if not isinstance(error, ValidationError):
        return str(error)
    first = error.errors(include_input=False, include_url=False)[0]
    return f"{'.'.join(map(str, first['loc']))} {first['msg'].removeprefix('Value error, ')}".strip()
