"""The peer: a bare FastAPI and aio-pika echo with the same hops and the same promises.

`python -m ops.bench.echo ROLE PORT VENDOR` is one process: `gateway` checks the signature and publishes,
`middle` passes on, `sender` calls the vendor. Quorum queues, persistent, confirmed, acked by hand,
as Bellhop does; but nothing is understood, remembered, kept once or in order.
"""

import asyncio
import hashlib
import hmac
import json
import os
import sys
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager

import aio_pika
import httpx
import uvicorn
from aio_pika.abc import AbstractIncomingMessage, AbstractRobustConnection
from fastapi import FastAPI, Request, Response

FIRST, SECOND = "bench-echo.first", "bench-echo.second"
_PREFETCH = 64
_SECRET = b"lyo-whatsapp-secret"


async def connected() -> AbstractRobustConnection:
    """The broker, with both queues there."""
    connection = await aio_pika.connect_robust(os.environ["BELLHOP_RABBITMQ_URL"])
    async with connection.channel() as channel:
        for name in (FIRST, SECOND):
            await channel.declare_queue(name, durable=True, arguments={"x-queue-type": "quorum"})
    return connection


async def publisher(connection: AbstractRobustConnection, queue: str) -> Callable[[bytes], Awaitable[None]]:
    """Publishes to one queue, confirmed."""
    channel = await connection.channel()

    async def publish(body: bytes) -> None:
        message = aio_pika.Message(body, delivery_mode=aio_pika.DeliveryMode.PERSISTENT)
        await channel.default_exchange.publish(message, queue, mandatory=True)

    return publish


async def consume(queue: str, handle: Callable[[bytes], Awaitable[None]]) -> None:
    """Hands every message to `handle`, side by side, and acks after it."""
    connection = await connected()
    channel = await connection.channel()
    await channel.set_qos(_PREFETCH)

    async def take(message: AbstractIncomingMessage) -> None:
        async with message.process():
            await handle(message.body)

    await (await channel.get_queue(queue)).consume(take)
    await asyncio.Event().wait()


def gateway_app() -> FastAPI:
    """The webhook: signature, publish, 200."""

    @asynccontextmanager
    async def lifespan(app: FastAPI) -> AsyncIterator[None]:
        async with await connected() as connection:
            app.state.publish = await publisher(connection, FIRST)
            yield

    app = FastAPI(lifespan=lifespan)

    @app.post("/webhook")
    async def webhook(request: Request) -> Response:
        body = await request.body()
        expected = "sha256=" + hmac.new(_SECRET, body, hashlib.sha256).hexdigest()
        if not hmac.compare_digest(request.headers.get("X-Hub-Signature-256", ""), expected):
            return Response(status_code=401)
        await request.app.state.publish(body)
        return Response()

    return app


async def middle() -> None:
    """Passes on."""
    await consume(FIRST, await publisher(await connected(), SECOND))


async def sender(vendor: str) -> None:
    """Calls the vendor."""
    async with httpx.AsyncClient(base_url=vendor) as client:

        async def send(body: bytes) -> None:
            message = json.loads(body)["entry"][0]["changes"][0]["value"]["messages"][0]
            answer = {"messaging_product": "whatsapp", "to": message["from"], "type": "text"}
            text = {"text": {"body": message["text"]["body"]}}
            (await client.post("/v23.0/100000000000001/messages", json=answer | text)).raise_for_status()

        await consume(SECOND, send)


def main(role: str, port: str, vendor: str) -> None:
    """One process of the echo."""
    import uvloop  # noqa: PLC0415 - only the processes of the echo need it

    match role:
        case "gateway":
            uvicorn.run(gateway_app(), port=int(port), loop="uvloop", log_level="warning")
        case "middle":
            uvloop.run(middle())
        case "sender":
            uvloop.run(sender(vendor))


if __name__ == "__main__":
    main(*sys.argv[1:])
