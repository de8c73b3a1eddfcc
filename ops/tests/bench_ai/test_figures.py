"""Overheads are reckoned round by round, against the direct calls of that very round."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ops.bench_ai.figures import Figures, Measured, Scene, figures
from ops.bench_ai.load import Times
from ops.bench_ai.rounds import turns
from ops.bench_ai.verdicts import verdicts

ALONE, CROWD = Scene(0, 1), Scene(0, 20)


def measured(name, each, *, round_=0, scene=ALONE, spent=0.0, memory=0):
    return Measured(name, scene, round_, Times(each, total=2.0), spent, 2 * spent, memory)


def test_what_is_added_is_beyond_the_median_of_the_same_rounds_direct_calls():
    slow_round, quick_round = 0.010, 0.001
    found = figures(
        [
            measured("direct", [slow_round] * 9),
            measured("router", [slow_round + 0.002] * 9),
            measured("direct", [quick_round] * 9, round_=1),
            measured("router", [quick_round + 0.002] * 9, round_=1),
        ]
    )
    assert [one.name for one in found] == ["direct", "router"]
    assert found[1].added == pytest.approx((2, 2, 2))
    assert found[1].took == pytest.approx((7.5, 7.5, 7.5))


def test_one_bad_round_of_three_changes_nothing():
    rounds = [
        one
        for n, added in enumerate((0.003, 0.500, 0.003))
        for one in (
            measured("direct", [0.001] * 5, round_=n),
            measured("events", [0.001 + added] * 5, round_=n),
        )
    ]
    assert figures(rounds)[1].added == pytest.approx((3, 3, 3))


def test_costs_are_told_by_question_and_memory_at_its_most():
    found = figures(
        [
            measured("direct", [0.001] * 10),
            measured("events", [0.002] * 10, spent=0.02, memory=90_000_000),
            measured("direct", [0.001] * 10, round_=1),
            measured("events", [0.002] * 10, round_=1, spent=0.02, memory=120_000_000),
        ]
    )[1]
    assert found.spent == pytest.approx(2)
    assert found.spent_by_all == pytest.approx(4)
    assert found.memory == pytest.approx(120)
    assert (found.questions, found.per_second) == (20, 5)


@given(rounds=st.integers(1, 6), contestants=st.lists(st.text(), min_size=1, max_size=5, unique=True))
def test_everybody_is_measured_once_in_every_scene_of_every_round(rounds, contestants):
    played = list(turns(contestants, rounds, (ALONE, CROWD)))
    assert len(set(played)) == len(played) == rounds * 2 * len(contestants)
    assert {one for _, _, one in played[:: 2 * len(contestants)]} == set(contestants[:rounds])


def found(name, p95, *, scene=ALONE, memory=100.0):
    return Figures(name, scene, 100, (0, 0, 0), (0, p95, 0), 100, 1, 1, memory)


def reached(*figures_):
    return [one.reached for one in verdicts(figures_)]


def test_aims_that_are_reached():
    assert reached(found("router", 0.9), found("events", 5), found("litellm", 10)) == [True, True, True]


def test_each_aim_may_be_missed():
    assert reached(found("router", 1.0), found("events", 5.1), found("litellm", 10)) == [False, False, True]
    assert reached(found("router", 0.9), found("events", 5, memory=150), found("litellm", 10))[2] is False


def test_the_event_path_has_to_be_quicker_in_every_scene_the_router_where_nobody_else_asks():
    crowd = (
        found("router", 9, scene=CROWD),
        found("events", 8, scene=CROWD),
        found("litellm", 9, scene=CROWD),
    )
    assert reached(found("router", 0.5), found("events", 1), found("litellm", 9), *crowd) == [
        True,
        False,
        True,
    ]


def test_without_litellm_its_aim_is_open():
    assert reached(found("router", 0.5), found("events", 1)) == [True, None, True]
