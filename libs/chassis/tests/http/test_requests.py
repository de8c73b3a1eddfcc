import httpx
import pytest
from fastapi import FastAPI
from prometheus_client import REGISTRY

from chassis.http.requests import Observed


@pytest.fixture
async def client():
    app = FastAPI()
    app.add_middleware(Observed)

    @app.get("/businesses/{name}")
    async def business(name: str) -> str:
        return name

    transport = httpx.ASGITransport(app)
    async with httpx.AsyncClient(transport=transport, base_url="http://test") as one:
        yield one


def answered(**labels):
    return REGISTRY.get_sample_value("bellhop_http_request_seconds_count", labels) or 0


async def test_requests_are_counted_by_their_route(client):
    labels = {"method": "GET", "route": "/businesses/{name}", "status": "200"}
    before = answered(**labels)
    for name in ("lyo", "lily"):
        await client.get(f"/businesses/{name}")
    assert answered(**labels) == before + 2


async def test_what_strangers_invent_makes_no_new_series(client):
    before = answered(method="other", route="unknown", status="404")
    for n in range(3):
        await client.request(f"INVENTED{n}", f"/nowhere/{n}")
    assert answered(method="other", route="unknown", status="404") == before + 3
