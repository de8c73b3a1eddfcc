"""Readiness tells the truth: what is needed decides, what is optional only degrades, what hangs is named."""

import asyncio

import httpx
import pytest
from fastapi import FastAPI
from prometheus_client import REGISTRY

from chassis.http import health


class Dependency:
    """Well, broken or hanging, as the test says."""

    def __init__(self) -> None:
        self.error: Exception | None = None
        self.answers = asyncio.Event()
        self.answers.set()
        self.asked = 0

    async def check(self) -> None:
        self.asked += 1
        await self.answers.wait()
        if self.error:
            raise self.error


@pytest.fixture
def store() -> Dependency:
    return Dependency()


@pytest.fixture
def redis() -> Dependency:
    return Dependency()


@pytest.fixture
async def client(store, redis, monkeypatch):
    monkeypatch.setattr(health, "_PATIENCE_SECONDS", 0.02)
    app = FastAPI()
    app.state.service = "test"
    app.state.checks = {"store": health.Shared(store.check), "redis": health.Shared(redis.check)}
    app.state.optional = {"redis"}
    app.include_router(health.router)
    transport = httpx.ASGITransport(app)
    async with httpx.AsyncClient(transport=transport, base_url="http://test") as one:
        yield one


async def test_with_all_well_it_is_ready(client):
    answer = await client.get("/health/ready")
    assert (answer.status_code, answer.json()) == (200, {"status": "ok"})


async def test_what_it_needs_makes_it_unready_with_the_reason(client, store):
    store.error = OSError("disk full")
    answer = await client.get("/health/ready")
    assert answer.status_code == 503
    assert answer.json() == {"status": "unavailable", "failing": ["store"]}
    found = (await client.get("/health")).json()["dependencies"]
    assert found == {"store": "OSError: disk full", "redis": "ok"}


async def test_what_it_can_do_without_only_degrades_it(client, redis):
    redis.error = ConnectionError("away")
    assert (await client.get("/health/ready")).status_code == 200
    assert (await client.get("/health")).json()["status"] == "degraded"


async def test_what_hangs_is_asked_once_and_its_return_shows_at_once(client, store):
    store.answers.clear()
    for _ in range(3):
        answer = await client.get("/health")
        assert answer.json()["dependencies"]["store"] == "no answer within 0.02 s"
    assert store.asked == 1
    store.answers.set()
    assert (await client.get("/health/ready")).status_code == 200


async def test_what_hangs_for_ever_is_given_up_and_asked_anew(client, store, monkeypatch):
    monkeypatch.setattr(health, "_GIVEN_UP_SECONDS", 0.03)
    store.answers.clear()
    await client.get("/health/ready")
    await asyncio.sleep(0.03)
    await client.get("/health/ready")
    assert store.asked == 2


async def test_a_scrape_looks_at_the_dependencies_anew(client, store, redis):
    redis.error = ConnectionError("away")
    text = (await client.get("/metrics")).text
    assert 'bellhop_dependency_up{dependency="redis"} 0.0' in text
    assert REGISTRY.get_sample_value("bellhop_dependency_up", {"dependency": "store"}) == 1
