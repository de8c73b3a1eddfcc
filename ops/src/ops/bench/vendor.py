"""A vendor that answers at once and writes down when it was called."""

import asyncio
import time
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from uuid import uuid4

import uvicorn
from starlette.requests import Request
from starlette.responses import JSONResponse
from starlette.types import Receive, Scope, Send


class Vendor:
    """WhatsApp's message call, for customers who wait for exactly one answer."""

    def __init__(self) -> None:
        self._waiting: dict[str, asyncio.Future[float]] = {}

    def expect(self, customer: str) -> asyncio.Future[float]:
        """Becomes the moment (perf_counter, seconds) at which this customer's answer arrived."""
        self._waiting[customer] = asyncio.get_running_loop().create_future()
        return self._waiting[customer]

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """The ASGI application: bare, so that it takes little from what is measured."""
        if scope["type"] == "http":
            content = await Request(scope, receive).json()
            self._called(content["to"])
            answer = {"messaging_product": "whatsapp", "messages": [{"id": f"wamid.{uuid4().hex}"}]}
            await JSONResponse(answer)(scope, receive, send)

    def _called(self, customer: str) -> None:
        if (waiting := self._waiting.get(customer)) and not waiting.done():
            waiting.set_result(time.perf_counter())


@asynccontextmanager
async def serving(vendor: Vendor, port: int) -> AsyncIterator[None]:
    """The vendor on loopback."""
    server = uvicorn.Server(
        uvicorn.Config(vendor, port=port, lifespan="off", log_level="warning", loop="uvloop")
    )
    task = asyncio.create_task(server.serve())
    while not server.started:  # noqa: ASYNC110 - uvicorn offers no event to wait for
        await asyncio.sleep(0.01)
    try:
        yield
    finally:
        server.should_exit = True
        await task
