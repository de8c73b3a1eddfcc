"""What is counted of the last minutes: percentiles from buckets, added up over replicas."""

from collections import Counter
from datetime import timedelta
from uuid import UUID

import pytest
from hypothesis import given
from hypothesis import strategies as st
from redis.asyncio import Redis
from redis.asyncio.retry import Retry
from redis.backoff import NoBackoff

from ai_router.adapters.recent_calls import RecentCalls
from ai_router.domain.places import Load
from ai_router.domain.recent_calls import Mark, added_up, bucket_of, marks_of, seconds_of, tally
from contracts.completions import Answer, Attempt, CompletionFailed, CompletionGenerated

from .conftest import NOON


def attempt(outcome="generated", seconds=0.4, asked=True, vendor="a"):
    key = f"{vendor}-1"
    return Attempt(
        vendor=vendor, model="m:1/x", key=key, asked=asked, outcome=outcome, at=NOON, seconds=seconds
    )


def answered(*attempts, cached=False):
    return CompletionGenerated(
        request_id=UUID(int=1), vendor="a", model="m", seconds=0, cached=cached, attempts=attempts,
        personal=Answer(text="Sì."),
    )  # fmt: skip


def calls(counted):
    return tally(counted, lambda mark: mark.what == "call")


@given(st.floats(0.001, 600))
def test_a_bucket_tells_seconds_within_five_per_cent(seconds):
    assert seconds_of(bucket_of(seconds)) == pytest.approx(seconds, rel=0.051)


@given(st.lists(st.floats(0.002, 60), min_size=1, max_size=200), st.sampled_from([0.5, 0.95, 1.0]))
def test_a_percentile_is_that_of_the_calls(seconds, share):
    counted = Counter(mark for one in seconds for mark in marks_of(answered(attempt(seconds=one)), 0))
    exact = sorted(seconds)[max(0, -int(-share * len(seconds) // 1) - 1)]
    assert calls(counted).percentile(share) == pytest.approx(exact, rel=0.06, abs=0.001)


def test_what_was_not_asked_is_no_call_and_what_was_abandoned_no_failure():
    failed = CompletionFailed(
        request_id=UUID(int=1), reason="timeout",
        attempts=(attempt("circuit_open", asked=False), attempt("abandoned"), attempt("timeout")),
    )  # fmt: skip
    found = calls(Counter(marks_of(failed, 0)))
    assert (found.total, found.failures) == (2, 1)
    assert found.buckets.total() == 1


def test_a_cached_answer_is_a_hit_and_no_call():
    counted = Counter([*marks_of(answered(cached=True), 0.2), *marks_of(answered(attempt()), 0.2)])
    cache = tally(counted, lambda mark: mark.what == "cache")
    assert (cache.outcomes["hit"], cache.outcomes["miss"], calls(counted).total) == (1, 1, 1)


def test_of_a_trial_its_calls_alone_are_counted():
    assert [mark.what for mark in marks_of(answered(attempt()), None)] == ["call"]


@given(st.lists(st.sampled_from(["generated", "timeout", "cut_off"]), max_size=30), st.integers(1, 4))
def test_replicas_together_have_counted_what_one_would_have(outcomes, replicas):
    counts = [Counter() for _ in range(replicas)]
    for n, outcome in enumerate(outcomes):
        counts[n % replicas].update(mark.name for mark in marks_of(answered(attempt(outcome)), 0))
    assert calls(added_up(counts)).outcomes == Counter(outcomes)


def test_what_another_version_wrote_is_passed_over():
    assert added_up([{"": 1, "call\ta": 2, "dream\ta\tb\tc\td\t1": 3, "call\ta\tb\tc\td\tmany": 4}]) == {}
    assert added_up([{Mark("call", "a", "m", "a-1", "timeout", -3).name: 5}]).total() == 5


class Clock:
    def __init__(self):
        self.now = NOON

    def __call__(self):
        return self.now


@pytest.mark.servers
async def test_all_replicas_see_each_others_calls_and_forget_them(redis_url):
    clock, loads = Clock(), {"one": Load(3, 0), "two": Load(4, 2)}
    async with Redis.from_url(redis_url) as redis:
        one, two = (RecentCalls(redis, clock, name, lambda name=name: loads[name]) for name in loads)
        for replica in (one, two):
            replica.note(answered(attempt()), 0.1)
            await replica.flush()
        assert calls(await one.look()).total == 2
        assert await two.load() == Load(7, 2)
        loads["one"] = Load(0, 0)
        assert await one.load() == Load(4, 2)
        clock.now += timedelta(seconds=6)
        assert await two.load() == Load(4, 2)
        clock.now += timedelta(minutes=16)
        assert await one.look() == {}


async def test_without_redis_there_are_no_figures_and_nothing_fails():
    async with Redis(port=1, retry=Retry(NoBackoff(), 0)) as redis:
        one = RecentCalls(redis, Clock(), "one", lambda: Load(2, 1))
        one.note(answered(attempt()), 0.1)
        await one.flush()
        assert await one.look() is None
        assert await one.load() == Load(2, 1)
