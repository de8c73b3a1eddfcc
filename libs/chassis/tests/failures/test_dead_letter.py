"""What is read from a dead letter, whatever it holds."""

import json
from datetime import UTC, datetime, timedelta
from uuid import UUID, uuid4

import pytest
from hypothesis import given
from hypothesis import strategies as st

from chassis.failures.dead_letter import absorbed, body_of, read_letter
from chassis.failures.failure import UNREADABLE, Failure
from chassis.messaging.dead_letters import packed
from contracts import channels
from contracts.examples import examples_of

NOW = datetime(2026, 11, 20, 9, 30, tzinfo=UTC)
QUEUE = "scheduler.booking.requested.v1"
EXAMPLE = examples_of("booking.requested.v1").valid[0]
ASIDE = {
    "x-bellhop-reason": "permanent",
    "x-bellhop-exception": "PermanentError",
    "x-bellhop-error": "PermanentError: no such calendar: blue",
    "x-bellhop-at": "2026-11-20T09:00:00+00:00",
    "x-bellhop-lines": json.dumps([{"event": "asked the calendar", "level": "info"}]),
    "x-bellhop-attempt": 3,
    "tenantid": "lyo",
    "partitionkey": "c",
    "lane": "live",
}


def letter(body: bytes = EXAMPLE, headers=ASIDE, now: datetime = NOW) -> Failure:
    return read_letter("scheduler", QUEUE, body, headers, now)


def test_an_event_that_was_put_aside_tells_what_it_is_and_why():
    said, failure = json.loads(EXAMPLE), letter()
    assert (failure.event_type, failure.tenant) == ("booking.requested.v1", said["tenantid"])
    assert (failure.conversation, failure.event_id) == (said["partitionkey"], UUID(said["id"]))
    assert (failure.reason, failure.exception) == ("permanent", "PermanentError")
    assert failure.error.endswith("no such calendar: blue")
    assert failure.first_at == failure.last_at == datetime(2026, 11, 20, 9, tzinfo=UTC)
    assert failure.lines == ({"event": "asked the calendar", "level": "info"},)
    assert (failure.payload, failure.encoding, failure.status) == (said, "json", "open")


def test_only_headers_that_are_not_about_this_death_are_kept():
    headers = {**ASIDE, "x-death": [], "x-delivery-count": 7, "x-first-death-reason": "expired"}
    assert letter(headers=headers).headers == {"tenantid": "lyo", "partitionkey": "c", "lane": "live"}


def test_what_rabbitmq_gave_up_by_itself_says_so():
    death = {"reason": "delivery_limit", "queue": QUEUE, "time": datetime(2026, 11, 20, 8), "count": 1}  # noqa: DTZ001
    failure = letter(headers={"x-death": [death, {"reason": "expired"}], "partitionkey": "c"})
    assert (failure.reason, failure.exception) == ("delivery-limit", "DeliveryLimit")
    assert failure.last_at == datetime(2026, 11, 20, 8, tzinfo=UTC)


@pytest.mark.parametrize(
    ("body", "encoding", "payload"),
    [
        (b"", "text", ""),
        (b"hello", "text", "hello"),
        (b"[1]", "text", "[1]"),
        (b'{"a": NaN}', "text", '{"a": NaN}'),
        (b"\xff\xfe", "base64", "//4="),
        (b'{"type": 7, "id": 8, "time": [], "tenantid": {}}', "json", None),
        (b'{"a":' * 500 + b"1" + b"}" * 500, "text", None),
    ],
)
def test_what_is_no_event_is_kept_as_it_came(body, encoding, payload):
    failure = letter(body, {})
    assert (failure.event_type, failure.encoding) == (UNREADABLE, encoding)
    assert (failure.tenant, failure.event_id) == (channels.SYSTEM, None)
    assert failure.last_at == NOW
    assert payload is None or failure.payload == payload


def test_two_unreadable_bodies_are_two_failures_and_the_same_one_is_one():
    assert letter(b"a", {}).id != letter(b"b", {}).id
    assert letter(b"a", {}).id == letter(b"a", {}).id


words = st.sampled_from(["", "lyo", "\0", "é", "2026-11-20T09:30:00", "0001-01-01T00:00:00+23:00", "1" * 300])
anything = st.none() | st.integers() | words | st.lists(words, max_size=2)
# A header holds no half of a character; JSON may name one.
bodies = st.binary(max_size=9) | (anything | st.just("\ud800")).map(
    lambda one: json.dumps({"type": one, "id": one, "time": one, "partitionkey": one}).encode()
)
deaths = st.lists(st.dictionaries(st.sampled_from(["reason", "time", "queue"]), anything), max_size=2)
headers = st.dictionaries(st.sampled_from([*ASIDE, "x-death"]), anything | st.binary(max_size=3) | deaths)


@given(body=bodies, some=headers)
def test_whatever_comes_can_be_kept_and_read_again(body, some):
    failure = letter(body, some)
    assert Failure.model_validate_json(failure.model_dump_json()) == failure
    assert "\0" not in failure.place


def test_what_is_sent_back_is_what_came():
    assert json.loads(body_of(letter().payload)) == json.loads(EXAMPLE)


@given(st.lists(st.integers(0, 5), min_size=1, max_size=12))
def test_each_death_counts_once_however_often_its_letter_comes(minutes):
    """Letters of one failure die one after the other; each may be delivered again before it is acked."""
    known = None
    for minute in sorted(minutes):
        aside = {**ASIDE, "x-bellhop-at": (NOW + timedelta(minutes=minute)).isoformat()}
        known = absorbed(known, letter(headers=aside))
        known = absorbed(known, letter(headers=aside))
    assert known.times == len(set(minutes))
    assert known.first_at == NOW + timedelta(minutes=min(minutes))
    assert known.last_at == NOW + timedelta(minutes=max(minutes))


def test_what_was_given_up_stays_so_until_it_fails_anew():
    given_up = letter().model_copy(update={"status": "discarded"})
    assert absorbed(given_up, letter()).status == "discarded"
    anew = {**ASIDE, "x-bellhop-at": NOW.isoformat(), "tenantid": str(uuid4())}
    assert absorbed(given_up, letter(headers=anew)).status == "open"


def test_of_too_many_log_lines_the_last_ones_are_kept():
    lines = [{"event": f"line {n} {'é' * 300}"} for n in range(50)]
    text = packed(lines)
    assert 8_000 < len(text.encode()) <= 16_384
    kept = letter(headers={**ASIDE, "x-bellhop-lines": text}).lines
    assert kept == tuple(lines[-len(kept) :])


def test_a_log_line_with_half_a_character_is_kept_all_the_same():
    text = packed([{"event": "\ud800 was said"}])
    assert letter(headers={**ASIDE, "x-bellhop-lines": text}).lines == ({"event": "? was said"},)
