"""Budgets bend before they end."""

from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ai_router.domain.level import level_at
from ai_router.domain.money.budgets import Spent, periods, reached, standing_of
from contracts.ai import AiPolicy, Budget, Candidate

POLICY = AiPolicy(tiers={"small": (Candidate(vendor="openai", model="m"),)}, purposes={"answer": ("small",)})
TODAY, MONTH = date(2026, 11, 20), date(2026, 11, 1)


def spent(day: object, month: object = None, today: date = TODAY) -> Spent:
    whole = Decimal(str(day if month is None else month))
    return Spent(Decimal(str(day)), whole, today, today.replace(day=1))


@pytest.mark.parametrize(
    ("day", "month", "level"),
    [
        (0, 0, "normal"), ("8.999999", 20, "normal"), (9, 20, "cheaper"), ("9.999999", 20, "cheaper"),
        (10, 20, "rules"), (11, 20, "rules"), (1, 90, "cheaper"), (1, 100, "rules"), (9, 100, "rules"),
    ],
)  # fmt: skip
def test_the_budget_that_is_nearer_to_its_end_decides(day, month, level):
    assert standing_of(spent(day, month), Budget(day=Decimal(10), month=Decimal(100)), POLICY) == level


def test_without_a_budget_nothing_ever_changes_and_with_none_left_nobody_is_asked():
    assert standing_of(spent(10**6), Budget(), POLICY) == "normal"
    assert standing_of(spent(0), Budget(day=Decimal(0)), POLICY) == "rules"
    assert standing_of(spent(0), Budget(month=Decimal(0)), POLICY) == "rules"
    assert reached(spent(0), spent(1), Budget(day=Decimal(0)), POLICY) == ()


def test_one_answer_may_jump_over_several_levels():
    told = reached(spent(1), spent(12), Budget(day=Decimal(10)), POLICY)
    assert [one.level for one in told] == ["warned", "cheaper", "rules"]
    assert {(one.period, one.starts, one.spent, one.limit) for one in told} == {("day", TODAY, 12, 10)}


def test_a_level_between_two_microdollars_is_not_missed():
    before, budget = spent("0.000004"), Budget(day=Decimal("0.000005"))  # cheaper from 0.0000045 on
    after = spent("0.000005")
    told = reached(after.without(Decimal("0.0000003")), after, budget, POLICY)
    assert after.without(Decimal("0.0000003")) == before
    assert [one.level for one in told] == ["cheaper", "rules"]


def test_a_new_day_begins_with_nothing_said():
    yesterday = spent(9, today=TODAY - timedelta(days=1))
    told = reached(yesterday, spent("8.5"), Budget(day=Decimal(10)), POLICY)
    assert [one.level for one in told] == ["warned"]


@given(
    st.lists(st.integers(0, 3_000_000), max_size=60), st.integers(1, 20_000_000), st.integers(1, 60_000_000)
)
def test_each_level_of_each_budget_is_told_once_whatever_answers_cost(costs, day, month):
    budget = Budget(day=Decimal(day) / 10**6, month=Decimal(month) / 10**6)
    before, told = spent(0), []
    for cost in costs:
        after = spent(before.day + Decimal(cost) / 10**6)
        assert after.without(Decimal(cost) / 10**6) == before
        told += [(one.period, one.level) for one in reached(before, after, budget, POLICY)]
        before = after
    marks = {"warned": Decimal("0.8"), "cheaper": Decimal("0.9"), "rules": Decimal(1)}
    limits = {"day": budget.day, "month": budget.month}
    due = {
        (p, level)
        for p, limit in limits.items()
        for level, part in marks.items()
        if before.day >= limit * part
    }
    assert set(told) == due
    assert len(told) == len(due)
    levels = {level for _, level in told}
    level = "rules" if "rules" in levels else "cheaper" if "cheaper" in levels else "normal"
    assert standing_of(before, budget, POLICY) == level


@pytest.mark.parametrize(
    ("zone", "moment", "day"),
    [
        ("Europe/Rome", datetime(2026, 11, 30, 22, 59, tzinfo=UTC), date(2026, 11, 30)),
        ("Europe/Rome", datetime(2026, 11, 30, 23, 0, tzinfo=UTC), date(2026, 12, 1)),
        ("Europe/Rome", datetime(2026, 3, 28, 23, 0, tzinfo=UTC), date(2026, 3, 29)),  # 23 hours long
        ("Europe/Rome", datetime(2026, 3, 29, 21, 59, tzinfo=UTC), date(2026, 3, 29)),
        ("Europe/Rome", datetime(2026, 3, 29, 22, 0, tzinfo=UTC), date(2026, 3, 30)),
        ("America/Chicago", datetime(2026, 11, 2, 5, 59, tzinfo=UTC), date(2026, 11, 1)),  # 25 hours long
        ("America/Chicago", datetime(2026, 11, 2, 6, 0, tzinfo=UTC), date(2026, 11, 2)),
        ("Pacific/Apia", datetime(2026, 12, 31, 11, 0, tzinfo=UTC), date(2027, 1, 1)),
    ],
)
def test_days_and_months_are_those_of_the_clock_on_the_wall(zone, moment, day):
    assert periods(moment, ZoneInfo(zone)) == (day, day.replace(day=1))


@given(
    st.integers(0, 3 * 365 * 24 * 60),
    st.sampled_from(["Europe/Rome", "America/Chicago", "Africa/Dakar", "Asia/Kathmandu", "Pacific/Apia"]),
)
def test_a_period_holds_its_moment_and_never_goes_back(minutes, zone):
    moment, there = datetime(2026, 1, 1, tzinfo=UTC) + timedelta(minutes=minutes), ZoneInfo(zone)
    day, month = periods(moment, there)
    midnight = datetime.combine(day, datetime.min.time(), there)
    assert midnight.astimezone(UTC) <= moment < midnight.astimezone(UTC) + timedelta(hours=25)
    assert month <= day < month + timedelta(days=31)
    assert periods(moment + timedelta(minutes=1), there) >= (day, month)


@pytest.mark.parametrize(
    ("age", "level"),
    [(0, "normal"), (9.9, "normal"), (10, "cheaper"), (24.9, "cheaper"), (25, "rules"), (3600, "rules")],
)
def test_an_old_question_makes_room(age, level):
    assert level_at(age, 10, 25) == level
