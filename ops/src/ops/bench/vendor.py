"""A vendor that answers at once and writes down when it was called."""

import asyncio
import time
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from uuid import uuid4

import uvicorn
from fastapi import FastAPI, Request


class Vendor:
    """WhatsApp's message call, for customers who wait for exactly one answer."""

    def __init__(self) -> None:
        self._waiting: dict[str, asyncio.Future[float]] = {}
        self.app = FastAPI()
        self.app.post("/v23.0/{account}/messages")(self._called)

    def expect(self, customer: str) -> asyncio.Future[float]:
        """Becomes the moment (perf_counter, seconds) at which this customer's answer arrived."""
        self._waiting[customer] = asyncio.get_running_loop().create_future()
        return self._waiting[customer]

    async def _called(self, request: Request) -> dict[str, object]:
        moment = time.perf_counter()
        customer = (await request.json())["to"]
        if (waiting := self._waiting.get(customer)) and not waiting.done():
            waiting.set_result(moment)
        return {"messaging_product": "whatsapp", "messages": [{"id": f"wamid.{uuid4().hex}"}]}


@asynccontextmanager
async def serving(vendor: Vendor, port: int) -> AsyncIterator[None]:
    """The vendor on loopback."""
    server = uvicorn.Server(uvicorn.Config(vendor.app, port=port, log_level="warning", loop="uvloop"))
    task = asyncio.create_task(server.serve())
    while not server.started:  # noqa: ASYNC110 - uvicorn offers no event to wait for
        await asyncio.sleep(0.01)
    try:
        yield
    finally:
        server.should_exit = True
        await task
