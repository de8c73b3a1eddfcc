"""Keys rest, retire and take turns."""

from collections import Counter
from dataclasses import replace
from datetime import UTC, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ai_router.domain.failures import (
    BadKey,
    BadRequest,
    ContentRefused,
    CutOff,
    Malformed,
    OutOfCredit,
    Overloaded,
    RateLimited,
    TimedOut,
    VendorDown,
)  # fmt: skip
from ai_router.domain.standings.keys import KeyState, account_after, in_turn, key_after, revived

START = 1_700_000_000.0
READY = KeyState()


def rate_limited(reset: float | None = None) -> RateLimited:
    return RateLimited(until=None if reset is None else datetime.fromtimestamp(START + reset, UTC))


@pytest.mark.parametrize(
    "failure",
    [None, BadRequest(), ContentRefused(), Overloaded(), TimedOut(), CutOff(), Malformed(), VendorDown()],
)
def test_what_is_not_the_keys_matter_leaves_it_ready(failure):
    assert key_after(READY, failure, START, START) == READY
    assert account_after(READY, failure, START, START) == READY


@pytest.mark.parametrize("failure", [None, rate_limited(), rate_limited(5), BadKey(), Overloaded()])
def test_a_refused_key_is_retired_until_a_check_finds_it_good(failure):
    retired = key_after(READY, BadKey("401"), START, START)
    assert (retired.stage, retired.why) == ("retired", "refused_key: 401")
    assert key_after(retired, failure, START + 9, START + 9) == retired
    assert retired.state(START + 1e9) == "retired"
    assert revived(retired, START + 10).state(START + 10) == "ready"


@pytest.mark.parametrize(
    ("reset", "rest"), [(20, 20), (3600, 3600), (7200, 3600), (86400, 3600), (0.2, 1), (0, 1), (-60, 1)]
)
def test_it_rests_until_its_reset_within_reason(reset, rest):
    resting = key_after(READY, rate_limited(reset), START - 1, START)
    assert resting.state(START + rest - 0.01) == "resting"
    assert resting.state(START + rest) == "ready"


def test_without_a_reset_it_rests_longer_each_time():
    key, now, rests = READY, START, []
    for _ in range(8):
        key = key_after(key, rate_limited(), now, now)
        rests.append(key.until - now)
        now = key.until
    assert rests == [1, 2, 4, 8, 16, 30, 30, 30]
    well = key_after(key, None, now, now + 1)
    assert key_after(well, rate_limited(), now + 2, now + 2).until == now + 3


def test_an_account_without_credit_rests_longer_each_time():
    account, now, rests = READY, START, []
    for _ in range(8):
        account = account_after(account, OutOfCredit(), now, now)
        rests.append((account.until - now) / 60)
        now = account.until
    assert rests == [10, 20, 40, 80, 160, 320, 360, 360]


@pytest.mark.parametrize("calls", [1, 2, 10, 100])
@pytest.mark.parametrize("reset", [None, 20])
def test_calls_that_were_under_way_together_are_one_refusal(calls, reset):
    key = key_after(READY, rate_limited(reset), START - 1, START)
    for number in range(calls):
        key = key_after(key, rate_limited(reset), START - 1, START + number / 1000)
    assert (key.rests, key.until) == ((1, START + 1) if reset is None else (0, START + 20))


def test_a_success_begun_before_it_rested_does_not_wake_it():
    key = key_after(READY, rate_limited(20), START, START)
    assert key_after(key, None, START - 5, START + 1) == key


@pytest.mark.parametrize(
    ("age", "state"), [(-19, "resting"), (19, "resting"), (20, "ready"), (-3600, "ready")]
)
def test_a_rest_ends_whatever_the_clock_does(age, state):
    assert key_after(READY, rate_limited(20), START, START).state(START + age) == state


failures = st.sampled_from(
    [None, rate_limited(), rate_limited(20), rate_limited(4000), BadKey(), BadRequest()]
)
keys = st.builds(
    lambda steps, uses: replace(_walked(steps), uses=uses),
    st.lists(st.tuples(st.floats(0, 100), failures), max_size=8), st.integers(0, 99),
)  # fmt: skip


def _walked(steps) -> KeyState:
    key, now = READY, START
    for seconds, failure in steps:
        now += seconds
        key = key_after(key, failure, now, now)
    return key


@given(keys, keys)
def test_joining_is_the_same_either_way_and_however_often(one, other):
    joined = one.joined(other)
    assert joined == other.joined(one) == joined.joined(one) == joined.joined(other)


@given(keys)
def test_no_key_rests_for_more_than_an_hour(key):
    assert key.stage == "retired" or key.state(max(key.since, START) + 3600) == "ready"


@pytest.mark.parametrize("able", range(1, 9))
@pytest.mark.parametrize("turns", [8, 100, 1001])
def test_keys_take_turns(able, turns):
    uses = Counter(in_turn(range(able), turn)[0] for turn in range(turns))
    assert max(uses.values()) - min(uses[key] for key in range(able)) <= 1


@pytest.mark.parametrize("able", range(2, 9))
@pytest.mark.parametrize("every", range(2, 9))
@pytest.mark.parametrize("first", range(3))
def test_also_where_every_other_turn_is_another_vendors(able, every, first):
    uses = Counter(in_turn(range(able), turn)[0] for turn in range(first, 20_000 * every, every))
    assert max(uses.values()) / min(uses[key] for key in range(able)) < 1.05


@given(st.lists(st.integers(), unique=True), st.integers(0))
def test_nobody_is_left_out_of_a_turn(able, turn):
    assert sorted(in_turn(able, turn)) == sorted(able)


def test_the_first_turn_is_the_first_ones():
    assert in_turn("abc", 0) == tuple("abc")
