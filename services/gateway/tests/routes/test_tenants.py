"""Tenants over the API: secrets go in and never come out."""

import json
from typing import Any

import pytest


@pytest.fixture
async def admin(house: Any) -> Any:
    return await house.login("admin@bellhop.local", "bellhop-demo")


def content(tenant: Any, **change: Any) -> Any:
    return tenant.model_dump(mode="json") | change


async def test_put_stores_and_publishes(house, admin, tenant) -> None:
    answer = await house.http.put("/api/v1/tenants/rosa", json=content(tenant, name="Rosa II"), headers=admin)
    assert (answer.status_code, answer.json()) == (200, {"id": "rosa", "version": 2})
    (event,) = house.broker.of("tenant.configured.v1")
    assert (event.data.version, event.data.config.name) == (2, "Rosa II")


async def test_a_new_tenant_with_its_people(house, admin, tenant) -> None:
    users = [{"email": "boss@nuovo.it", "password": "nuovo nuovo"}]
    body = content(tenant, id="nuovo", users=users)
    assert (await house.http.put("/api/v1/tenants/nuovo", json=body, headers=admin)).status_code == 200
    boss = await house.login("boss@nuovo.it", "nuovo nuovo")
    assert (await house.http.get("/api/v1/tenants/nuovo", headers=boss)).json()["version"] == 1
    assert "boss@nuovo.it" not in house.broker.published[-1].model_dump_json()


async def test_get_shows_no_secret(house, admin) -> None:
    answer = await house.http.get("/api/v1/tenants/rosa", headers=admin)
    assert answer.json()["channels"] == {
        "whatsapp": {"phone_number_id": "555000111"},
        "telegram": {},
        "webchat": {"enabled": True},
    }
    assert not any(word in answer.text for word in ("sealed:", "rosa app", "rosa verify", "password", "hash"))


async def test_only_an_administrator_may(house, tenant) -> None:
    boss = await house.login("boss@rosa.it", "rosa rosa rosa")
    for name in ("rosa", "nero"):
        answer = await house.http.put(f"/api/v1/tenants/{name}", json=content(tenant), headers=boss)
        assert answer.status_code == 403
    assert house.broker.published == []


async def test_mistakes_are_told_by_field(house, admin, tenant) -> None:
    body = content(tenant, timezone="Rome", colour="red")
    answer = await house.http.put("/api/v1/tenants/rosa", json=body, headers=admin)
    assert answer.status_code == 422
    assert {one["field"] for one in answer.json()["errors"]} == {"timezone", "colour"}


async def test_the_address_and_the_file_must_agree(house, admin, tenant) -> None:
    answer = await house.http.put("/api/v1/tenants/nero", json=content(tenant), headers=admin)
    assert (answer.status_code, answer.json()["errors"][0]["field"]) == (422, "id")


async def test_with_the_broker_down_it_is_stored_and_shall_be_repeated(house, admin, tenant) -> None:
    house.broker.down = True
    body = content(tenant, name="Rosa II")
    answer = await house.http.put("/api/v1/tenants/rosa", json=body, headers=admin)
    assert (answer.status_code, answer.headers["retry-after"]) == (503, "1")
    house.broker.down = False
    assert (await house.http.put("/api/v1/tenants/rosa", json=body, headers=admin)).json()["version"] == 2
    assert len(house.broker.of("tenant.configured.v1")) == 1


@pytest.mark.parametrize(
    "body",
    [
        b"",
        b"[]",
        b"null",
        b"{}",
        b"x",
        b"[" * 50_000,
        b'{"a":' * 100 + b"1" + b"}" * 100,
        b'{"\\ud800":"\\ud800"}',
        b'{"id":"rosa","name":"\\ud800"}',
        b'{"id":NaN}',
        b'{"id":"rosa","services":[{"id":1e999,"price":-1}]}',
        b'{"id":"rosa","hours":5,"languages":{},"channels":[]}',
    ],
)
async def test_garbage_is_the_senders_fault(house, admin, body: bytes) -> None:
    headers = admin | {"Content-Type": "application/json"}
    answer = await house.http.put("/api/v1/tenants/rosa", content=body, headers=headers)
    assert 400 <= answer.status_code < 500
    json.loads(answer.content)
