"""By which ids an event is found: read from its body, whether or not a model understands it."""

import json
from datetime import UTC, datetime
from typing import Any
from uuid import UUID

import pytest
from hypothesis import given
from hypothesis import strategies as st

from contracts.catalogue import CATALOGUE
from contracts.examples import examples_of
from gateway.domain.refs import addresses_of, entry_of, milliseconds, moment, spellings_of

ONE = "7f0c8f3e-1d5b-4b9e-9a53-2f6f1d0a4c11"
TYPES = [row.type for row in CATALOGUE]


def body(event_type: str = "thing.happened.v9", **attributes: Any) -> bytes:
    event = {"id": "e", "type": event_type, "correlationid": "c", "partitionkey": "p", "data": {}}
    return json.dumps(event | attributes).encode()


def ids_within(value: Any) -> set[str]:
    """All UUIDs that stand anywhere in JSON."""
    if isinstance(value, dict | list):
        return set().union(*map(ids_within, value.values() if isinstance(value, dict) else value))
    try:
        return {str(UUID(value))}
    except (AttributeError, TypeError, ValueError):
        return set()


@pytest.mark.parametrize("event_type", TYPES)
def test_every_event_is_found_by_its_own_ids(event_type: str) -> None:
    for example in examples_of(event_type).valid:
        event, entry = json.loads(example), entry_of(example)
        assert entry
        assert (entry.conversation, entry.correlation) == (event["partitionkey"], event["correlationid"])
        found_by = entry.refs | {entry.correlation}
        assert {event["id"], event.get("causationid") or event["id"]} <= found_by
        assert entry.recorded == milliseconds(
            datetime.fromisoformat(event.get("recordedtime") or event["time"])
        )


@pytest.mark.parametrize(
    ("event_type", "fields"),
    [
        ("message.received.v1", {"vendor_message_id"}),
        ("receipt.received.v1", {"vendor_message_id", "reference"}),
        ("message.sent.v1", {"message_id", "vendor_message_id"}),
        ("message.delivered.v1", {"message_id"}),
        ("message.failed.v1", {"message_id"}),
        ("completion.generated.v1", {"request_id"}),
        ("completion.failed.v1", {"request_id"}),
        ("booking.requested.v1", {"booking_id"}),
        ("booking-move.requested.v1", {"booking_id"}),
        ("booking-cancel.requested.v1", {"booking_id"}),
        ("booking.refused.v1", {"booking_id"}),
    ],
)
def test_the_ids_in_its_data_find_it(event_type: str, fields: set[str]) -> None:
    for example in examples_of(event_type).valid:
        entry, data = entry_of(example), json.loads(example)["data"]
        assert entry
        assert {data[name] for name in fields if data.get(name)} <= entry.refs


@pytest.mark.parametrize(
    "event_type", ["booking.confirmed.v1", "booking.moved.v1", "booking.cancelled.v1", "reminder.due.v1"]
)
def test_an_appointment_is_found_by_its_booking(event_type: str) -> None:
    entry = entry_of(examples_of(event_type).valid[0])
    assert entry
    assert json.loads(examples_of(event_type).valid[0])["data"]["appointment"]["booking_id"] in entry.refs


def test_events_that_were_given_up_are_found_with_who_gave_them_up() -> None:
    entry = entry_of(body(data={"event_ids": ["x", "y", 3]}))
    assert entry
    assert {"x", "y"} <= entry.refs


@pytest.mark.parametrize("event_type", TYPES)
def test_nothing_personal_is_a_ref(event_type: str) -> None:
    for example in examples_of(event_type).valid:
        event, entry = json.loads(example), entry_of(example)
        assert entry
        personal = event["data"].get("personal", {})
        assert not entry.refs & {personal.get("address"), personal.get("name"), personal.get("text")}


@pytest.mark.parametrize(
    ("event_type", "linked"),
    [("message.sent.v1", True), ("receipt.received.v1", True), ("message.received.v1", False)],
)
def test_what_vendors_tell_of_a_message_is_linked_to_it(event_type: str, linked: bool) -> None:
    entry = entry_of(body(event_type, data={"vendor_message_id": "wamid.7"}))
    assert entry
    assert ("wamid.7" in entry.links) is linked


def test_the_correlation_is_no_ref_besides() -> None:
    entry = entry_of(body(correlationid="e", causationid=None))
    assert entry
    assert (entry.correlation, entry.refs) == ("e", frozenset())


@pytest.mark.parametrize(
    "no_event",
    [b"", b"{", b"[]", b"null", b'"e"', b"\xff\xfe", b"{}", b'{"id": 3}', b'{"id": ""}', b'{"id": null}'],
)
def test_what_is_no_event_has_no_entry(no_event: bytes) -> None:
    assert entry_of(no_event) is None


@pytest.mark.parametrize(
    "strange",
    [
        {"data": None},
        {"data": []},
        {"data": {"message_id": 7, "appointment": "no", "event_ids": "no", "booking_id": ["x"]}},
        {"data": {"vendor_message_id": "x" * 513}},
        {"causationid": 5},
        {"recordedtime": "yesterday", "time": "2026-01-01T00:00:00Z"},
        {"time": 7},
    ],
)
def test_a_strange_event_is_found_by_what_it_has(strange: dict[str, Any]) -> None:
    entry = entry_of(body(**strange))
    assert entry
    assert (entry.refs, entry.correlation, entry.recorded) == (frozenset({"e"}), "c", 0)


def test_without_a_correlation_it_is_its_own() -> None:
    entry = entry_of(b'{"id": "e"}')
    assert entry
    assert (entry.correlation, entry.conversation, entry.refs) == ("e", "", frozenset())


@pytest.mark.parametrize(
    ("pasted", "means"),
    [
        (f" {ONE}\n", (ONE,)),
        (ONE.upper(), (ONE.upper(), ONE)),
        (f"{{{ONE}}}", (f"{{{ONE}}}", ONE)),
        (ONE.replace("-", ""), (ONE.replace("-", ""), ONE)),
        ("wamid.HBgLMzkzMzM=", ("wamid.HBgLMzkzMzM=",)),
        ("  77/5 ", ("77/5",)),
        ("", ()),
    ],
)
def test_ids_are_found_as_pasted(pasted: str, means: tuple[str, ...]) -> None:
    assert spellings_of(pasted) == means


@pytest.mark.parametrize(
    ("pasted", "meant"),
    [
        ("393331112222", ("393331112222",)),
        ("+39 333 111 2222", ("+39 333 111 2222", "393331112222")),
        ("0039 333-111-2222", ("0039 333-111-2222", "393331112222")),
        ("+1 (555) 010.0200", ("+1 (555) 010.0200", "15550100200")),
        (" session-7 ", ("session-7",)),
        ("US.1234", ("US.1234",)),
        ("+", ("+",)),
        ("", ()),
        ("  ", ()),
    ],
)
def test_an_address_is_meant_however_it_is_written(pasted: str, meant: tuple[str, ...]) -> None:
    assert addresses_of(pasted) == meant


@given(st.datetimes(min_value=datetime(1970, 1, 2), timezones=st.just(UTC)))  # noqa: DTZ001 - made aware
def test_moments_come_back_to_the_millisecond(one: datetime) -> None:
    assert 0 <= (one - moment(milliseconds(one))).total_seconds() < 0.001


@given(st.text())
def test_no_text_breaks_the_reading_of_refs(text: str) -> None:
    assert all(addresses_of(text))
    assert all(spellings_of(text))
