"""Which events are asked for."""

from datetime import timedelta

import pytest

from contracts.envelope import conversation_id
from ops.record.choice import Choice

from .conftest import NOW


@pytest.mark.parametrize(
    ("types", "taken"),
    [
        ((), True),
        (("booking.confirmed.v1",), True),
        (("booking.confirmed",), True),
        (("booking.*",), True),
        (("message.*", "booking.*"), True),
        (("booking",), False),
        (("booking-*",), False),
        (("message.*",), False),
    ],
)
def test_types_are_globs_and_need_no_version(recorded, types, taken):
    assert Choice(types=types).takes(recorded("booking.confirmed.v1")) is taken


def test_only_one_business(recorded):
    assert Choice(tenant="lyo").takes(recorded(tenantid="lyo"))
    assert not Choice(tenant="lyo").takes(recorded(tenantid="lily"))


@pytest.mark.parametrize("said", ["393331234567", "+39 333 123 4567", "0039 333-1234567"])
def test_a_conversation_is_found_by_the_number_however_it_is_written(recorded, said):
    key = conversation_id("lyo", "whatsapp", "393331234567")
    assert Choice(conversation=said).takes(recorded(tenantid="lyo", partitionkey=key))
    assert not Choice(conversation=said).takes(recorded(tenantid="lily", partitionkey=key))


def test_a_conversation_is_found_by_its_id(recorded):
    key = conversation_id("lyo", "whatsapp", "393331234567")
    one = recorded(tenantid="lyo", partitionkey=key)
    assert Choice(conversation=key.upper()).takes(one)
    assert not Choice(conversation=conversation_id("lyo", "telegram", "1")).takes(one)


def test_a_time_begins_with_its_first_moment_and_ends_before_its_last(recorded):
    hour = timedelta(hours=1)
    choice = Choice(since=NOW, until=NOW + hour)
    moments = (NOW - hour, NOW, NOW + hour / 2, NOW + hour)
    assert [choice.takes(recorded(at=one)) for one in moments] == [False, True, True, False]


def test_an_event_of_an_older_version_has_the_time_at_which_it_happened(recorded):
    one = recorded(at=None, time=NOW.isoformat())
    assert Choice(since=NOW).takes(one)
    assert not Choice(until=NOW).takes(one)


def test_reading_ends_only_when_no_neighbour_can_be_asked_for(recorded):
    choice = Choice(since=NOW, until=NOW)
    for minutes, ended in ((0.5, False), (2, True)):
        assert choice.all_later(recorded(at=NOW + timedelta(minutes=minutes))) is ended
        assert choice.all_earlier(recorded(at=NOW - timedelta(minutes=minutes))) is ended
