from collections import Counter

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ops.chaos.plan import CALM, ORDERED, SHORTEST, Kind, Scene, plan

SEEDS = st.integers(0, 10**9)
LENGTHS = st.floats(SHORTEST, 3600)


@given(SEEDS, LENGTHS)
def test_the_same_seed_is_the_same_plan(seed: int, seconds: float):
    assert plan(seed, seconds) == plan(seed, seconds)


def test_other_seeds_are_other_plans():
    assert len({plan(seed, SHORTEST) for seed in range(20)}) == 20


@given(SEEDS, LENGTHS)
def test_every_kind_of_fault_happens(seed: int, seconds: float):
    assert {scene.kind for scene in plan(seed, seconds)} == set(Kind)


@given(SEEDS)
def test_every_service_is_killed_several_times(seed: int):
    killed = Counter(scene.target for scene in plan(seed, SHORTEST) if scene.kind is Kind.KILL)
    assert set(killed) == {"gateway", "conversation", "notifier", "scheduler", "ai-router"}
    assert min(killed.values()) >= 2


@given(SEEDS, LENGTHS)
def test_scenes_follow_one_another_and_fit_into_the_time(seed: int, seconds: float):
    scenes = plan(seed, seconds)
    ends = [CALM, *(scene.at + scene.length for scene in scenes)]
    assert [scene.at for scene in scenes] == pytest.approx(ends[:-1])
    assert ends[-1] <= seconds
    assert all(scene.length > scene.lasts for scene in scenes)


@given(SEEDS)
def test_each_ordered_service_is_scaled_up_before_anything_else_and_down_later(seed: int):
    scenes = plan(seed, SHORTEST)
    assert {(one.target, one.count) for one in scenes[:2]} == {(one, 4) for one in ORDERED}
    for service in ORDERED:
        counts = [one.count for one in scenes if one.kind is Kind.SCALE and one.target == service]
        assert counts == [4, 2]


@given(SEEDS, LENGTHS)
def test_a_longer_plan_begins_like_the_shorter_one(seed: int, seconds: float):
    assert plan(seed, seconds)[: len(plan(seed, SHORTEST))] == plan(seed, SHORTEST)


def test_too_short_is_refused():
    with pytest.raises(ValueError, match="every fault once takes"):
        plan(1, SHORTEST - 1)


def test_titles_say_what_happens():
    assert Scene(Kind.SCALE, 1, "notifier", 4).title == "scale notifier → 4"
    assert Scene(Kind.KILL, 1, "gateway").title == "kill -9 gateway"
    assert Scene(Kind.REDIS_GONE, 22, lasts=20).title == "Redis gone 20 s"
    assert Scene(Kind.CUT, 1).title == "connections cut"
