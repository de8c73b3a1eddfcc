"""Full, without a broker, or behind a backlog: a quick 503 that says when to come again; the rest goes on."""

import asyncio
from collections.abc import AsyncIterator, Iterator
from contextlib import AsyncExitStack, ExitStack, asynccontextmanager, contextmanager
from typing import Any

import pytest
from prometheus_client import REGISTRY

from gateway.domain.admission import Kind

from .test_webhooks import WEBHOOK, post, signature


@contextmanager
def occupied(house: Any, kind: Kind, places: int) -> Iterator[None]:
    with ExitStack() as stack:
        for _ in range(places):
            stack.enter_context(house.gateway.admission.place(kind))
        yield


@asynccontextmanager
async def crowded(house: Any, tenant: str) -> AsyncIterator[None]:
    async with AsyncExitStack() as stack:
        for _ in range(house.gateway.settings.tenant_at_once):
            await stack.enter_async_context(house.gateway.admission.turn(tenant))
        yield


def turned_away(answer: Any, reason: str, seconds: str = "1") -> None:
    assert (answer.status_code, answer.json()["reason"]) == (503, reason)
    assert answer.headers["retry-after"] == seconds
    assert answer.headers["content-type"] == "application/problem+json"
    assert answer.headers["x-content-type-options"] == "nosniff"


def counted(reason: str) -> float:
    return REGISTRY.get_sample_value("bellhop_ingress_shed_total", {"reason": reason}) or 0.0


async def chat(house: Any) -> Any:
    said = {"tenant": "rosa", "session": "s" * 16, "text": "Ciao"}
    return await house.http.post("/api/v1/chat", json=said)


async def test_without_a_broker_nobody_waits_for_it(house) -> None:
    house.gateway.admission.watch.confirms, before = False, counted("broker")
    turned_away(await post(house), "broker")
    turned_away(await chat(house), "broker")
    assert (house.broker.published, counted("broker") - before) == ([], 2)
    house.gateway.admission.watch.confirms = True
    assert (await post(house)).status_code == 200


async def test_behind_a_backlog_webhooks_shall_come_again_and_people_still_get_in(house) -> None:
    house.gateway.admission.backlog.waiting = house.gateway.settings.backlog_limit
    turned_away(await post(house), "backlog", "5")
    assert await house.login("boss@rosa.it", "rosa rosa rosa")
    assert (await house.http.get("/webhooks/whatsapp/rosa")).status_code == 403


async def test_more_requests_than_places(house) -> None:
    with occupied(house, Kind.WEBHOOK, house.gateway.settings.requests_in_hand):
        turned_away(await post(house), "in_hand")
        assert await house.login("boss@rosa.it", "rosa rosa rosa")
    assert (await post(house)).status_code == 200


async def test_bodies_together_stay_within_memory(house) -> None:
    with house.gateway.admission.place(Kind.WEBHOOK, house.gateway.settings.bodies_in_hand):
        turned_away(await post(house), "memory")

        async def untold():
            yield WEBHOOK

        headers = signature(WEBHOOK)
        answer = await house.http.post("/webhooks/whatsapp/rosa", content=untold(), headers=headers)
        turned_away(answer, "memory")


async def test_a_flooding_tenant_waits_behind_itself_alone(house) -> None:
    async with crowded(house, "rosa"):
        asking = asyncio.create_task(post(house))
        other = await house.http.post("/webhooks/telegram/nero", json={})
        assert other.status_code == 401  # it got as far as anybody without a secret
        turned_away(await asking, "tenant")
    assert (await post(house)).status_code == 200


async def test_who_got_a_turn_when_the_broker_had_gone_is_told_at_once(house) -> None:
    async with crowded(house, "rosa"):
        asking = asyncio.create_task(post(house))
        await asyncio.sleep(0.02)
        house.gateway.admission.watch.confirms = False
    turned_away(await asking, "broker")


@pytest.mark.parametrize("path", ["/webhooks", "/webhooks/whatsapp", "/nowhere", "/webhooks/stripe"])
async def test_what_is_not_there_is_still_not_there(house, path: str) -> None:
    assert (await house.http.post(path)).status_code == 404
