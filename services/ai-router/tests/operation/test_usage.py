"""Usage of several businesses together, and their budgets."""

from datetime import UTC, date, datetime
from decimal import Decimal
from types import SimpleNamespace

import pytest

from ai_router.domain.money.budgets import Spent
from ai_router.domain.money.usage import Figures, Row, report
from ai_router.operation.usage import Usage, level
from contracts.ai import AiRules, Budget

DAY = date(2026, 3, 2)


class Books:
    """Each business has asked `questions` questions for a hundredth of a dollar each."""

    def __init__(self, questions):
        self.questions, self.asked = questions, []

    async def usage(self, tenant, since, until):
        self.asked.append((since, until))
        figures = Figures(questions=self.questions[tenant], microdollars=10_000 * self.questions[tenant])
        row = Row(purpose="answer", prompt_version="3", vendor="a", model="m", key="a-1", figures=figures)
        return report(tenant, since, until, {DAY: [row]} if self.questions[tenant] else {})

    async def of(self, tenant, zone, now):
        spent = Decimal(self.questions[tenant]) / 100
        return Spent(spent, spent, DAY, DAY.replace(day=1))


@pytest.fixture
def books():
    return Books({"lyo": 2, "sdb": 3, "bellhop": 0})


@pytest.fixture
def usage(books, policies):
    config = SimpleNamespace(zone=UTC, ai=AiRules(budget=Budget(day=Decimal("0.02"))))
    policies.tenants = {"lyo": SimpleNamespace(config=config)}
    return Usage(books, books, policies, lambda: datetime(2026, 3, 2, 11, tzinfo=UTC))


async def test_businesses_are_added_up_on_every_side(usage):
    told = await usage.tell(["lyo", "sdb", "bellhop"], DAY, DAY)
    assert told["total"]["questions"] == 5
    assert Decimal(told["total"]["cost"]) == Decimal("0.05")
    for side, name in (("days", "2026-03-02"), ("models", "a/m"), ("keys", "a-1"), ("prompts", "answer/3")):
        ((part),) = told[side]
        assert (part["name"], part["figures"]["questions"]) == (name, 5)
    assert [one["name"] for one in told["tenants"]] == ["lyo", "sdb"]


async def test_budgets_say_what_is_left(usage):
    lyo, sdb, _ = (await usage.tell(["lyo", "sdb", "bellhop"], DAY, DAY))["budgets"]
    assert (lyo["level"], lyo["day"]["left"]) == ("rules", "0.00")
    assert (sdb["level"], sdb["day"]["limit"], sdb["day"]["left"]) == ("normal", None, None)


async def test_without_days_it_is_this_month_wherever_the_business_is(usage, books):
    await usage.tell(["lyo"], None, None)
    assert books.asked == [(date(2026, 3, 1), date(2026, 3, 3))]


@pytest.mark.parametrize(
    ("spent", "limit", "expected"),
    [("0", "1", "normal"), ("0.79", "1", "normal"), ("0.8", "1", "warned"), ("0.9", "1", "cheaper"),
     ("1", "1", "rules"), ("0", "0", "rules")],
)  # fmt: skip
def test_the_level_follows_from_the_nearest_budget(policy, spent, limit, expected):
    used = Spent(Decimal(spent), Decimal(spent), DAY, DAY)
    assert level(used, Budget(day=Decimal(limit)), policy) == expected
    assert level(used, Budget(month=Decimal(limit)), policy) == expected
