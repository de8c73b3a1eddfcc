"""Closed, open, half open."""

from dataclasses import replace

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from chassis.resilience import circuit_text
from chassis.resilience.circuit_breaker import Circuit, Limits, Outcome
from chassis.resilience.sliding_window import Counts

LIMITS = Limits()
START = 1_000_000.0
CLOSED = Circuit()


def after(
    circuit: Circuit, ends: str, *, at: float = START, step: float = 0.0, limits: Limits = LIMITS
) -> Circuit:
    """The circuit after calls that were well (.), failed (x) or slow (s), one every `step` seconds."""
    for number, end in enumerate(ends):
        now = at + number * step
        circuit = circuit.after(Outcome(now, end == "x", end == "s"), now, limits)
    return circuit


def opened(at: float = START) -> Circuit:
    return after(CLOSED, "xxxxx", at=at)


def probing(at: float = START + 60) -> Circuit:
    return opened().probed("p", at)


@pytest.mark.parametrize("failures", range(1, 21))
def test_it_opens_at_exactly_that_many_failures_in_a_row(failures):
    limits = Limits(failures=failures, least_calls=1000)
    almost = after(CLOSED, "x" * (failures - 1), limits=limits)
    assert almost.stage == "closed"
    circuit = after(almost, "x", limits=limits)
    assert (circuit.stage, circuit.since) == ("open", START)
    assert circuit.why == f"{failures} failures in a row"


@pytest.mark.parametrize("place", range(9))
def test_a_success_between_begins_the_row_anew(place):
    ends = "x" * min(place, 4) + "." + "x" * 4
    assert after(CLOSED, ends, limits=Limits(least_calls=1000)).stage == "closed"


@pytest.mark.parametrize(
    ("ends", "stage"),
    [
        ("x.x.x.x.x", "closed"),  # nine calls are too few to say
        ("x.x.x.x.x.", "closed"),  # a good call opens nothing
        ("x.x.x.x.x.x", "open"),
        (".x.x.x.x.x", "open"),
        ("x..x..x..x..", "closed"),
        ("xxxx....xx", "open"),
        ("xxxx......", "closed"),
        (".........x" * 5, "closed"),
    ],
)
def test_it_opens_when_half_of_the_calls_fail(ends, stage):
    assert after(CLOSED, ends, step=1).stage == stage


@pytest.mark.parametrize(
    ("ends", "stage"),
    [("sssssssss", "closed"), ("ssssssssss", "open"), ("ssssssss..", "closed"), ("ssssssss.s", "open"),
     ("sssssss..s", "open"), ("sssssss...s", "closed"),
     ("..ssssssss", "open"), ("s" * 8 + "." * 3, "closed"), ("." * 3 + "s" * 8, "closed")],
)  # fmt: skip
def test_it_opens_when_most_calls_are_slow(ends, stage):
    circuit = after(CLOSED, ends, step=1)
    assert circuit.stage == stage
    assert stage == "closed" or "took 10 s or more" in circuit.why


def test_what_happened_before_the_window_does_not_count():
    circuit = after(CLOSED, "xx.xx.xx.", step=1)
    assert after(circuit, "x", at=START + 75).stage == "closed"
    assert after(circuit, "x", at=START + 10).stage == "open"


@pytest.mark.parametrize("second", range(60))
def test_it_opens_wherever_in_a_minute_the_failures_fall(second):
    """A window that began anew with every full minute would see them in two halves."""
    assert after(CLOSED, ".x.x.x.x.x", at=START + second, step=3).stage == "open"


@pytest.mark.parametrize(
    ("age", "state", "admits"),
    [(0, "open", False), (30, "open", False), (59.9, "open", False), (60, "half-open", True),
     (600, "half-open", True), (-30, "open", False), (-3600, "half-open", True)],
)  # fmt: skip
def test_it_refuses_for_its_time_whatever_the_clock_does(age, state, admits):
    assert opened().state(START + age, LIMITS) == state
    assert opened().admits(START + age, LIMITS) is admits


@pytest.mark.parametrize(("age", "admits"), [(0, False), (59, False), (60, True), (-59, False), (-61, True)])
def test_one_probe_at_a_time_and_a_dead_one_is_replaced(age, admits):
    assert probing().admits(START + 60 + age, LIMITS) is admits


def test_a_probe_that_succeeds_closes_it():
    closed = probing().after(Outcome(START + 60), START + 61, LIMITS, "p")
    assert (closed.stage, closed.row, closed.since) == ("closed", 0, START + 61)
    assert closed.counts(START + 61, LIMITS) == Counts()


@pytest.mark.parametrize("outcome", [Outcome(START + 60, failed=True), Outcome(START + 60, slow=True)])
def test_a_probe_that_fails_or_is_slow_opens_it_again(outcome):
    circuit = probing().after(outcome, START + 61, LIMITS, "p")
    assert (circuit.stage, circuit.since, circuit.probe) == ("open", START + 61, "")
    assert not circuit.admits(START + 120, LIMITS)
    assert circuit.admits(START + 121, LIMITS)


@pytest.mark.parametrize("failed", [False, True])
@pytest.mark.parametrize("slow", [False, True])
@pytest.mark.parametrize("circuit", [opened(), probing()])
@pytest.mark.parametrize(("probe", "began"), [("", START + 61), ("other", START + 61), ("p", START - 1)])
def test_nobody_but_the_probe_says_anything_while_it_is_not_closed(failed, slow, circuit, probe, began):
    assert circuit.after(Outcome(began, failed, slow), START + 62, LIMITS, probe) == circuit
    assert circuit.after_successes(Counts(100), START + 62, LIMITS) == circuit


@pytest.mark.parametrize(("by", "began", "free"), [
    ("p", None, True), ("p", START + 60, True), ("p", START - 1, False), ("other", None, False),
    ("", None, False),
])  # fmt: skip
def test_a_probe_is_given_back_by_itself_alone(by, began, free):
    circuit = probing().released(by, began)
    assert circuit.admits(START + 61, LIMITS) is free
    assert circuit.stage == "half-open"


def test_a_probe_is_believed_even_if_the_clock_was_set_back():
    circuit = opened().probed("p", START - 4000)
    assert circuit.after(Outcome(START - 4000), START - 3999, LIMITS, "p").stage == "closed"


ends = st.sampled_from(["well", "failed", "slow"])
times = st.floats(0, 30)


@given(st.lists(st.tuples(times, st.booleans()), max_size=150), st.integers(2, 8))
def test_it_is_open_no_later_than_the_set_count(steps, failures):
    circuit, now, row = CLOSED, START, 0
    limits = Limits(failures=failures)
    for seconds, failed in steps:
        now += seconds
        row = row + 1 if failed else 0
        circuit = circuit.after(Outcome(now, failed), now, limits)
        if circuit.stage == "open":
            return
        assert row < failures


@given(st.lists(st.tuples(times, st.booleans()), max_size=200), st.floats(0.3, 0.9))
def test_a_rate_of_successes_above_the_threshold_never_opens_it(steps, rate):
    """Whichever part of the calls one looks at: before each failure there were enough successes."""
    limits = Limits(failures=1000, failure_rate=rate)
    circuit, now, failures, calls = CLOSED, START, 0, 0
    for seconds, wants_to_fail in steps:
        now += seconds / 100
        failed = wants_to_fail and failures + 1 < rate * (calls + 1)
        failures, calls = failures + failed, calls + 1
        assume(now < START + 55)
        circuit = circuit.after(Outcome(now, failed), now, limits)
        assert circuit.stage == "closed"


@given(st.lists(st.tuples(times, ends), max_size=80))
def test_many_successes_at_once_are_as_good_as_one_by_one(steps):
    one_by_one, together, now = CLOSED, CLOSED, START
    for seconds, end in steps:
        now += seconds
        if end == "failed":
            one_by_one = one_by_one.after(Outcome(now, failed=True), now, LIMITS)
            together = together.after(Outcome(now, failed=True), now, LIMITS)
            continue
        for _ in range(3):
            one_by_one = one_by_one.after(Outcome(now), now, LIMITS)
        together = together.after_successes(Counts(3), now, LIMITS)
        assume((one_by_one.stage, together.stage) == ("closed", "closed"))
    assert one_by_one == together


def _walked(steps, age: float) -> Circuit:
    circuit, now = CLOSED, START
    for seconds, end in steps:
        now += seconds
        circuit = circuit.after(Outcome(now, end == "failed", end == "slow"), now, LIMITS)
    now += age
    return circuit.probed("p", now) if circuit.state(now, LIMITS) == "half-open" else circuit


circuits = st.builds(_walked, st.lists(st.tuples(times, ends), max_size=25), st.floats(0, 200))


@given(circuits)
def test_it_reads_as_it_was_written(circuit):
    assert circuit_text.read(circuit_text.written(circuit)) == circuit


def test_a_fresh_one_is_written_as_nothing():
    assert circuit_text.written(CLOSED) == "{}"


@pytest.mark.parametrize("text", ["", "[]x", "{"])
def test_what_is_no_circuit_is_not_read(text):
    with pytest.raises(ValueError, match=r"."):
        circuit_text.read(text)


@given(circuits, circuits)
def test_joining_is_the_same_either_way_and_however_often(one, other):
    joined = one.joined(other)
    assert joined == other.joined(one) == joined.joined(one) == joined.joined(other)


@given(circuits)
def test_what_happened_last_holds(stale):
    own = replace(opened(), since=stale.since + 1)
    assert own.joined(stale).stage == stale.joined(own).stage == "open"
