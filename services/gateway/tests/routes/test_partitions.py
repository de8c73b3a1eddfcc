"""The partitions over the API: who may, what is published, and what is read back."""

from typing import Any

import httpx
import pytest

PARTITIONS = "/api/v1/partitions"


@pytest.fixture
async def admin(house: Any) -> Any:
    return await house.login("admin@bellhop.local", "bellhop-demo")


@pytest.mark.parametrize(("method", "path"), [("GET", ""), ("POST", "/conversation")])
async def test_only_administrators_see_or_change_anything_here(house, method, path) -> None:
    boss = await house.login("boss@rosa.it", "rosa rosa rosa")
    for headers, status in (({}, 401), (boss, 403)):
        answer = await house.http.request(method, PARTITIONS + path, json={"count": 32}, headers=headers)
        assert (answer.status_code, answer.headers["content-type"]) == (status, "application/problem+json")
    assert (house.asked, house.broker.published) == ([], [])


async def test_a_change_is_asked_for_by_an_event_of_the_whole_installation(house, admin) -> None:
    answer = await house.http.post(f"{PARTITIONS}/conversation", json={"count": 32}, headers=admin)
    (asked,) = house.broker.of("partitions-change.requested.v1")
    assert (answer.status_code, answer.json()) == (202, {"id": str(asked.id)})
    assert (asked.data.service, asked.data.count) == ("conversation", 32)
    assert (asked.tenantid, asked.data.personal.by) == ("bellhop", "admin@bellhop.local")


@pytest.mark.parametrize("body", [{"count": 0}, {"count": 257}, {"count": "many"}, {}, {"count": 3, "n": 4}])
async def test_a_number_that_cannot_be_is_refused(house, admin, body) -> None:
    answer = await house.http.post(f"{PARTITIONS}/conversation", json=body, headers=admin)
    assert (answer.status_code, house.broker.published) == (422, [])


async def test_a_service_without_partitions_is_refused(house, admin) -> None:
    answer = await house.http.post(f"{PARTITIONS}/scheduler", json={"count": 32}, headers=admin)
    assert (answer.status_code, house.broker.published) == (422, [])


async def test_without_the_broker_the_wish_is_not_accepted(house, admin) -> None:
    house.broker.down = True
    answer = await house.http.post(f"{PARTITIONS}/conversation", json={"count": 32}, headers=admin)
    assert answer.status_code == 503


async def test_all_services_are_shown_and_one_that_is_away_is_named(house, admin) -> None:
    conversation = {"service": "conversation", "count": 16, "partitions": []}
    house.internal["/internal/partitions"] = httpx.Response(200, json=conversation)
    house.internal["/notifier/internal/partitions"] = httpx.ConnectError("away")
    told = (await house.http.get(PARTITIONS, headers=admin)).json()
    assert told["items"] == [conversation]
    assert [one["service"] for one in told["unreachable"]] == ["notifier"]
