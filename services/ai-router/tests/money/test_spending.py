"""Spending is shared by all replicas, survives Redis, and changes levels at the right question."""

import asyncio
from collections import Counter
from collections.abc import Awaitable, Callable
from datetime import timedelta
from decimal import Decimal
from typing import Any
from zoneinfo import ZoneInfo

import pytest

from ai_router.adapters.spending import SharedSpending
from ai_router.domain.money.budgets import Spent, reached, standing_of
from chassis.storage import StoreUnavailable
from contracts.ai import AiPolicy, Budget, Candidate

POLICY = AiPolicy(tiers={"small": (Candidate(vendor="openai", model="m"),)}, purposes={"answer": ("small",)})
ROME, CHICAGO = ZoneInfo("Europe/Rome"), ZoneInfo("America/Chicago")
CENT = Decimal("0.01")


Spend = Callable[..., Awaitable[Spent]]


@pytest.fixture
def spend(questions: Any, paid: Any, now: Any) -> Spend:
    """As the router does it: a cent is counted, and then on the ledger."""

    async def cent(spending: SharedSpending, ledger: Any, cost: Decimal = CENT) -> Spent:
        after = await spending.add("lyo", ROME, now, cost)
        question = questions.asked(at=now)
        await ledger.enter(question, questions.answered(question, paid(str(cost))))
        return after

    return cent


@pytest.mark.servers
@pytest.mark.parametrize("store", ["sqlite"], indirect=True)
async def test_a_budget_runs_down_over_a_thousand_questions(redis, new_ledger, spend, now):
    ledgers = [new_ledger() for _ in range(3)]
    replicas = [SharedSpending(redis, ledger) for ledger in ledgers]
    budget = Budget(day=Decimal("0.123"))  # 1,000 answers of 123 microdollars
    cost, told, standings = Decimal("0.000123"), [], Counter()
    for number in range(1000):
        replica, ledger = replicas[number % 3], ledgers[number % 3]
        standings[standing_of(await replica.of("lyo", ROME, now), budget, POLICY)] += 1
        after = await spend(replica, ledger, cost)
        told += [(number + 1, one.level) for one in reached(after.without(cost), after, budget, POLICY)]
    assert told == [(800, "warned"), (900, "cheaper"), (1000, "rules")]
    assert standings == {"normal": 900, "cheaper": 100}
    assert standing_of(after, budget, POLICY) == "rules"
    assert after.day == after.month == budget.day == (await ledgers[0].spent("lyo", ROME, now)).day


@pytest.mark.servers
async def test_a_thousand_at_the_same_time_say_each_level_once(redis, ledger, now):
    replicas = [SharedSpending(redis, ledger) for _ in range(3)]
    budget = Budget(day=Decimal("7.5"))
    afters = await asyncio.gather(*(replicas[n % 3].add("lyo", ROME, now, CENT) for n in range(1000)))
    told = [one for after in afters for one in reached(after.without(CENT), after, budget, POLICY)]
    assert sorted((one.level, one.spent) for one in told) == [
        ("cheaper", Decimal("6.75")), ("rules", Decimal("7.50")), ("warned", Decimal("6.00")),
    ]  # fmt: skip
    assert sorted(after.day for after in afters) == [n * CENT for n in range(1, 1001)]


@pytest.mark.servers
async def test_businesses_and_periods_are_apart(redis, ledger, now):
    spending = SharedSpending(redis, ledger)
    await spending.add("lyo", ROME, now, CENT)
    assert (await spending.of("lily", CHICAGO, now)).month == 0
    tomorrow = await spending.of("lyo", ROME, now + timedelta(hours=12))
    assert (tomorrow.day, tomorrow.month) == (0, CENT)
    assert (await spending.of("lyo", ROME, now + timedelta(days=11))).month == 0


@pytest.mark.servers
async def test_a_new_redis_is_told_by_the_ledger(redis, new_ledger, spend, now):
    ledgers = [new_ledger() for _ in range(2)]
    replicas = [SharedSpending(redis, ledger) for ledger in ledgers]
    await replicas[1].of("lyo", ROME, now)  # knows of nothing from here on
    for _ in range(5):
        await spend(replicas[0], ledgers[0])
    await redis.flushdb()
    replicas[1]._known["lyo"].read_at -= 60
    assert (await replicas[1].of("lyo", ROME, now)).day == 5 * CENT
    assert (await replicas[0].add("lyo", ROME, now, CENT)).day == 6 * CENT
    await redis.flushdb()
    fresh = SharedSpending(redis, new_ledger())
    assert (await fresh.of("lyo", ROME, now)).day == 5 * CENT  # what is on the ledger
    assert (await replicas[0].of("lyo", ROME, now)).day == 6 * CENT  # and what a replica knows beside it
    assert (await fresh.of("lyo", ROME, now)).day == 6 * CENT


@pytest.mark.servers
async def test_a_redis_that_came_back_with_old_sums_is_corrected(redis, ledger, now):
    spending = SharedSpending(redis, ledger)
    await spending.add("lyo", ROME, now, 5 * CENT)
    for key in await redis.keys("ai:spent:*"):
        await redis.set(key, 20_000)
    assert (await spending.add("lyo", ROME, now, CENT)).day == 6 * CENT


async def test_without_redis_each_replica_adds_its_own_to_the_ledger(no_redis, new_ledger, spend, now):
    ledgers = [new_ledger() for _ in range(2)]
    replicas = [SharedSpending(no_redis, ledger) for ledger in ledgers]
    assert (await replicas[1].of("lyo", ROME, now)).day == 0
    for n in range(1, 4):
        assert (await spend(replicas[0], ledgers[0])).day == n * CENT
    replicas[1]._known["lyo"].read_at -= 60
    assert (await replicas[1].of("lyo", ROME, now)).day == 3 * CENT
    assert (await spend(replicas[1], ledgers[1])).day == 4 * CENT


@pytest.mark.servers
async def test_what_was_spent_without_redis_is_told_when_it_is_back(redis, no_redis, ledger, now):
    spending = SharedSpending(redis, ledger)
    await spending.add("lyo", ROME, now, CENT)
    away = SharedSpending(no_redis, ledger)
    away._known = spending._known  # one replica, from which Redis goes and to which it comes back
    await away.add("lyo", ROME, now, CENT)
    assert (await spending.of("lyo", ROME, now)).day == 2 * CENT
    assert (await SharedSpending(redis, ledger).of("lyo", ROME, now)).day == 2 * CENT


async def test_with_neither_redis_nor_ledger_it_still_answers(no_redis, now):
    class NoLedger:
        async def spent(self, *_: Any) -> Any:
            raise StoreUnavailable("gone")

    spending = SharedSpending(no_redis, NoLedger())
    await spending.add("lyo", ROME, now, CENT)
    assert (await spending.add("lyo", ROME, now, CENT)).month == 2 * CENT
