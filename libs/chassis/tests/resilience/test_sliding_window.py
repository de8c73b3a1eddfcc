"""What a window remembers, and when it forgets."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from chassis.resilience.sliding_window import Counts, Window

SECONDS = 60.0
START = 1_000_000.0
moments = st.floats(0, 1000)
counts = st.builds(Counts, st.integers(0, 9), st.integers(0, 9), st.integers(0, 9))


@pytest.mark.parametrize("age", [0, 1, 5, 10, 30, 54, 55])
def test_calls_of_the_last_minute_count(age):
    window = Window().counted(Counts(3, 2, 1), START, SECONDS)
    assert window.counts(START + age, SECONDS) == Counts(3, 2, 1)


@pytest.mark.parametrize("age", [60, 61, 90, 3600])
def test_older_ones_do_not(age):
    window = Window().counted(Counts(3, 2, 1), START, SECONDS)
    assert window.counts(START + age, SECONDS) == Counts()


@pytest.mark.parametrize("start", [START + one for one in range(0, 60, 7)])
def test_it_slides_and_knows_no_minutes(start):
    """Ten failures around any full minute are seen together."""
    window = Window()
    for second in range(10):
        window = window.counted(Counts(1, 1), start + second, SECONDS)
    assert window.counts(start + 10, SECONDS).failures == 10


@given(st.lists(st.tuples(st.floats(-200, 200), counts), max_size=60))
def test_it_never_holds_more_than_two_windows_even_if_the_clock_jumps(steps):
    window, now = Window(), START
    for step, more in steps:
        now += step
        window = window.counted(more, now, SECONDS)
        assert window.counts(now, SECONDS).calls >= more.calls
    assert len(window.slots) <= 23


@given(st.lists(st.tuples(moments, counts)), st.lists(st.tuples(moments, counts)))
def test_joining_two_is_the_same_either_way_and_counts_nothing_twice(mine, theirs):
    one, other = Window(), Window()
    for at, more in mine:
        one = one.counted(more, at, SECONDS)
    for at, more in theirs:
        other = other.counted(more, at, SECONDS)
    joined = one.joined(other)
    assert joined == other.joined(one) == joined.joined(one) == joined.joined(joined)
