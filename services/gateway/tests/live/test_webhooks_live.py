"""Webhooks against a real broker and a real Redis."""

import asyncio
import hashlib
import hmac
import json
import os
import time
from typing import Any

import httpx
import pytest

pytestmark = pytest.mark.servers


def webhook(*ids: str) -> bytes:
    messages = [
        {"id": one, "from": "39333", "timestamp": "1772452800", "type": "text", "text": {"body": "Ciao"}}
        for one in ids
    ]
    value = {"metadata": {"phone_number_id": "100000000000001"}, "messages": messages}
    changes = [{"field": "messages", "value": value}]
    return json.dumps({"object": "whatsapp_business_account", "entry": [{"changes": changes}]}).encode()


async def post(live: Any, body: bytes, signed: bytes | None = None) -> Any:
    digest = hmac.new(b"lyo-whatsapp-secret", body if signed is None else signed, hashlib.sha256)
    headers = {"X-Hub-Signature-256": f"sha256={digest.hexdigest()}"}
    return await live.http.post("/webhooks/whatsapp/lyo", content=body, headers=headers)


async def test_the_same_webhook_three_times_is_one_event(live) -> None:
    for _ in range(3):
        assert (await post(live, webhook("wamid.1"))).status_code == 200
    (event,) = await live.settle("message.received.v1", 1)
    assert 7 * 24 * 3600 - 60 < await live.redis.ttl(f"ingress:{event.id}") <= 7 * 24 * 3600
    # And all at the same moment, in one payload with others.
    body = webhook("wamid.1", "wamid.2", "wamid.3")
    answers = await asyncio.gather(*(post(live, body) for _ in range(80)))
    assert {one.status_code for one in answers} == {200}
    assert len(await live.settle("message.received.v1", 3)) == 3


async def test_a_flipped_byte_publishes_nothing_and_the_callers_trace_goes_on(live) -> None:
    parent = "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01"
    live.http.headers["traceparent"] = parent
    body = webhook("wamid.1")
    assert (await post(live, body.replace(b"Ciao", b"Ciap"), body)).status_code == 401
    await post(live, webhook("wamid.2"))
    (event,) = await live.settle("message.received.v1", 1)
    assert event.data.vendor_message_id == "wamid.2"
    assert event.traceparent.split("-")[1] == parent.split("-")[1]


async def test_a_body_over_the_limit_that_tells_no_length(live) -> None:
    async def endless():
        for _ in range(50):
            yield b"x" * 100_000

    answer = await live.http.post("/webhooks/whatsapp/lyo", content=endless())
    assert (answer.status_code, answer.headers["content-type"]) == (413, "application/problem+json")


async def test_five_businesses_are_ready_and_ten_wrong_passwords_are_enough(live) -> None:
    given = {"email": "admin@bellhop.local", "password": "bellhop-demo"}
    token = (await live.http.post("/api/v1/auth/login", json=given)).json()["access_token"]
    answer = await live.http.get("/api/v1/tenants", headers={"Authorization": f"Bearer {token}"})
    assert [one["id"] for one in answer.json()["items"]] == ["academy", "feelori", "lily", "lyo", "sdb"]

    async def attempt(email: str, password: str) -> Any:
        return await live.http.post("/api/v1/auth/login", json={"email": email, "password": password})

    tries = [await attempt("owner@lyo.local", "wrong") for _ in range(10)]
    assert {one.status_code for one in tries} == {401}
    locked = await attempt("owner@lyo.local", "lyo-demo")
    assert locked.status_code == 429
    assert 0 < int(locked.headers["retry-after"]) <= 300
    assert (await attempt("owner@sdb.local", "sdb-demo")).status_code == 200


async def test_with_the_broker_gone_it_says_so_within_two_seconds(live, settings) -> None:
    # A vhost that vanishes closes every connection to it, as a broker that stops does.
    await vanish(settings.rabbitmq_url.get_secret_value())
    started = time.monotonic()
    answer = await post(live, webhook("wamid.1"))
    assert time.monotonic() - started < 2
    assert (answer.status_code, answer.headers["retry-after"]) == (503, "1")
    assert [key async for key in live.redis.scan_iter("ingress:*")] == []


async def vanish(url: str) -> None:
    name = url.rpartition("/")[2]
    async with httpx.AsyncClient(base_url=os.environ["BELLHOP_RABBITMQ_MANAGEMENT_URL"], timeout=30) as api:
        (await api.delete(f"/api/vhosts/{name}")).raise_for_status()
        (await api.put(f"/api/vhosts/{name}")).raise_for_status()
