"""What is done next for a question."""

from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ai_router.domain.failures import (
    BadKey,
    BadRequest,
    CircuitOpen,
    ContentRefused,
    CutOff,
    Malformed,
    OutOfCredit,
    Overloaded,
    RateLimited,
    TimedOut,
    VendorDown,
)
from ai_router.domain.next_try import Limits, Tried, Try, Wait, next_try
from ai_router.domain.standings.standing import Standing
from ai_router.domain.ways import Key, Way

NOON = datetime(2026, 3, 2, 12, 0, tzinfo=UTC)
MINI, BIG, OPUS = (
    Way("openai", "mini", "small"),
    Way("openai", "big", "large"),
    Way("anthropic", "opus", "large"),
)
WAYS = (MINI, BIG, OPUS)
ONE, TWO, OTHER = (
    Key("openai", "openai-1", "a"),
    Key("openai", "openai-2", "b"),
    Key("anthropic", "anthropic-1", "c"),
)
WELL = Standing({"openai": (ONE, TWO), "anthropic": (OTHER,)}, {}, frozenset({"openai", "anthropic"}))
FAILURES = [
    Overloaded(), RateLimited(), RateLimited(until=NOON + timedelta(seconds=3)), OutOfCredit(), BadKey(),
    BadRequest(), ContentRefused(), TimedOut(), CutOff(), CutOff(too_long=True), Malformed(), VendorDown(),
    CircuitOpen(),
]  # fmt: skip


def step(*tried, round_=0, left=30.0, ways=WAYS, standing=WELL, limits=Limits()):  # noqa: B008
    return next_try(ways, standing, tried, round_, left=left, now=NOON, limits=limits)


def tried(way, key, failure, round_=0):
    return Tried(way, key, round_, failure)


def test_the_first_way_with_the_key_whose_turn_it_is():
    assert step() == Try(MINI, ONE, 12.0)


@pytest.mark.parametrize(("left", "patience"), [(100.0, 12.0), (20.0, 10.0), (2.0, 1.0)])
def test_an_attempt_leaves_time_for_another(left, patience):
    assert step(left=left) == Try(MINI, ONE, patience)


@pytest.mark.parametrize(("left", "patience"), [(5.0, 2.5), (3.0, 2.0), (1.0, 1.0)])
def test_no_later_attempt_gets_less_than_a_model_can_keep_to(left, patience):
    assert step(tried(MINI, TWO, BadKey()), left=left) == Try(MINI, ONE, patience)


def test_the_last_way_may_take_all_the_time_there_is():
    assert step(ways=(OPUS,), left=9.0) == Try(OPUS, OTHER, 9.0)


@pytest.mark.parametrize(
    ("failure", "next_way", "next_key"),
    [
        (BadKey(), MINI, TWO),
        (RateLimited(), MINI, TWO),
        (Overloaded(), BIG, ONE),
        (TimedOut(), BIG, ONE),
        (CutOff(), BIG, ONE),
        (Malformed(), BIG, ONE),
        (BadRequest(), BIG, ONE),
        (ContentRefused(), BIG, ONE),
        (CircuitOpen(), MINI, TWO),
        (VendorDown(), OPUS, OTHER),
        (OutOfCredit(), OPUS, OTHER),
    ],
)
def test_what_comes_after_a_failure(failure, next_way, next_key):
    found = step(tried(MINI, ONE, failure))
    assert isinstance(found, Try)
    assert (found.way, found.key) == (next_way, next_key)


def test_a_key_that_was_refused_is_not_shown_again_to_that_vendor():
    found = step(tried(MINI, ONE, BadKey()), tried(MINI, TWO, BadKey()))
    assert isinstance(found, Try)
    assert found.way == OPUS


def test_a_key_that_another_call_probes_is_left_alone_for_that_model():
    found = step(tried(MINI, ONE, CircuitOpen()), tried(MINI, TWO, CircuitOpen()))
    assert isinstance(found, Try)
    assert (found.way, found.key) == (BIG, ONE)


def test_a_second_question_beside_the_first_goes_another_way():
    found = step(Tried(MINI, ONE, 0))
    assert isinstance(found, Try)
    assert found.way == BIG


def test_after_a_round_it_waits_and_begins_again_with_what_may_have_passed():
    all_tried = (
        tried(MINI, ONE, Overloaded()),
        tried(BIG, ONE, BadRequest()),
        tried(OPUS, OTHER, TimedOut()),
    )
    assert step(*all_tried) == Wait(0.5)
    assert step(*all_tried, round_=1) == Try(MINI, ONE, 12.0)
    again = (*all_tried, tried(MINI, ONE, Overloaded(), 1))
    found = step(*again, round_=1)
    assert isinstance(found, Try)
    assert found.way == OPUS  # the bad request is not repeated


def test_it_waits_as_long_as_the_vendor_says():
    limited = RateLimited(until=NOON + timedelta(seconds=7))
    assert step(tried(OPUS, OTHER, limited), ways=(OPUS,)) == Wait(7.0)
    assert step(tried(OPUS, OTHER, limited), ways=(OPUS,), left=6.0) is None


def test_a_reset_that_comes_at_once_does_not_use_up_the_rounds_while_the_key_still_rests():
    limited, resting = tried(OPUS, OTHER, RateLimited(until=NOON + timedelta(seconds=0.2))), Standing()
    assert step(limited, ways=(OPUS,), standing=resting) == Wait(0.5)
    assert step(limited, ways=(OPUS,), standing=resting, round_=1) == Wait(1.0)


@pytest.mark.parametrize("failure", [BadKey(), RateLimited()])
def test_a_vendor_with_many_keys_that_are_refused_does_not_use_up_the_tries(failure):
    many = tuple(Key("openai", f"openai-{n}", str(n)) for n in range(12))
    standing = Standing({"openai": many, "anthropic": (OTHER,)}, {}, WELL.configured)
    refused = [tried(MINI, key, failure) for key in many]
    found = step(*refused[:3], standing=standing)
    assert isinstance(found, Try)
    assert found.way == OPUS
    alone = step(*refused[:3], standing=standing, ways=(MINI, BIG))
    assert alone == Try(MINI, many[3], 12.0)


@pytest.mark.parametrize("failure", [BadRequest(), ContentRefused(), OutOfCredit(), CutOff(too_long=True)])
def test_what_will_not_pass_is_not_repeated(failure):
    assert step(tried(OPUS, OTHER, failure), ways=(OPUS,)) is None


def test_nothing_is_tried_where_nobody_may_be_asked():
    assert step(standing=Standing()) is None
    assert step(ways=()) is None


@pytest.mark.parametrize(("rest", "left", "found"), [(1.5, 30, Wait(1.5)), (1.5, 1, None), (6, 30, None)])
def test_a_key_that_rests_for_a_moment_is_waited_for(rest, left, found):
    """Other customers' questions were too many; this one is not to be given up for a second's sake."""
    resting = Standing(
        {}, {"anthropic": "resting"}, frozenset({"anthropic"}), rests={"anthropic": NOON.timestamp() + rest}
    )
    assert step(ways=(OPUS,), standing=resting, left=left) == found


def test_an_open_circuit_closes_a_vendor_a_model_or_a_key():
    for circuit, way, key in (
        ("openai", OPUS, OTHER), ("openai/mini", BIG, ONE), ("openai/mini/openai-1", MINI, TWO),
    ):  # fmt: skip
        found = step(standing=Standing(WELL.keys, {}, WELL.configured, frozenset({circuit})))
        assert isinstance(found, Try)
        assert (found.way, found.key) == (way, key)


def test_the_deadline_and_the_number_of_tries_end_it():
    assert step(left=0.0) is None
    failed = [tried(MINI, ONE, Overloaded())] * 3
    assert step(*failed, limits=Limits(tries=3)) is None


@given(st.data())
def test_it_always_ends_and_never_beyond_the_deadline(data):
    """Whatever fails in whatever way: attempts and pauses together stay inside the deadline."""
    left, round_, now, done, limits = 30.0, 0, NOON, [], Limits()
    while found := next_try(WAYS, WELL, done, round_, left=left, now=now, limits=limits):
        if isinstance(found, Wait):
            spent, round_ = found.seconds, round_ + 1
        else:
            assert found.key in WELL.keys[found.way.vendor]
            assert 0 < found.patience <= left
            spent = data.draw(st.floats(0, found.patience))
            done.append(tried(found.way, found.key, data.draw(st.sampled_from(FAILURES)), round_))
        left, now = left - spent, now + timedelta(seconds=spent)
        assert left >= -1e-9
    assert len(done) <= limits.tries
    assert round_ < limits.rounds
