"""Ids that never change, instants in UTC, and events that come back from JSON as they were."""

import json
from datetime import UTC, datetime, timedelta, timezone
from uuid import UUID

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pydantic import ValidationError

from contracts import events
from contracts.bookings import Appointment, AvailabilityRequested, BookingConfirmed
from contracts.envelope import conversation_id, derived_id, happened, inbound_id, schema_of
from contracts.messages import Channel, Inbound, MessageReceived

CAUSE = UUID("00000000-0000-5000-8000-000000000001")
NOON = datetime(2026, 11, 20, 12, tzinfo=UTC)

texts = st.text(st.characters(exclude_categories=["Cs"]), max_size=40)
zones = st.timedeltas(timedelta(hours=-14), timedelta(hours=14)).map(
    lambda offset: timezone(timedelta(minutes=offset // timedelta(minutes=1)))
)
moments = st.datetimes(timezones=zones).filter(lambda moment: 1 < moment.year < 9999)


# Written down once and for all: another value would make everything recorded or repeated look new.
def test_derived_ids_are_the_same_in_every_process_and_forever():
    assert derived_id(CAUSE, 0) == UUID("73ee4d32-424f-5c68-939b-f93c7438ffbe")
    assert derived_id(CAUSE, 1) == UUID("35bdabec-6033-5c69-9101-23898e0cb7fa")
    assert inbound_id("lyo", "whatsapp", "wamid.1") == UUID("2badbb2a-a370-5e5b-a39b-f8e48d4b392e")
    assert conversation_id("lyo", "whatsapp", "393331234567") == "9ed590af-c5a1-518c-9e34-101c6c434391"


@given(texts, texts, texts)
def test_a_conversation_has_one_id_that_hides_the_address(tenant, channel, address):
    found = conversation_id(tenant, channel, address)
    assert found == conversation_id(tenant, channel, address)
    assert UUID(found).version == 5
    assert found != str(inbound_id(tenant, channel, address))


def test_tenants_and_channels_never_share_a_conversation():
    names = {conversation_id(t, c, "1") for t in ("lyo", "sdb") for c in ("whatsapp", "telegram")}
    assert len(names) == 4


@given(st.none() | moments, moments)
def test_a_message_never_happened_later_than_it_arrived(vendor_time, arrival):
    found = happened(vendor_time, arrival)
    assert found <= arrival
    assert found in (vendor_time, arrival)


@given(moments)
def test_instants_are_held_in_utc(moment):
    appointment = Appointment(
        booking_id=CAUSE, service_id="cut", resource_id="anna", start=moment, end=moment
    )
    assert appointment.start == moment
    assert appointment.start.utcoffset() == timedelta(0)
    assert appointment.model_dump(mode="json")["start"].endswith("Z")


def test_a_time_without_a_zone_is_refused():
    with pytest.raises(ValidationError, match="timezone"):
        Appointment.model_validate(
            {
                "booking_id": CAUSE,
                "service_id": "a",
                "resource_id": "b",
                "start": "2026-01-01T12:00:00",
                "end": NOON,
            }
        )


def test_a_time_that_utc_cannot_tell_is_refused():
    early = {"service_id": "cut", "earliest": "0001-01-01T00:00:00+14:00", "latest": NOON}
    with pytest.raises(ValidationError, match="outside of the calendar"):
        AvailabilityRequested.model_validate(early)


@given(text=texts, name=st.none() | texts, vendor_id=texts, moment=moments)
def test_events_come_back_from_json_as_they_were(text, name, vendor_id, moment):
    message = MessageReceived(
        channel=Channel.WHATSAPP,
        account="1",
        kind="text",
        vendor_message_id=vendor_id,
        personal=Inbound(address="39333", name=name, text=text),
    )
    event_id = inbound_id("lyo", "whatsapp", vendor_id)
    event = events.first(
        message, event_id=event_id, source="gateway", tenant="lyo", partition="c", time=moment
    )
    assert events.read(event.model_dump_json().encode()) == event


def test_what_is_caused_bears_the_ids_of_its_cause():
    message = MessageReceived(
        channel=Channel.WEBCHAT,
        account="1",
        kind="text",
        vendor_message_id="1",
        personal=Inbound(address="a"),
    )
    cause = events.first(message, event_id=CAUSE, source="gateway", tenant="lyo", partition="c", time=NOON)
    appointment = Appointment(booking_id=CAUSE, service_id="cut", resource_id="anna", start=NOON, end=NOON)
    answer = events.caused(cause, 1, BookingConfirmed(appointment=appointment), source="scheduler", time=NOON)
    assert (answer.correlationid, answer.causationid) == (CAUSE, CAUSE)
    assert (answer.tenantid, answer.partitionkey) == ("lyo", "c")
    assert answer.id == derived_id(CAUSE, 1)
    assert (answer.type, answer.dataschema) == ("booking.confirmed.v1", schema_of("booking.confirmed.v1"))
    further = events.caused(answer, 0, message, source="gateway", time=NOON, partition="d")
    assert (further.correlationid, further.causationid, further.partitionkey) == (CAUSE, answer.id, "d")


@pytest.mark.parametrize(
    "body",
    [
        b"",
        b"\xff",
        b"null",
        b"[]",
        b"{}",
        b'"text"',
        b'{"type": 7}',
        b'{"type": ["x"]}',
        b'{"type": "x.y.v1"}',
    ],
)
def test_what_is_no_event_is_refused_with_a_reason(body):
    with pytest.raises(events.MalformedEvent) as refused:
        events.read(body)
    assert str(refused.value)


def test_a_refusal_never_repeats_what_was_sent():
    body = json.dumps({"type": "message.received.v1", "time": "Maria Rossi, 39333"}).encode()
    with pytest.raises(events.MalformedEvent) as refused:
        events.read(body)
    assert "Maria" not in str(refused.value)
