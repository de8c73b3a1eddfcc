"""The failure desks over the API: who may, what is published, and what is read back."""

import json
from typing import Any
from uuid import uuid4

import httpx
import pytest

from contracts.examples import examples_of

FAILURES = "/api/v1/failures"
EXAMPLE = json.loads(examples_of("booking.requested.v1").valid[0])
RETRY = {"service": "scheduler", "action": "retry", "selection": {}}
ONE = "7f0c8f3e-1d5b-4b9e-9a53-2f6f1d0a4c11"


def group(count: int, service: str = "scheduler") -> dict[str, Any]:
    return {"id": "3f2a91", "service": service, "count": count, "tenants": ["rosa"]}


@pytest.fixture
async def admin(house: Any) -> Any:
    return await house.login("admin@bellhop.local", "bellhop-demo")


@pytest.mark.parametrize(
    ("method", "path"),
    [
        ("GET", ""),
        ("GET", "/scheduler"),
        ("GET", f"/scheduler/{ONE}"),
        ("POST", "/jobs"),
        ("GET", f"/jobs/scheduler/{ONE}"),
    ],
)
async def test_only_administrators_see_or_do_anything_here(house, method, path) -> None:
    boss = await house.login("boss@rosa.it", "rosa rosa rosa")
    for headers, status in (({}, 401), (boss, 403)):
        answer = await house.http.request(method, FAILURES + path, json=RETRY, headers=headers)
        assert (answer.status_code, answer.headers["content-type"]) == (status, "application/problem+json")
    assert (house.asked, house.broker.published) == ([], [])


async def test_the_groups_of_all_services_are_one_list(house, admin) -> None:
    house.internal["/internal/failures/groups"] = httpx.Response(200, json={"items": [group(2), group(7)]})
    other = httpx.Response(200, json={"items": [group(5, "notifier")]})
    house.internal["/notifier/internal/failures/groups"] = other
    told = (await house.http.get(FAILURES, headers=admin)).json()
    assert [(one["service"], one["count"]) for one in told["items"]] == [
        ("scheduler", 7), ("notifier", 5), ("scheduler", 2),
    ]  # fmt: skip
    assert told["unreachable"] == []


async def test_a_service_that_is_away_is_named_and_hides_nobody(house, admin) -> None:
    house.internal["/internal/failures/groups"] = httpx.Response(200, json={"items": [group(2)]})
    house.internal["/notifier/internal/failures/groups"] = httpx.ConnectError("away")
    told = (await house.http.get(FAILURES, headers=admin)).json()
    assert [one["count"] for one in told["items"]] == [2]
    assert [one["service"] for one in told["unreachable"]] == ["notifier"]
    assert (await house.http.get(f"{FAILURES}/notifier", headers=admin)).status_code == 404


async def test_failures_are_read_from_their_service(house, admin) -> None:
    house.internal["/internal/failures"] = httpx.Response(200, json={"items": [], "next": None})
    house.internal[f"/internal/failures/{ONE}"] = httpx.Response(200, json={"id": ONE})
    house.internal[f"/internal/failures/jobs/{ONE}"] = httpx.Response(200, json={"state": "done"})
    asked = {"kind": "parked", "tenant": "rosa", "limit": "5", "by": "nobody"}
    listed = await house.http.get(f"{FAILURES}/scheduler", params=asked, headers=admin)
    assert listed.json() == {"items": [], "next": None}
    assert dict(house.asked[0].url.params) == {"kind": "parked", "tenant": "rosa", "limit": "5"}
    assert (await house.http.get(f"{FAILURES}/scheduler/{ONE}", headers=admin)).json() == {"id": ONE}
    done = await house.http.get(f"{FAILURES}/jobs/scheduler/{ONE}", headers=admin)
    assert done.json() == {"state": "done"}
    assert (await house.http.get(f"{FAILURES}/scheduler/{uuid4()}", headers=admin)).status_code == 404


async def test_a_wish_becomes_an_event_that_says_who_asked(house, admin) -> None:
    wish = {**RETRY, "selection": {"event_type": "booking.requested.v1", "tenant": "rosa"}, "per_second": 5}
    answer = await house.http.post(f"{FAILURES}/jobs", json=wish, headers=admin)
    (said,) = house.broker.published
    assert (answer.status_code, answer.json()) == (202, {"job": str(said.id)})
    assert (said.type, said.tenantid) == ("failure-job.requested.v1", "bellhop")
    assert (said.data.service, said.data.action, said.data.per_second) == ("scheduler", "retry", 5)
    assert (said.data.selection.tenant, said.data.selection.kind) == ("rosa", None)
    assert said.data.personal.by == "admin@bellhop.local"


async def test_an_edit_travels_whole(house, admin) -> None:
    wish = {**RETRY, "selection": {"ids": [ONE]}, "edited": EXAMPLE}
    assert (await house.http.post(f"{FAILURES}/jobs", json=wish, headers=admin)).status_code == 202
    assert house.broker.published[0].data.personal.edited == EXAMPLE


@pytest.mark.parametrize(
    ("change", "complaint"),
    [
        ({"action": "discard"}, "say in `reason`"),
        ({"action": "discard", "reason": "  "}, "say in `reason`"),
        ({"service": "gateway"}, "Input should be"),
        ({"selection": {"event": "x"}}, "Extra inputs"),
        ({"selection": None}, "Input should be"),
        ({"per_second": 0}, "greater than 0"),
        ({"edited": EXAMPLE}, "a single failure"),
        ({"edited": {**EXAMPLE, "data": {}}, "selection": {"ids": [ONE]}}, "data."),
        ({"edited": {"data": {}}, "selection": {"ids": [ONE]}}, "type: Field required"),
        ({"edited": {"type": "x.y.v1"}, "selection": {"ids": [ONE]}}, "no event type"),
    ],
)
async def test_a_wish_that_makes_no_sense_is_a_problem(house, admin, change, complaint) -> None:
    answer = await house.http.post(f"{FAILURES}/jobs", json={**RETRY, **change}, headers=admin)
    assert (answer.status_code, answer.headers["content-type"]) == (422, "application/problem+json")
    assert complaint in answer.json()["errors"][0]["problem"]
    assert house.broker.published == []


async def test_with_the_broker_away_it_is_said(house, admin) -> None:
    house.broker.down = True
    answer = await house.http.post(f"{FAILURES}/jobs", json=RETRY, headers=admin)
    assert (answer.status_code, "retry-after" in answer.headers) == (503, True)
