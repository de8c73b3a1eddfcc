"""What is measured of circuits and keys."""

import asyncio

import pytest
from prometheus_client import REGISTRY
from redis.asyncio import Redis

from ai_router.adapters.standings.telling import Telling
from ai_router.domain.failures import BadKey, OutOfCredit, Overloaded
from ai_router.domain.ways import Way
from contracts.ai import AiCircuitChanged, AiKeyChanged

from .replicas import CLAUDE, LARGE, ONLY, TWO, Replicas, call


def measured(name: str, **labels: str) -> float | None:
    return REGISTRY.get_sample_value(name, labels)


@pytest.mark.servers
async def test_an_idle_replica_measures_what_the_others_learnt(redis_url):
    async with Redis.from_url(redis_url) as redis:
        busy, idle = Replicas(redis, 1), Replicas(redis, 1)
        place = {"vendor": "openai", "model": LARGE.model, "key": ""}
        opened = {**place, "now": "open"}
        before = measured("bellhop_ai_circuit_transitions_total", **opened) or 0
        for _ in range(5):
            await call(busy[0], Overloaded(), way=LARGE)
        await call(busy[0], BadKey(), key=TWO)
        await call(busy[0], OutOfCredit(), way=CLAUDE, key=ONLY)
        await idle.flush()
        assert measured("bellhop_ai_circuit_state", **place) == 2
        assert measured("bellhop_ai_circuit_transitions_total", **opened) == before + 1
        assert measured("bellhop_ai_keys", vendor="openai", state="ready") == 2
        assert measured("bellhop_ai_keys", vendor="openai", state="retired") == 1
        assert measured("bellhop_ai_keys", vendor="anthropic", state="resting") == 1
        idle.watch.now += 60
        await idle.flush()
        assert measured("bellhop_ai_circuit_state", **place) == 1


@pytest.mark.servers
async def test_a_drill_is_not_measured(redis_url):
    async with Redis.from_url(redis_url) as redis:
        drill = Replicas(redis, 1, prefix="drill")
        way = Way("openai", "drilled", "small")
        for _ in range(5):
            await call(drill[0], Overloaded(), way=way)
        await drill.flush()
        assert [told.model for told in drill.told if isinstance(told, AiCircuitChanged)] == ["drilled"] * 2
        assert measured("bellhop_ai_circuit_state", vendor="openai", model="drilled", key="") is None


async def test_what_could_not_be_told_is_told_later_in_order():
    told: list[str] = []
    fails = [True]

    async def changed(change):
        if fails.pop() if fails else False:
            raise ConnectionError
        told.append(change.key)

    telling = Telling(changed)
    for key in ("openai-1", "openai-2"):
        telling.add(AiKeyChanged(vendor="openai", key=key, now="retired"))
    with pytest.raises(ConnectionError):
        await telling.tell()
    async with asyncio.timeout(1):
        await telling.tell()
    assert told == ["openai-1", "openai-2"]
