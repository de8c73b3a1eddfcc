"""Timelines and reasons over the API."""

import json
from datetime import UTC, datetime
from typing import Any
from uuid import uuid4

import pytest

from chassis.record import Recorded
from contracts.examples import examples_of
from gateway.adapters.record_index import Found

UNTIL = datetime(2026, 3, 2, 12, 0, 30, tzinfo=UTC)


def recorded(offset: int, event_type: str, **changes: Any) -> Recorded:
    event = {**json.loads(examples_of(event_type).valid[0]), "tenantid": "rosa", **changes}
    return Recorded(
        offset=offset, body=json.dumps(event).encode(), type=event_type, tenant="rosa",
        conversation=event["partitionkey"], event_id=event["id"], correlation=event["correlationid"],
    )  # fmt: skip


def found(*events: Recorded, **more: Any) -> Found:
    known: dict[str, Any] = {"more": False, "indexed_until": UNTIL, "behind": 0} | more
    return Found("conversation", events, **known)


def received(**changes: Any) -> Recorded:
    event_id = str(uuid4())
    same = {"id": event_id, "correlationid": event_id, "causationid": None}
    return recorded(1, "message.received.v1", **same | changes)


def caused(cause: Recorded, offset: int, event_type: str, **changes: Any) -> Recorded:
    ids = {"id": str(uuid4()), "correlationid": cause.correlation, "causationid": cause.event_id}
    return recorded(offset, event_type, **ids | {"partitionkey": cause.conversation} | changes)


@pytest.fixture
async def admin(house: Any) -> Any:
    return await house.login("admin@bellhop.local", "bellhop-demo")


@pytest.mark.parametrize("path", ["timeline/39333", "why/39333"])
async def test_only_administrators_see_it(house, path) -> None:
    boss = await house.login("boss@rosa.it", "rosa rosa rosa")
    for headers, status in (({}, 401), (boss, 403)):
        answer = await house.http.get(f"/api/v1/{path}", headers=headers)
        assert (answer.status_code, answer.headers["content-type"]) == (status, "application/problem+json")


async def test_a_conversation_comes_as_its_turns(house, admin) -> None:
    message = received()
    decided = caused(message, 2, "turn.decided.v1")
    house.record.found["+39 333"] = found(message, decided, more=True, behind=2)
    answer = await house.http.get(
        "/api/v1/timeline/+39 333?since=2026-03-02T00:00:00Z&limit=7", headers=admin
    )
    assert answer.status_code == 200
    told = answer.json()
    assert (told["more"], told["behind"], told["orphans"]) == (True, 2, [])
    (turn,) = told["turns"]
    assert turn["zone"] == "Europe/Rome"
    assert turn["opening"]["decided"]["id"] == decided.event_id
    since = datetime(2026, 3, 2, tzinfo=UTC)
    assert house.record.asked == [{"ref": "+39 333", "since": since, "limit": 7}]


async def test_a_cause_outside_of_what_was_asked_for_is_fetched(house, admin) -> None:
    """An operator's order lies in another conversation, and is asked about by its id."""
    order = recorded(1, "capability.resumed.v1", causationid=None)
    released = caused(order, 2, "conversation-release.requested.v1", partitionkey="of a customer")
    elsewhere = caused(order, 3, "conversation-release.requested.v1", partitionkey="of another")
    house.record.found["39333"] = found(released)
    house.record.found[order.event_id] = found(order, released, elsewhere)
    told = (await house.http.get("/api/v1/timeline/39333", headers=admin)).json()
    assert told["orphans"] == []
    assert [one["id"] for one in told["turns"][0]["opening"]["caused"]] == [released.event_id]


async def test_a_receipt_brings_the_turn_of_its_message_along(house, admin) -> None:
    message = received()
    request = caused(message, 2, "message-send.requested.v1")
    sent = caused(request, 3, "message.sent.v1")
    vendor_id = json.loads(sent.body)["data"]["vendor_message_id"]
    opened = str(uuid4())
    data = {**json.loads(examples_of("receipt.received.v1").valid[0])["data"], "vendor_message_id": vendor_id}
    receipt = recorded(
        4, "receipt.received.v1", id=opened, correlationid=opened, causationid=None,
        partitionkey=message.conversation, data=data,
    )  # fmt: skip
    house.record.found["39333"] = found(receipt)
    house.record.found[vendor_id] = found(message, request, sent, receipt)
    told = (await house.http.get("/api/v1/timeline/39333", headers=admin)).json()
    assert told["orphans"] == []
    (turn,) = told["turns"]
    (shown,) = turn["opening"]["caused"][0]["caused"][0]["caused"]
    assert (shown["id"], shown["copies"]) == (opened, 1)


async def test_a_body_that_is_no_json_is_shown_as_it_is(house, admin) -> None:
    broken = Recorded(
        offset=1, body=b"\xff{", type="message.received.v1", tenant="rosa", conversation="c",
        event_id="broken", correlation="broken",
    )  # fmt: skip
    house.record.found["39333"] = found(broken)
    told = (await house.http.get("/api/v1/timeline/39333", headers=admin)).json()
    assert told["turns"][0]["opening"]["data"]["data"] == "�{"


@pytest.mark.parametrize("path", ["timeline/39333", "why/39333"])
async def test_what_is_not_recorded_is_not_found(house, admin, path) -> None:
    house.record.unknown = found(behind=4)
    answer = await house.http.get(f"/api/v1/{path}", headers=admin)
    assert (answer.status_code, answer.json()["title"]) == (404, "Nothing is recorded under this id")
    assert "4 events" in answer.json()["detail"]


async def test_why_looks_at_the_conversation_and_at_the_pauses_of_the_business(house, admin) -> None:
    message = received(recordedtime="2026-03-02T11:00:00Z")
    paused = recorded(5, "capability.paused.v1", recordedtime="2026-03-02T10:00:00Z", partitionkey="rosa")
    house.record.found[message.event_id] = found(message)
    house.record.found[message.conversation] = found(message)
    house.record.found["rosa"] = found(paused)
    answer = await house.http.get(f"/api/v1/why/{message.event_id}", headers=admin)
    assert answer.status_code == 200
    assert answer.json()["verdict"].startswith("Waits: replies paused since 2 Mar 11:00:00 by ")
    assert [one["ref"] for one in house.record.asked] == [message.event_id, message.conversation, "rosa"]


async def test_a_message_recorded_twice_is_counted_once_and_said_so(house, admin) -> None:
    message = received()
    house.record.found[message.event_id] = found(message, copies={message.event_id: 2})
    house.record.found[message.conversation] = found(message, copies={message.event_id: 2})
    checks = (await house.http.get(f"/api/v1/why/{message.event_id}", headers=admin)).json()["checks"]
    told = next(one["words"] for one in checks if one["name"] == "duplicate")
    assert told == "recorded 2 times; it counts once, by its id"


async def test_the_id_of_something_else_has_no_why(house, admin) -> None:
    booking = recorded(1, "booking.requested.v1")
    house.record.found[booking.event_id] = found(booking)
    answer = await house.http.get(f"/api/v1/why/{booking.event_id}", headers=admin)
    assert (answer.status_code, answer.json()["title"]) == (404, "No message has this id")
