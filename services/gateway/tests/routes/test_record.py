"""The record over the API: who may read it, what is asked, and what is said where nothing is found."""

import json
from dataclasses import replace
from datetime import UTC, datetime
from typing import Any

import pytest

from chassis.errors import TransientError
from chassis.record import Recorded
from contracts.examples import examples_of
from gateway.adapters.record_index import Found
from gateway.routes import record as route

RECORD = "/api/v1/record"
UNTIL = datetime(2026, 3, 2, 12, 0, 30, tzinfo=UTC)


def recorded(offset: int, event_type: str) -> Recorded:
    body = examples_of(event_type).valid[0]
    event = json.loads(body)
    return Recorded(
        offset=offset, body=body, type=event_type, tenant=event["tenantid"],
        conversation=event["partitionkey"], event_id=event["id"], correlation=event["correlationid"],
    )  # fmt: skip


EVENTS = (recorded(3, "message.received.v1"), recorded(9, "message.sent.v1"))
FOUND = Found("conversation", EVENTS, more=True, indexed_until=UNTIL, behind=2)


@pytest.fixture
async def admin(house: Any) -> Any:
    return await house.login("admin@bellhop.local", "bellhop-demo")


async def test_only_administrators_read_it(house) -> None:
    boss = await house.login("boss@rosa.it", "rosa rosa rosa")
    for headers, status in (({}, 401), (boss, 403)):
        answer = await house.http.get(f"{RECORD}/39333", headers=headers)
        assert (answer.status_code, answer.headers["content-type"]) == (status, "application/problem+json")
    assert house.record.asked == []


async def test_the_events_come_as_they_were_recorded(house, admin) -> None:
    house.record.found["39333"] = FOUND
    answer = await house.http.get(f"{RECORD}/39333", headers=admin)
    assert (answer.status_code, answer.headers["content-type"]) == (200, "application/json")
    assert answer.json() == {
        "scope": "conversation", "events": [json.loads(one.body) for one in EVENTS],
        "indexed_until": "2026-03-02T12:00:30+00:00", "behind": 2, "more": True,
    }  # fmt: skip
    assert house.record.asked == [{"ref": "39333", "since": None, "limit": 500, "scope": None}]


@pytest.mark.parametrize(
    ("written", "ref"),
    [("77/5", "77/5"), ("77%2F5", "77/5"), ("%2B39%20333", "+39 333"), ("wamid.HBg%3D", "wamid.HBg=")],
)
async def test_any_id_can_be_asked(house, admin, written, ref) -> None:
    house.record.found[ref] = FOUND
    assert (await house.http.get(f"{RECORD}/{written}", headers=admin)).status_code == 200


async def test_how_much_of_it(house, admin) -> None:
    wanted = {"since": "2026-03-02T13:00:00+01:00", "limit": 7, "scope": "turns"}
    await house.http.get(f"{RECORD}/x", params=wanted, headers=admin)
    (asked,) = house.record.asked
    assert (asked["since"].astimezone(UTC), asked["limit"], asked["scope"]) == (
        datetime(2026, 3, 2, 12, tzinfo=UTC), 7, "turns",
    )  # fmt: skip


@pytest.mark.parametrize(
    "wanted",
    [{"since": "2026-03-02T13:00:00"}, {"since": "x"}, {"limit": 0}, {"limit": 5001}, {"scope": "all"}],
)
async def test_what_cannot_be_asked(house, admin, wanted) -> None:
    answer = await house.http.get(f"{RECORD}/x", params=wanted, headers=admin)
    assert (answer.status_code, answer.headers["content-type"]) == (422, "application/problem+json")


@pytest.mark.parametrize(
    ("change", "hint"),
    [
        ({}, "until 2026-03-02T12:00:30+00:00 has been looked through."),
        ({"behind": 7}, "; 7 events later are still to be indexed: try again."),
        ({"behind": 7, "indexed_until": None}, "The index is being built; 7 events later"),
    ],
)
async def test_where_nothing_is_found_it_says_how_far_it_looked(house, admin, change, hint) -> None:
    house.record.unknown = replace(house.record.unknown, **change)
    answer = await house.http.get(f"{RECORD}/nobody", headers=admin)
    assert (answer.status_code, answer.headers["content-type"]) == (404, "application/problem+json")
    assert hint in answer.json()["detail"]
    assert answer.json()["behind"] == change.get("behind", 0)


async def test_with_the_broker_away_it_is_said(house, admin) -> None:
    house.record.away = TransientError("away", retry_after=3)
    answer = await house.http.get(f"{RECORD}/39333", headers=admin)
    assert (answer.status_code, answer.headers["retry-after"]) == (503, "3")


async def test_the_log_says_who_read_and_not_what(house, admin, monkeypatch) -> None:
    house.record.found["39333"] = FOUND
    said = list[dict[str, Any]]()
    monkeypatch.setattr(route.log, "info", lambda _, **words: said.append(words), raising=False)
    await house.http.get(f"{RECORD}/39333", headers=admin)
    assert said == [{"by": "admin@bellhop.local", "scope": "conversation", "events": 2}]
