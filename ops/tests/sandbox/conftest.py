"""A sandbox with one business, and a gateway that only remembers what it is sent."""

from collections.abc import AsyncIterator
from dataclasses import dataclass, field
from pathlib import Path

import httpx
import pytest
import yaml
from fastapi import FastAPI

from ops.sandbox.app import sandbox_app
from ops.sandbox.settings import SandboxSettings

BAKERY = {
    "id": "bakery",
    "name": "Forno Rossi",
    "timezone": "Europe/Rome",
    "languages": ["it"],
    "phone": "+39 06 555",
    "channels": {
        "whatsapp": {
            "phone_number_id": "100000000000042",
            "access_token": "bakery-whatsapp-token",
            "app_secret": "bakery-whatsapp-secret",
            "verify_token": "bakery-verify",
        },
        "telegram": {
            "bot_token": "1042:bakery-telegram-token",
            "secret_token": "bakery-telegram-secret",
        },
    },
}


@dataclass
class Gateway:
    """Takes every webhook; answers with `statuses` first, then 200."""

    requests: list[httpx.Request] = field(default_factory=list)
    statuses: list[int] = field(default_factory=list)

    def take(self, request: httpx.Request) -> httpx.Response:
        self.requests.append(request)
        return httpx.Response(self.statuses.pop(0) if self.statuses else 200)


@pytest.fixture
def gateway() -> Gateway:
    return Gateway()


@pytest.fixture
def tenants(tmp_path: Path) -> Path:
    (tmp_path / "bakery.yaml").write_text(yaml.safe_dump(BAKERY))
    (tmp_path / "broken.yaml").write_text("id: [")
    return tmp_path


@pytest.fixture
def app(gateway: Gateway, tenants: Path) -> FastAPI:
    client = httpx.AsyncClient(base_url="http://gateway", transport=httpx.MockTransport(gateway.take))
    return sandbox_app(SandboxSettings(tenants_dir=tenants), client, page=False)


@pytest.fixture
async def sandbox(app: FastAPI) -> AsyncIterator[httpx.AsyncClient]:
    transport = httpx.ASGITransport(app)
    async with (
        app.router.lifespan_context(app),
        httpx.AsyncClient(transport=transport, base_url="http://sandbox") as client,
    ):
        yield client
