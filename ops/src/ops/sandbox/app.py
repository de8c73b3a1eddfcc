"""The sandbox as one application: stand-ins of channels and AI vendors, the HTTP interface, the page."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

import httpx
from fastapi import FastAPI

from chassis.http.problems import add_problem_handlers
from ops.sandbox.ai.calls import AiCalls
from ops.sandbox.ai.routes import VENDORS, calls_routes, vendor_routes
from ops.sandbox.businesses import load_businesses
from ops.sandbox.channels.channel import World
from ops.sandbox.channels.registry import channels
from ops.sandbox.control import control_routes
from ops.sandbox.fault_routes import fault_routes
from ops.sandbox.faults import Faults
from ops.sandbox.phones import Phones
from ops.sandbox.settings import SandboxSettings
from ops.sandbox.webhooks import Webhooks
from ops.sandbox.wire import Wire


def sandbox_app(settings: SandboxSettings, gateway: httpx.AsyncClient, *, page: bool = True) -> FastAPI:
    """The application; `gateway` is a client whose base URL takes the webhooks. It is closed at the end."""
    wire = Wire()
    businesses = load_businesses(settings.tenants_dir)
    world = World(businesses, Phones(), Faults(), wire, Webhooks(gateway, wire))

    @asynccontextmanager
    async def lifespan(_: FastAPI) -> AsyncIterator[None]:
        async with gateway:
            yield
            world.faults.heal_all()

    app = FastAPI(title="Bellhop sandbox", lifespan=lifespan)
    networks = channels(world)
    for one in networks:
        app.include_router(one.routes(), tags=[one.title])
    ai_calls = AiCalls(VENDORS)
    app.include_router(vendor_routes(world.faults, ai_calls))
    app.include_router(control_routes(world, networks))
    app.include_router(fault_routes(world.faults, tuple(one.name for one in networks), VENDORS))
    app.include_router(calls_routes(ai_calls))
    app.add_api_route("/health/ready", lambda: {"status": "ok"}, methods=["GET"])
    well = {"service": "sandbox", "status": "ok", "dependencies": {}}
    app.add_api_route("/health", lambda: well, methods=["GET"])
    add_problem_handlers(app)
    if page:
        from ops.sandbox.page.page import add_page  # noqa: PLC0415 - NiceGUI takes two seconds to import

        add_page(app, world, networks, ai_calls, settings.gateway_url)
    return app
