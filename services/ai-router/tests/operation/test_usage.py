"""Usage of several businesses together, and their budgets."""

from datetime import UTC, date, datetime
from decimal import Decimal
from types import SimpleNamespace
from uuid import UUID

import pytest

from ai_router.domain.money.budgets import Spent
from ai_router.domain.money.ledger import Judgement, KeptQuestion
from ai_router.domain.money.question import Call, Question
from ai_router.domain.money.usage import Figures, Row, report
from ai_router.operation.usage import Usage, level
from contracts.ai import AiRules, Budget

DAY = date(2026, 3, 2)


class Books:
    """Each business has asked `questions` questions for a hundredth of a dollar each."""

    def __init__(self, questions):
        self.asks, self.asked, self.kept = questions, [], {}

    async def usage(self, tenant, since, until):
        self.asked.append((since, until))
        figures = Figures(questions=self.asks[tenant], microdollars=10_000 * self.asks[tenant])
        row = Row(purpose="answer", prompt_version="3", vendor="a", model="m", key="a-1", figures=figures)
        return report(tenant, since, until, {DAY: [row]} if self.asks[tenant] else {})

    async def questions(self, tenant, conversation, limit):
        return self.kept.get((tenant, conversation), [])[:limit]

    async def of(self, tenant, zone, now):
        spent = Decimal(self.asks[tenant]) / 100
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


def call(outcome, **said):
    return Call(vendor="a", model="m", key="a-1", outcome=outcome, milliseconds=900, **said)


def kept(minute, judgement=None, **said):
    at = datetime(2026, 3, 2, 11, minute, tzinfo=UTC)
    fields = {"outcome": "answered", "vendor": "a", "model": "m", "key": "a-1", "tier": "small"}
    question = Question(
        id=UUID(int=minute), conversation="anna", at=at, day=DAY, purpose="answer", **fields | said
    )
    return KeptQuestion(question=question, judgement=judgement)


async def test_the_latest_questions_of_a_conversation_whosever_it_is(usage, books):
    books.kept = {("lyo", "anna"): [kept(5), kept(3)], ("sdb", "anna"): [kept(4)], ("lyo", "bob"): [kept(9)]}
    told = await usage.questions(["lyo", "sdb", "bellhop"], "anna", 2)
    assert [(one["tenant"], one["at"]) for one in told] == [
        ("lyo", "2026-03-02T11:05:00Z"), ("sdb", "2026-03-02T11:04:00Z"),
    ]  # fmt: skip
    assert await usage.questions(["sdb"], "bob", 2) == []


async def test_a_question_tells_what_it_cost_and_what_became_of_it(usage, books):
    calls = (
        call("cut_off", input_tokens=400, output_tokens=20, microdollars=90),
        call("generated", input_tokens=400, output_tokens=100, microdollars=150),
    )
    judgement = Judgement(verdict="refused", why="price")
    books.kept = {("lyo", "anna"): [kept(1, judgement, calls=calls, attempts=3, milliseconds=900)]}
    (told,) = await usage.questions(["lyo"], "anna", 9)
    expected = {
        "purpose": "answer", "vendor": "a", "model": "m", "key": "a-1", "tier": "small", "attempts": 3,
        "calls": 2, "input_tokens": 800, "output_tokens": 120, "cost": "0.000240", "unpriced": 0,
        "seconds": 0.9, "cached": False, "outcome": "answered", "verdict": "refused", "why": "price",
    }  # fmt: skip
    assert expected.items() <= told.items()


async def test_a_question_that_nobody_answered_or_judged_says_so(usage, books):
    nobody = {"outcome": "failed", "reason": "timeout", "vendor": "", "model": "", "key": "", "tier": None}
    paid = call("generated", input_tokens=400, output_tokens=100)
    books.kept = {("lyo", "anna"): [kept(2, calls=(paid,)), kept(1, **nobody)]}
    unpriced, failed = await usage.questions(["lyo"], "anna", 9)
    assert (unpriced["cost"], unpriced["unpriced"], unpriced["verdict"]) == ("0.000000", 1, None)
    assert (failed["outcome"], failed["reason"], failed["seconds"]) == ("failed", "timeout", None)
