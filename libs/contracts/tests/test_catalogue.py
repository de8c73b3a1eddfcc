"""The one table of all events keeps its own rules."""

import re
from collections import Counter

import pytest

from contracts import channels
from contracts.catalogue import (
    CATALOGUE,
    KEYED_SERVICES,
    OPERATOR,
    UnknownEventType,
    consumed_by,
    publishers_of,
    row_of,
    type_of,
)
from contracts.messages import MessageReceived
from contracts.tenants import TenantConfigured

SERVICES = {"gateway", "conversation", "ai-router", "scheduler", "notifier"}

# A fact in the past participle; a wish is the fact that it was requested. Two are adjectives: due, uncertain.
FACTS = {
    "cancelled", "changed", "configured", "confirmed", "decided", "delivered", "discarded", "due", "failed",
    "found", "generated", "given", "judged", "moved", "paused", "reached", "read", "received", "redriven",
    "refused", "released", "requested", "resumed", "retried", "sent", "stepped", "suppressed",
    "uncertain", "withdrawn",
}  # fmt: skip


@pytest.mark.parametrize("row", CATALOGUE, ids=lambda row: row.type)
def test_a_type_is_a_thing_a_fact_and_a_version(row):
    assert re.fullmatch(r"[a-z-]+(\.[a-z-]+)+\.v\d+", row.type)
    assert row.type.split(".")[-2] in FACTS, "name a fact in the past participle, and add it to FACTS"


@pytest.mark.parametrize("row", CATALOGUE, ids=lambda row: row.type)
def test_owner_and_consumers_are_services(row):
    assert {*publishers_of(row), *row.consumers} <= SERVICES | {OPERATOR}
    assert len(set(row.consumers)) == len(row.consumers)
    assert row.owner not in row.consumers


@pytest.mark.parametrize("row", CATALOGUE, ids=lambda row: row.type)
def test_an_event_says_what_it_says(row):
    assert row.model.__doc__
    assert row.model.__doc__.strip().split("\n")[0].endswith((".", "?", ")"))


def test_a_type_and_a_model_stand_in_one_row_only():
    for column in ([row.type for row in CATALOGUE], [row.model for row in CATALOGUE]):
        assert [twice for twice, times in Counter(column).items() if times > 1] == []


def test_rows_are_found_by_type_model_and_data():
    for row in CATALOGUE:
        assert row_of(row.type) is row
        assert type_of(row.model) == row.type
    with pytest.raises(UnknownEventType, match="parrot"):
        row_of("parrot.sighted.v1")


def test_every_consumer_hears_of_the_tenants():
    for service in SERVICES - {"gateway"}:
        assert TenantConfigured in {row.model for row in consumed_by(service)}
    assert consumed_by("gateway") == ()
    heard = [row.model for row in consumed_by("conversation") if row.owner == "gateway"]
    assert heard[:2] == [TenantConfigured, MessageReceived]


def test_no_two_things_on_the_broker_share_a_name():
    names = [channels.EVENTS, channels.EVENT_LOG]
    for service in SERVICES - {"gateway"}:
        if service in KEYED_SERVICES:
            names += [channels.inbox(service), channels.dead_letters(channels.inbox(service))]
            names += [channels.entrance(service), channels.inbox_stands(service), channels.inbox(service, 1)]
            names += [channels.partition(service, n, g) for n in range(channels.PARTITIONS) for g in range(3)]
            continue
        for row in consumed_by(service):
            queue = channels.work_queue(service, row.type)
            names += [queue, channels.dead_letters(queue), channels.retry_queue(queue, 1)]
    assert len(set(names)) == len(names)
