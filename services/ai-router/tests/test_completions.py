"""A request is answered once, by a vendor that is well, or fails with a reason."""

from dataclasses import dataclass, field
from typing import Any

import pytest
from redis.asyncio import Redis
from redis.asyncio.retry import Retry
from redis.backoff import NoBackoff

from ai_router.adapters.results import RedisResults
from ai_router.domain.routing_policy import Route, choose
from ai_router.handlers import Completions
from ai_router.ports import Completion, NoAnswer
from chassis.clock import utc_now
from chassis.resilience.circuit_breaker import CircuitBreaker
from contracts.envelope import derived_id

ANSWER = Completion("Sì.", "m-2026", 40, 8)


@dataclass
class World:
    outcome: Completion | NoAnswer = ANSWER
    calls: int = 0
    published: list[Any] = field(default_factory=list)

    async def complete(self, request, model):
        self.calls += 1
        if isinstance(self.outcome, NoAnswer):
            raise self.outcome
        return self.outcome

    async def publish(self, *events):
        self.published += events


def completions(world: World, redis: Redis, *, has_key: bool = True) -> Completions:
    breaker = CircuitBreaker("openai", redis, utc_now)
    routes = [Route("openai", "m", has_key)]
    results = RedisResults(redis)
    return Completions(routes, {"openai": world}, {"openai": breaker}, results, world, utc_now)


@pytest.fixture
async def nobody():
    """No Redis: everything still works, only less is remembered."""
    async with Redis(port=9, retry=Retry(NoBackoff(), 0)) as redis:
        yield redis


async def test_an_answer_is_published_under_the_derived_id(question, nobody):
    world = World()
    await completions(world, nobody).on_requested(question)
    (event,) = world.published
    assert (event.type, event.id, event.causationid) == (
        "completion.generated.v1", derived_id(question.id, 0), question.id,
    )  # fmt: skip
    assert event.partitionkey == question.partitionkey
    assert (event.data.request_id, event.data.personal.text) == (question.id, "Sì.")
    assert (event.data.vendor, event.data.model, event.data.input_tokens) == ("openai", "m-2026", 40)


async def test_a_failure_is_published_with_its_reason(question, nobody):
    world = World(NoAnswer("timeout", "30 s"))
    await completions(world, nobody).on_requested(question)
    (event,) = world.published
    assert (event.type, event.data.reason, event.data.detail) == ("completion.failed.v1", "timeout", "30 s")


async def test_without_a_key_nobody_is_asked(question, nobody):
    world = World()
    await completions(world, nobody, has_key=False).on_requested(question)
    assert (world.calls, world.published[0].data.reason) == (0, "not_configured")


@pytest.mark.parametrize(
    ("reason", "calls"),
    [("timeout", 5), ("rate_limited", 5), ("overloaded", 5), ("unreachable", 5), ("bad_request", 7),
     ("refused_key", 7), ("cut_off", 7)],
)  # fmt: skip
async def test_a_vendor_that_is_unwell_is_left_alone(question, nobody, reason, calls):
    world = World(NoAnswer(reason))
    router = completions(world, nobody)
    for _ in range(7):
        await router.on_requested(question)
    assert world.calls == calls
    assert world.published[-1].data.reason == ("circuit_open" if calls == 5 else reason)


@pytest.mark.servers
async def test_a_redelivery_is_answered_without_asking_again(question, redis_url):
    world = World()
    async with Redis.from_url(redis_url) as redis:
        await completions(world, redis).on_requested(question)
        await completions(world, redis).on_requested(question)
        assert 0 < await redis.ttl(f"completion:{question.id}") <= 3600
    assert world.calls == 1
    assert world.published[0] == world.published[1]


def test_the_first_open_way_that_serves_the_purpose_is_taken():
    closed, other = Route("a", "m", has_key=False), Route("b", "m", has_key=True, purposes=frozenset({"x"}))
    fitting, later = Route("c", "m", has_key=True), Route("d", "m", has_key=True)
    assert choose([closed, other, fitting, later], "answer") == fitting
    assert choose([closed, other], "answer") is None


@pytest.mark.servers
async def test_redriven_it_is_answered_as_before_or_not_at_all(question, redis_url):
    world, redriven = World(), question.model_copy(update={"redrivenfrom": question.time})
    async with Redis.from_url(redis_url) as redis:
        await completions(world, redis).on_requested(question)
        await completions(world, redis).on_requested(redriven)
        assert world.published[0] == world.published[1]
        await redis.flushdb()
        await completions(world, redis).on_requested(redriven)
    assert (world.calls, len(world.published)) == (1, 2)
