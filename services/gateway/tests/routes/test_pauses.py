"""Pausing over the API: who may, what is published, and what is read back."""

from typing import Any

import httpx
import pytest

PAUSES = "/api/v1/tenants/rosa/pauses"
INTERNAL = "/internal/tenants/rosa/pauses"


def paused(**change: Any) -> dict[str, Any]:
    return {
        "capability": "replies", "paused": True, "since": "2026-03-02T12:00:00Z", "by": "boss@rosa.it",
        "reason": "", "conversations": 2, "events": 5,
    } | change  # fmt: skip


@pytest.fixture
async def boss(house: Any) -> Any:
    return await house.login("boss@rosa.it", "rosa rosa rosa")


async def test_a_business_pauses_resumes_and_steps_for_itself(house, boss) -> None:
    put = await house.http.put(f"{PAUSES}/replies", json={"reason": " new prices "}, headers=boss)
    step = await house.http.post(f"{PAUSES}/replies/step", headers=boss)
    delete = await house.http.delete(f"{PAUSES}/replies", params={"discard": True}, headers=boss)
    assert [one.status_code for one in (put, step, delete)] == [202, 202, 202]
    said = house.broker.published
    assert [one.json()["id"] for one in (put, step, delete)] == [str(event.id) for event in said]
    assert [event.type for event in said] == [
        "capability.paused.v1", "capability.stepped.v1", "capability.resumed.v1",
    ]  # fmt: skip
    assert {(event.tenantid, event.partitionkey, event.data.personal.by) for event in said} == {
        ("rosa", "rosa", "boss@rosa.it")
    }
    assert (said[0].data.reason, said[2].data.discard) == ("new prices", True)


async def test_without_a_reason_and_without_discarding(house, boss) -> None:
    await house.http.put(f"{PAUSES}/sending", headers=boss)
    await house.http.delete(f"{PAUSES}/sending", headers=boss)
    assert (house.broker.published[0].data.reason, house.broker.published[1].data.discard) == ("", False)


@pytest.mark.parametrize("tenant", ["nero", "nobody", "no such id!"])
async def test_other_businesses_are_not_there(house, boss, tenant) -> None:
    there = f"/api/v1/tenants/{tenant}/pauses"
    for method, path in (("GET", ""), ("PUT", "/replies"), ("DELETE", "/replies"), ("POST", "/replies/step")):
        answer = await house.http.request(method, there + path, headers=boss)
        assert (answer.status_code, answer.headers["content-type"]) == (404, "application/problem+json")
    assert house.broker.published == []


async def test_an_administrator_may_for_all_that_exist(house) -> None:
    admin = await house.login("admin@bellhop.local", "bellhop-demo")
    assert (await house.http.put("/api/v1/tenants/nero/pauses/sending", headers=admin)).status_code == 202
    assert (await house.http.put("/api/v1/tenants/nobody/pauses/sending", headers=admin)).status_code == 404
    assert (await house.http.put(f"{PAUSES}/sending")).status_code == 401


@pytest.mark.parametrize(
    ("method", "path", "body"),
    [
        ("PUT", "/smiles", {}),
        ("DELETE", "/smiles", None),
        ("POST", "/smiles/step", None),
        ("PUT", "/replies", {"reason": "x" * 501}),
        ("DELETE", "/replies?discard=perhaps", None),
    ],
)
async def test_what_does_not_fit_is_a_problem(house, boss, method, path, body) -> None:
    answer = await house.http.request(method, PAUSES + path, json=body, headers=boss)
    assert (answer.status_code, answer.headers["content-type"]) == (422, "application/problem+json")
    assert house.broker.published == []


async def test_what_waits_in_all_services_is_added_up(house, boss) -> None:
    house.internal[INTERNAL] = httpx.Response(200, json={"items": [paused()]})
    (item,) = (await house.http.get(PAUSES, headers=boss)).json()["items"]
    # Both services answer the same in these tests.
    assert item == paused(conversations=4, events=10)


async def test_with_a_service_or_the_broker_away_it_is_said(house, boss) -> None:
    house.internal[INTERNAL] = httpx.ConnectError("away")
    house.broker.down = True
    for method, path in (("GET", ""), ("PUT", "/replies")):
        answer = await house.http.request(method, PAUSES + path, headers=boss)
        assert (answer.status_code, "retry-after" in answer.headers) == (503, True)
