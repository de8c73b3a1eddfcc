"""Every event type has examples, and they are what they claim to be."""

import json

import pytest

from contracts import events
from contracts.catalogue import CATALOGUE, publishers_of, row_of
from contracts.envelope import derived_id, schema_of
from contracts.examples import examples_of
from contracts.tenants import TenantConfigured

VALID = [(row.type, body) for row in CATALOGUE for body in examples_of(row.type).valid]
INVALID = [(row.type, one) for row in CATALOGUE for one in examples_of(row.type).invalid]


def test_every_type_has_a_valid_and_an_invalid_example():
    assert {name for name, _ in VALID} == {name for name, _ in INVALID} == {row.type for row in CATALOGUE}


@pytest.mark.parametrize(("event_type", "body"), VALID, ids=[name for name, _ in VALID])
def test_a_valid_example_is_read_and_written_unchanged(event_type, body):
    event = events.read(body)
    assert isinstance(event.data, row_of(event_type).model)
    assert event.model_dump(mode="json") == json.loads(body)


@pytest.mark.parametrize(("event_type", "body"), VALID, ids=[name for name, _ in VALID])
def test_a_valid_example_says_whose_it_is_and_where_it_comes_from(event_type, body):
    event = events.read(body)
    assert event.source in publishers_of(row_of(event_type))
    assert event.dataschema == schema_of(event_type)
    if event.causationid:
        assert event.id in {derived_id(event.causationid, n) for n in range(10)}


@pytest.mark.parametrize(
    ("event_type", "example"), INVALID, ids=[f"{name}: {one.why}" for name, one in INVALID]
)
def test_an_invalid_example_is_refused_at_the_field_it_names(event_type, example):
    assert json.loads(example.body)["type"] == event_type
    with pytest.raises(events.MalformedEvent) as refusal:
        events.read(example.body)
    assert str(refusal.value).startswith(f"{example.field}:")


@pytest.mark.parametrize(("event_type", "body"), VALID, ids=[name for name, _ in VALID])
def test_readers_ignore_what_they_do_not_know(event_type, body):
    content = json.loads(body)
    content["invented"] = content["data"]["invented"] = {"by": "a later version"}
    assert events.read(json.dumps(content).encode()) == events.read(body)


def test_no_example_holds_a_secret_in_the_clear():
    for _, body in VALID:
        event = events.read(body)
        if isinstance(event.data, TenantConfigured) and (number := event.data.config.channels.whatsapp):
            for secret in (number.access_token, number.app_secret, number.verify_token):
                assert secret.startswith("sealed:v1:")
