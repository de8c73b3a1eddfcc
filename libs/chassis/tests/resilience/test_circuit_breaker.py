"""Closed, open, half-open; alone, shared, and with Redis away."""

import asyncio
from datetime import UTC, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st
from redis.asyncio import Redis
from redis.asyncio.retry import Retry
from redis.backoff import NoBackoff

from chassis.resilience.circuit_breaker import Circuit, CircuitBreaker, Limits

LIMITS = Limits(failures=3, open_seconds=60, probe_seconds=30)


class Watch:
    """A clock that is set by hand."""

    def __init__(self) -> None:
        self.now = 1_000_000.0

    def __call__(self) -> datetime:
        return datetime.fromtimestamp(self.now, UTC)


CLOSED = Circuit()


def failing(times: int, circuit: Circuit = CLOSED) -> Circuit:
    for _ in range(times):
        circuit = circuit.after("failed", 0, LIMITS)
    return circuit


def test_it_opens_after_that_many_failures_in_a_row():
    assert failing(2).state(0, LIMITS) == "closed"
    assert failing(3).state(0, LIMITS) == "open"
    assert failing(2, failing(2).after("succeeded", 0, LIMITS)).state(0, LIMITS) == "closed"


@pytest.mark.parametrize(("now", "state", "admitted"), [(59.9, "open", False), (60, "half-open", True)])
def test_it_refuses_while_open_and_then_lets_one_probe_through(now, state, admitted):
    opened = failing(3)
    assert opened.state(now, LIMITS) == state
    after, answer = opened.admit(now, LIMITS)
    assert answer is admitted
    assert after.admit(now, LIMITS)[1] is False


def test_the_probe_decides():
    probing, _ = failing(3).admit(60, LIMITS)
    assert probing.after("succeeded", 61, LIMITS) == Circuit()
    reopened = probing.after("failed", 61, LIMITS)
    assert reopened.state(120, LIMITS) == "open"
    assert reopened.state(121, LIMITS) == "half-open"


def test_a_probe_that_never_came_back_is_replaced():
    probing, _ = failing(3).admit(60, LIMITS)
    assert probing.admit(89, LIMITS)[1] is False
    assert probing.admit(90, LIMITS)[1] is True


def test_stragglers_change_nothing_while_it_is_open():
    opened = failing(3)
    for outcome in ("succeeded", "failed"):
        assert opened.after(outcome, 30, LIMITS) == opened


@given(st.lists(st.tuples(st.sampled_from(["admit", "succeeded", "failed"]), st.floats(0, 100)), max_size=40))
def test_it_never_admits_while_open_and_never_two_probes_at_once(steps):
    circuit, now, probes = Circuit(), 0.0, []
    for step, seconds in steps:
        now += seconds
        if step != "admit":
            circuit = circuit.after(step, now, LIMITS)
            continue
        state = circuit.state(now, LIMITS)
        probing_since = circuit.probing_since
        circuit, admitted = circuit.admit(now, LIMITS)
        if state != "half-open":
            assert admitted is (state == "closed")
        if state == "half-open" and admitted and probing_since is not None:
            probes.append(now - probing_since)
    assert all(pause >= LIMITS.probe_seconds for pause in probes)


async def test_without_redis_each_replica_breaks_its_own_circuit():
    watch = Watch()
    async with Redis(port=9, retry=Retry(NoBackoff(), 0)) as nobody:
        breaker = CircuitBreaker("vendor", nobody, watch, LIMITS)
        for _ in range(3):
            assert await breaker.admit()
            await breaker.note("failed")
        assert not await breaker.admit()
        watch.now += 60
        assert await breaker.admit()
        assert not await breaker.admit()
        await breaker.note("succeeded")
        assert await breaker.admit()


@pytest.mark.servers
async def test_replicas_share_failures_and_the_one_probe(redis_url):
    watch = Watch()
    async with Redis.from_url(redis_url) as redis:
        replicas = [CircuitBreaker("vendor", redis, watch, LIMITS) for _ in range(8)]
        await asyncio.gather(*(one.note("failed") for one in replicas[:3]))
        assert not any(await asyncio.gather(*(one.admit() for one in replicas)))
        watch.now += 60
        assert sum(await asyncio.gather(*(one.admit() for one in replicas))) == 1
        await replicas[5].note("succeeded")
        assert all(await asyncio.gather(*(one.admit() for one in replicas)))


@pytest.mark.servers
async def test_what_was_known_of_all_holds_when_redis_goes(redis_url):
    watch = Watch()
    redis = Redis.from_url(redis_url)
    breaker = CircuitBreaker("vendor", redis, watch, LIMITS)
    for _ in range(3):
        await breaker.note("failed")
    await redis.aclose()
    redis.connection_pool.connection_kwargs["port"] = 9
    assert not await breaker.admit()
