"""A question is answered once, paid once, on the ledger, and bends to budget, age and cache."""

import asyncio
from dataclasses import dataclass, field, replace
from datetime import timedelta
from decimal import Decimal
from types import SimpleNamespace
from typing import Any

import pytest
from redis.asyncio import Redis
from redis.asyncio.retry import Retry
from redis.backoff import NoBackoff

from ai_router.adapters.results import RedisResults
from ai_router.answering import Answering, Patience
from ai_router.asking import Router
from ai_router.attempts import Attempts
from ai_router.domain.failures import Overloaded
from ai_router.domain.money.budgets import Spent
from ai_router.domain.places import Places
from ai_router.handlers.completions import Completions
from ai_router.handlers.in_hand import InHand
from contracts.ai import AiPolicy, AiRules, Budget, Candidate
from contracts.completions import CompletionJudged
from contracts.envelope import derived_id
from contracts.events import caused
from contracts.tenants import TenantConfig

from .fakes import Prices, Standings, Vendors

POLICY = AiPolicy(
    tiers={"small": (Candidate(vendor="a", model="m"),), "large": (Candidate(vendor="b", model="n"),)},
    purposes={"answer": ("large", "small")},
)
LYO = TenantConfig(id="lyo", name="Lyo", timezone="Europe/Rome", languages=("it",))


@dataclass
class World:
    """Everything outside of the handler: what is in force, what is kept, what was said."""

    policy: AiPolicy = POLICY
    config: TenantConfig | None = LYO
    vendors: Vendors = field(default_factory=Vendors)
    day: Decimal = Decimal(0)
    published: list[Any] = field(default_factory=list)
    entered: list[Any] = field(default_factory=list)
    kept: dict[tuple[str, str], Any] = field(default_factory=dict)
    now: Any = None

    async def installation(self):
        return self.policy

    async def tenant(self, tenant):
        return self.config and SimpleNamespace(config=self.config)

    async def of(self, tenant, zone, now):
        return Spent(self.day, self.day, now.date(), now.date())

    async def add(self, tenant, zone, now, cost):
        self.day += cost
        return await self.of(tenant, zone, now)

    async def enter(self, event, answer):
        self.entered.append((event.id, answer.id))

    async def judged(self, event):
        self.entered.append(event.data.verdict)

    async def get(self, tenant, cache_key, request_id=None):
        return self.kept.get((tenant, cache_key))

    async def keep(self, tenant, cache_key, answer, asked=None):
        self.kept[tenant, cache_key] = answer

    async def drop(self, tenant, request_id):
        self.kept = {k: one for k, one in self.kept.items() if one.request_id != request_id}

    async def publish(self, *events):
        self.published += events


def completions(world, redis, question, **patience):
    def clock():
        return world.now or question.time

    router = Router(Attempts(world.vendors, Standings(), Prices().cost, clock), deadline=2)
    answering = Answering(
        router, world, Prices(), Places(10), world, world, clock, Patience(**patience)
    )  # fmt: skip
    return Completions(answering, world, world, world, world, RedisResults(redis), world, clock)


@pytest.fixture
async def nobody():
    """No Redis: everything still works, only less is remembered."""
    async with Redis(port=9, retry=Retry(NoBackoff(), 0)) as redis:
        yield redis


async def test_an_answer_is_published_under_the_derived_id(question, nobody):
    world = World()
    await completions(world, nobody, question).on_requested(question)
    (event,) = world.published
    assert (event.type, event.id, event.causationid) == (
        "completion.generated.v1", derived_id(question.id, 0), question.id,
    )  # fmt: skip
    data = event.data
    assert (data.request_id, data.personal.text, data.tier) == (question.id, "Sì.", "large")
    assert (data.vendor, data.model, data.key, data.input_tokens) == ("b", "m-2026", "b-1", 40)
    assert (data.cost, len(data.attempts), world.day) == (Decimal("0.04"), 1, Decimal("0.04"))
    assert world.entered == [(question.id, event.id)]


async def test_a_failure_is_published_with_its_reason_and_all_attempts(question, nobody):
    world = World(vendors=Vendors({"a": [Overloaded("500")] * 9, "b": [Overloaded("529")] * 9}))
    await completions(world, nobody, question).on_requested(question)
    (event,) = world.published
    assert (event.type, event.data.reason) == ("completion.failed.v1", "overloaded")
    assert {(one.vendor, one.outcome) for one in event.data.attempts} == {
        ("a", "overloaded"), ("b", "overloaded"),
    }  # fmt: skip
    assert world.entered == [(question.id, event.id)]


@pytest.mark.parametrize(
    ("spent", "vendor", "levels"),
    [("0.70", "b", []), ("0.78", "b", ["warned"]), ("0.88", "b", ["cheaper"]), ("0.92", "a", []),
     ("0.97", "a", ["rules"])],
)  # fmt: skip
async def test_a_budget_bends(question, nobody, spent, vendor, levels):
    """An answer costs 0.04 of 1.00: warned at 80 %, the smallest tier from 90 % on."""
    config = LYO.model_copy(update={"ai": AiRules(budget=Budget(day=Decimal(1)))})
    world = World(config=config, day=Decimal(spent))
    await completions(world, nobody, question).on_requested(question)
    answer, *said = world.published
    assert (answer.data.vendor, [one.data.level for one in said]) == (vendor, levels)
    assert len({one.id for one in world.published}) == len(world.published)


async def test_a_spent_budget_leaves_it_to_the_rules(question, nobody):
    config = LYO.model_copy(update={"ai": AiRules(budget=Budget(day=Decimal(1)))})
    world = World(config=config, day=Decimal(1))
    await completions(world, nobody, question).on_requested(question)
    assert (world.vendors.calls, world.published[0].data.reason) == ([], "over_budget")


@pytest.mark.parametrize(
    ("age", "said"), [(1, "b"), (10.5, "a"), (26, "too_late")], ids=["young", "older", "too old"]
)
async def test_a_question_that_waited_long_bends_too(question, nobody, age, said):
    world = World(now=question.time + timedelta(seconds=age))
    await completions(world, nobody, question).on_requested(question)
    data = world.published[0].data
    assert said == (data.vendor if world.vendors.calls else data.reason)


async def test_a_business_may_switch_the_ai_off(question, nobody):
    world = World(config=LYO.model_copy(update={"ai": AiRules(enabled=False)}))
    await completions(world, nobody, question).on_requested(question)
    assert (world.vendors.calls, world.published[0].data.reason) == ([], "off")


async def test_a_business_that_is_not_known_yet_is_answered_all_the_same(question, nobody):
    world = World(config=None)
    await completions(world, nobody, question).on_requested(question)
    assert world.published[0].data.vendor == "b"


async def test_the_same_question_is_paid_once_and_forgotten_when_unfit(question, nobody):
    world = World()
    asks = completions(world, nobody, question)
    first = question.model_copy(update={"data": question.data.model_copy(update={"cache_key": "k"})})
    again = first.model_copy(update={"id": derived_id(first.id, 9)})
    await asks.on_requested(first)
    await asks.on_requested(again)
    one, other = (event.data for event in world.published)
    assert (other.cached, other.request_id, other.cost, other.attempts) == (True, again.id, None, ())
    assert (one.personal, len(world.vendors.calls), world.day) == (other.personal, 1, Decimal("0.04"))
    judged = CompletionJudged(
        request_id=first.id, verdict="refused", why="price", vendor="b", model="n", purpose="answer",
        prompt_version="1",
    )  # fmt: skip
    await asks.on_judged(caused(world.published[0], 0, judged, source="conversation", time=first.time))
    assert (world.kept, world.entered[-1]) == ({}, "refused")


@pytest.mark.servers
async def test_a_redelivery_is_answered_without_asking_again(question, redis_url):
    world = World()
    async with Redis.from_url(redis_url) as redis:
        await completions(world, redis, question).on_requested(question)
        await completions(world, redis, question).on_requested(question)
        assert 0 < await redis.ttl(f"completion:{question.id}") <= 3600
    assert (len(world.vendors.calls), world.day) == (1, Decimal("0.04"))
    assert world.published[0] == world.published[1]


@pytest.mark.servers
async def test_redriven_it_is_answered_as_before_or_not_at_all(question, redis_url):
    world, redriven = World(), question.model_copy(update={"redrivenfrom": question.time})
    async with Redis.from_url(redis_url) as redis:
        await completions(world, redis, question).on_requested(question)
        await completions(world, redis, question).on_requested(redriven)
        assert world.published[0] == world.published[1]
        await redis.flushdb()
        await completions(world, redis, question).on_requested(redriven)
    assert (len(world.vendors.calls), len(world.published)) == (1, 2)


@pytest.mark.servers
async def test_what_is_said_of_a_budget_is_said_again_with_the_answer(question, redis_url):
    """RabbitMQ took neither: a business must hear that it is warned all the same."""
    config = LYO.model_copy(update={"ai": AiRules(budget=Budget(day=Decimal(1)))})
    world = World(config=config, day=Decimal("0.78"))
    async with Redis.from_url(redis_url) as redis:
        for _ in range(2):
            await completions(world, redis, question).on_requested(question)
    first, again = world.published[:2], world.published[2:]
    assert [one.type for one in first] == ["completion.generated.v1", "ai-budget.reached.v1"]
    assert first == again


async def test_a_question_outlives_its_delivery_and_is_not_asked_twice(question, nobody):
    """RabbitMQ is lost: its client cancels the handler, and later the question comes again."""
    world = World(vendors=Vendors({"b": [0.2]}))
    handler = completions(world, nobody, question)
    delivery = asyncio.create_task(handler.on_requested(question))
    await asyncio.sleep(0.1)
    delivery.cancel()
    await asyncio.wait([delivery])
    assert (delivery.cancelled(), world.published) == (True, [])
    await asyncio.gather(*(handler.on_requested(question) for _ in range(2)))
    assert (len(world.vendors.calls), world.day) == (1, Decimal("0.04"))
    assert [one.type for one in world.published] == ["completion.generated.v1"]


async def test_what_is_in_hand_at_the_end_is_broken_off(question, nobody):
    world = World(vendors=Vendors({"b": [5.0]}))
    async with InHand() as in_hand:
        handler = replace(completions(world, nobody, question), in_hand=in_hand)
        delivery = asyncio.create_task(handler.on_requested(question))
        await asyncio.sleep(0.1)
    await asyncio.wait([delivery], timeout=1)
    assert (delivery.cancelled(), world.published) == (True, [])


async def test_a_redis_that_says_nothing_is_not_waited_for_by_every_question(question, monkeypatch):
    world, silent, waits = World(), Redis(port=9), []

    async def say_nothing(*_, **__):
        waits.append(1)
        await asyncio.sleep(60)

    monkeypatch.setattr(silent, "get", say_nothing)
    monkeypatch.setattr(silent, "set", say_nothing)
    handler = completions(world, silent, question)
    for _ in range(3):
        await handler.on_requested(question)
    assert (len(waits), len(world.published)) == (1, 3)
