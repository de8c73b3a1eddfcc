"""Redis dies and comes back: every replica goes on alone, and nothing that it learnt is lost."""

import asyncio

import pytest
from redis.asyncio import Redis
from redis.asyncio.retry import Retry
from redis.backoff import NoBackoff

from ai_router.domain.failures import BadKey, Overloaded

from .replicas import KEYS, LARGE, ONE, THREE, TWO, WAY, Replicas, call


async def opened(replicas: Replicas, *, way=WAY) -> None:
    for _ in range(5):
        await call(replicas[0], Overloaded(), way=way)


@pytest.fixture
async def alone():
    async with Redis(port=9, retry=Retry(NoBackoff(), 0)) as nobody:
        yield Replicas(nobody)


async def test_without_redis_each_replica_breaks_and_probes_for_itself(alone):
    await opened(alone)
    assert await alone.open_for(WAY) == [False]
    assert not await alone[0].admit(WAY, ONE)
    alone.watch.now += 60
    assert await alone[0].admit(WAY, ONE)
    assert not await alone[0].admit(WAY, TWO)
    await alone[0].note(WAY, ONE, 0.5, None)
    assert await alone[0].admit(WAY, TWO)


async def test_without_redis_keys_take_turns_and_retire(alone):
    firsts = [(await alone[0].look()).keys_for(WAY)[0] for _ in range(90)]
    assert all(29 <= firsts.count(key) <= 31 for key in KEYS["openai"])
    await call(alone[0], BadKey(), key=TWO)
    assert set((await alone[0].look()).keys_for(WAY)) == {ONE, THREE}


async def test_a_redis_that_says_nothing_is_waited_for_once(monkeypatch):
    silent = Replicas(Redis(port=9))
    trips = []

    async def say_nothing(*_):
        trips.append(1)
        await asyncio.sleep(60)

    monkeypatch.setattr(silent.redis, "eval", say_nothing)
    await asyncio.gather(*(silent[0].look() for _ in range(100)))
    await opened(silent)
    assert len(trips) == 1
    assert await silent.open_for(WAY) == [False]


@pytest.mark.servers
async def test_killed_and_back_what_was_open_stays_open_for_all(own_redis):
    async with own_redis.client as redis:
        two = Replicas(redis, 2)
        await opened(two)
        assert await two.open_for(WAY) == [False, False]
        await own_redis.kill()
        assert await two.open_for(WAY) == [False, False]
        await call(two[0], BadKey(), key=TWO, way=LARGE)
        for _ in range(5):
            await call(two[1], Overloaded(), way=LARGE, key=THREE)
        await own_redis.start()
        await two.flush()
        newcomer = await two.another().look()
        assert newcomer.keys_for(WAY) == newcomer.keys_for(LARGE) == ()
        assert newcomer.hindrance(LARGE) == "circuit_open"
        assert set(newcomer.keys["openai"]) == {ONE, THREE}
        await two.flush()
        told = [(one.key, getattr(one, "model", "key"), one.now) for one in two.told]
        assert sorted(told) == sorted([
            ("", WAY.model, "open"), ("openai-1", WAY.model, "open"), ("openai-2", "key", "retired"),
            ("", LARGE.model, "open"), ("openai-3", LARGE.model, "open"),
        ])  # fmt: skip


@pytest.mark.servers
async def test_what_one_opened_alone_is_not_closed_by_what_the_others_believe(redis_url, monkeypatch):
    async with Redis.from_url(redis_url) as mine, Redis.from_url(redis_url) as theirs:
        alone = Replicas(mine)
        others = Replicas(theirs, 3, watch=alone.watch)
        for one in (alone[0], others[0]):
            await call(one)
            await one.flush()
        with monkeypatch.context() as cut:
            cut.setattr(mine, "eval", _refused)
            await opened(alone)
        await call(others[1])
        await others.flush()
        assert await others.open_for(WAY) == [True] * 3
        await alone.flush()
        assert await alone.open_for(WAY) == [False]
        assert await others.open_for(WAY) == [False] * 3


@pytest.mark.servers
async def test_what_the_others_closed_meanwhile_is_closed_for_whoever_was_away(redis_url, monkeypatch):
    async with Redis.from_url(redis_url) as mine, Redis.from_url(redis_url) as theirs:
        away = Replicas(mine)
        others = Replicas(theirs, 2, watch=away.watch)
        await opened(others)
        await away[0].look()
        with monkeypatch.context() as cut:
            cut.setattr(mine, "eval", _refused)
            assert await away.open_for(WAY) == [False]
            away.watch.now += 61
            assert await call(others[1])
        await away.flush()
        assert await away.open_for(WAY) == [True]


async def _refused(*_):
    raise ConnectionError
