"""The AI vendors' stand-ins behind a real HTTP server, for connections that break."""

import socket
import threading
import time
from collections.abc import AsyncIterator, Callable, Iterator
from typing import Any

import httpx
import pytest
import uvicorn
from fastapi import FastAPI

from chassis.http.problems import add_problem_handlers
from ops.sandbox.ai.calls import AiCalls
from ops.sandbox.ai.routes import VENDORS, calls_routes, vendor_routes
from ops.sandbox.fault_routes import fault_routes
from ops.sandbox.faults import Faults

FACTS = """You answer customers of Lyo. Write in the language with the code "it".

Facts:
avete un parcheggio Sì, dietro il negozio.
accettate carte Accettiamo carte e contanti."""

SCHEMA = {
    "type": "object",
    "properties": {"answer": {"type": "string"}, "intent": {"enum": ["book", "other"]}},
    "required": ["answer", "intent"],
    "additionalProperties": False,
}

Fail = Callable[..., None]


@pytest.fixture(scope="session")
def sandbox_url() -> Iterator[str]:
    app = FastAPI()
    faults, calls = Faults(), AiCalls(VENDORS)
    app.include_router(vendor_routes(faults, calls))
    app.include_router(fault_routes(faults, ("whatsapp",), VENDORS))
    app.include_router(calls_routes(calls))
    add_problem_handlers(app)
    with socket.create_server(("127.0.0.1", 0)) as listening:
        server = uvicorn.Server(uvicorn.Config(app, log_level="critical", lifespan="off"))
        thread = threading.Thread(target=server.run, kwargs={"sockets": [listening]}, daemon=True)
        thread.start()
        while not server.started:
            time.sleep(0.01)
        yield f"http://127.0.0.1:{listening.getsockname()[1]}"
        server.should_exit = True
        thread.join(5)


@pytest.fixture
async def sandbox(sandbox_url: str) -> AsyncIterator[httpx.AsyncClient]:
    async with httpx.AsyncClient(base_url=sandbox_url, trust_env=False, timeout=10) as client:
        yield client
        await client.delete("/sandbox/faults")
        await client.delete("/sandbox/ai/calls")


@pytest.fixture
def fail(sandbox_url: str) -> Iterator[Fail]:
    """Makes a vendor fail; it is well again after the test."""

    def failing(vendor: str, kind: str, **options: Any) -> None:
        wanted = {"vendor": vendor, "kind": kind, **options}
        httpx.post(f"{sandbox_url}/sandbox/faults", json=wanted, trust_env=False).raise_for_status()

    yield failing
    httpx.delete(f"{sandbox_url}/sandbox/faults", trust_env=False)
