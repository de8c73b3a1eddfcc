"""Several replicas on one Redis: they see, open, probe and count as one."""

import asyncio
from collections import Counter

import pytest
from redis.asyncio import Redis

from ai_router.adapters.standings import SharedStandings
from ai_router.domain.failures import BadKey, OutOfCredit, Overloaded, RateLimited, TimedOut, VendorDown

from .replicas import CLAUDE, KEYS, LARGE, LIMITS, ONE, ONLY, THREE, TWO, WAY, Replicas, Watch, call

pytestmark = pytest.mark.servers


@pytest.fixture
async def redis(redis_url):
    async with Redis.from_url(redis_url) as one:
        yield one


@pytest.fixture
def eight(redis):
    return Replicas(redis, 8)


async def opened(replicas: Replicas) -> None:
    for one in replicas.all[:5]:
        await call(one, Overloaded())
    for one in replicas.all:
        await one.look()


async def test_exactly_five_failures_open_it_for_all(eight):
    for one in eight.all[:4]:
        await call(one, TimedOut())
    assert all(await eight.open_for(WAY))
    await call(eight[7], TimedOut())
    assert not any(await eight.open_for(WAY))
    assert all(await eight.open_for(LARGE))


async def test_failures_at_the_same_moment_all_count(eight):
    await asyncio.gather(*(call(one, Overloaded()) for one in eight.all[:5]))
    assert not any(await eight.open_for(WAY))


async def test_four_at_the_same_moment_do_not_open_it(eight):
    await asyncio.gather(*(call(one, Overloaded()) for one in eight.all[:4]))
    assert all(await eight.open_for(WAY))


async def test_a_hundred_calls_of_one_replica_that_fail_at_once(eight):
    assert all(await asyncio.gather(*(eight[0].admit(WAY, ONE) for _ in range(100))))
    await asyncio.gather(*(eight[0].note(WAY, ONE, 0.5, Overloaded()) for _ in range(100)))
    await eight.flush()
    assert not any(await eight.open_for(WAY))
    assert [(told.model, told.key, told.now) for told in eight.told] == [
        (WAY.model, "", "open"), (WAY.model, ONE.alias, "open"),
    ]  # fmt: skip


async def test_successes_of_the_others_come_between(eight):
    for one in eight.all[:4]:
        await call(one, Overloaded())
    await call(eight[5])
    await eight.flush()
    await call(eight[6], Overloaded())
    assert all(await eight.open_for(WAY))


async def test_one_probe_among_all_replicas_closes_it_for_all(eight):
    await opened(eight)
    eight.watch.now += 60
    assert all(await eight.open_for(WAY))
    may = await asyncio.gather(*(one.admit(WAY, ONE) for one in eight.all for _ in range(5)))
    assert sum(may) == 1
    assert not any(await eight.open_for(WAY))
    await eight[may.index(True) // 5].note(WAY, ONE, 0.5, None)
    assert all(await eight.open_for(WAY))
    await eight.flush()
    changes = [(told.was, told.now) for told in eight.told if not told.key]
    assert sorted(changes) == [("closed", "open"), ("half-open", "closed"), ("open", "half-open")]


@pytest.mark.parametrize(("failure", "seconds"), [(Overloaded(), 0.5), (None, 12.0)])
async def test_a_probe_that_fails_or_is_slow_keeps_it_shut(eight, failure, seconds):
    await opened(eight)
    eight.watch.now += 60
    await eight[3].look()
    assert await call(eight[3], failure, seconds=seconds)
    eight.watch.now += 59
    assert not any(await eight.open_for(WAY))


async def test_a_probe_given_back_is_anothers(eight):
    await opened(eight)
    eight.watch.now += 60
    assert await eight[0].admit(WAY, ONE)
    await eight[1].look()
    assert not await eight[1].admit(WAY, ONE)
    await eight[0].release(WAY, ONE)
    await eight[1].look()
    assert await eight[1].admit(WAY, ONE)
    await eight.flush()
    assert sorted(told.now for told in eight.told if not told.key) == ["half-open", "open"]


async def test_a_caller_that_is_cancelled_does_not_keep_the_probe(eight):
    await opened(eight)
    eight.watch.now += 60
    asking = asyncio.create_task(eight[0].admit(WAY, ONE))
    await asyncio.sleep(0)
    asking.cancel()
    await asyncio.gather(asking, return_exceptions=True)
    assert await eight[0].admit(WAY, ONE)


async def test_a_straggler_that_is_broken_off_does_not_end_the_probe(eight):
    await eight[0].admit(WAY, ONE)
    await opened(eight)
    eight.watch.now += 60
    await eight[0].look()
    assert await eight[0].admit(WAY, ONE)
    await eight[0].release(WAY, ONE)
    await eight[1].look()
    assert not await eight[1].admit(WAY, ONE)
    await eight[0].note(WAY, ONE, 0.5, None)
    assert all(await eight.open_for(WAY))


async def test_a_vendor_that_cannot_be_reached_is_left_alone_as_a_whole(eight):
    for one in eight.all[:5]:
        await call(one, VendorDown(), way=LARGE)
    assert not any(await eight.open_for(WAY))
    assert (await eight[6].look()).hindrance(WAY) == "circuit_open"
    assert all(await eight.open_for(CLAUDE))


async def test_keys_are_used_alike_over_three_replicas(redis):
    three = Replicas(redis, 3)
    uses: Counter[str] = Counter()

    async def ask(one, times):
        for _ in range(times):
            key = (await one.look()).keys_for(WAY)[0]
            uses[key.alias] += 1
            await call(one, key=key)

    await asyncio.gather(*(ask(three[n], 40) for n in (0, 0, 0, 0, 1, 1, 2)))
    assert sum(uses.values()) == 280
    assert max(uses.values()) <= 1.05 * min(uses.values())
    await three.flush()
    shown = (await three[0].overview()).keys
    assert {key.alias: key.uses for key in shown if key.vendor == "openai"} == uses


async def test_a_401_on_one_of_three_keys_retires_it_for_all(redis):
    three = Replicas(redis, 3)
    await call(three[0], BadKey("401"), key=TWO)
    for one in three.all:
        assert set((await one.look()).keys_for(WAY)) == {ONE, THREE}
    await three.flush()
    assert [(told.key, told.now) for told in three.told] == [("openai-2", "retired")]
    three.watch.now += 1e6
    assert set((await three.another().look()).keys_for(WAY)) == {ONE, THREE}


async def test_another_key_under_the_same_alias_begins_anew(redis):
    three = Replicas(redis, 3)
    await call(three[0], BadKey("401"), key=TWO)
    changed = {"openai": (ONE, type(TWO)("openai", TWO.alias, "sk-another"))}
    assert len((await three.another(changed).look()).keys_for(WAY)) == 2
    moved = {"openai": (type(TWO)("openai", "openai-1", TWO.secret),)}
    assert (await three.another(moved).look()).hindrance(WAY) == "refused_key"


async def test_a_check_revives_a_key_for_all(redis):
    three = Replicas(redis, 3)
    await call(three[0], BadKey("401"), key=TWO)
    await three[1].revive(TWO)
    assert set((await three[2].look()).keys_for(WAY)) == set(KEYS["openai"])
    await three.flush()
    assert [(told.key, told.now) for told in three.told] == [("openai-2", "retired"), ("openai-2", "ready")]


async def test_a_check_ends_the_rest_of_an_account_that_has_money_again(redis):
    three = Replicas(redis, 3)
    await call(three[0], OutOfCredit("402"), key=THREE)
    await three[1].revive(ONE)
    assert (await three[2].look()).hindrance(WAY) is None
    await three.flush()
    assert [(told.key, told.now) for told in three.told] == [("", "resting"), ("", "ready")]


async def test_without_credit_the_whole_vendor_rests(redis):
    three = Replicas(redis, 3)
    await call(three[0], OutOfCredit("402"), key=THREE)
    assert (await three[2].look()).hindrance(WAY) == "no_credit"
    assert all(await three.open_for(CLAUDE))
    await three.flush()
    (told,) = three.told
    assert (told.vendor, told.key, told.now, told.until) == ("openai", "", "resting", three.watch.later(600))
    three.watch.now += 600
    assert all(await three.open_for(WAY))


@pytest.mark.parametrize(("reset", "rest"), [(25, 25), (None, 1)])
async def test_a_429_rests_one_key_for_all(redis, reset, rest):
    three = Replicas(redis, 3)
    until = None if reset is None else three.watch.later(reset)
    await call(three[0], RateLimited(until=until), key=ONE)
    assert set((await three[1].look()).keys_for(WAY)) == {TWO, THREE}
    three.watch.now += rest
    assert set((await three[1].look()).keys_for(WAY)) == set(KEYS["openai"])
    await call(three[1], key=ONE)
    await three.flush()
    assert [(told.key, told.now) for told in three.told] == [("openai-1", "resting"), ("openai-1", "ready")]


async def test_when_all_keys_rest_the_vendor_does(redis):
    three = Replicas(redis, 3)
    for key in KEYS["openai"]:
        await call(three[0], RateLimited(until=three.watch.later(25)), key=key)
    assert (await three[1].look()).hindrance(WAY) == "resting"


async def test_another_prefix_is_a_world_apart(redis):
    real, drill = Replicas(redis, 1), Replicas(redis, 1, prefix="drill")
    for _ in range(5):
        await call(drill[0], Overloaded())
    assert (await real.open_for(WAY), await drill.open_for(WAY)) == ([True], [False])


async def test_what_people_are_shown(eight):
    for one in eight.all[:5]:
        await call(one, Overloaded())
    await call(eight[0], BadKey("401"), key=TWO)
    await call(eight[1], key=ONLY, way=CLAUDE)
    await eight.flush()
    seen = await eight[7].overview()
    assert [(one.model, one.key, one.state, one.failures, one.why) for one in seen.circuits] == [
        (WAY.model, "", "open", 5, "5 failures in a row"),
        (WAY.model, "openai-1", "open", 5, "5 failures in a row"),
    ]
    assert seen.circuits[0].since == eight.watch.now
    keys = {one.alias: (one.state, one.why, one.uses) for one in seen.keys}
    assert keys["openai-2"] == ("retired", "refused_key: 401", 1)
    assert keys["anthropic-1"] == ("ready", "", 1)
    assert not any("secret" in str(one) for one in seen.keys)


async def test_the_hot_path_asks_redis_once(redis, monkeypatch):
    (one,) = Replicas(redis, 1).all
    trips = []
    ask = redis.eval
    monkeypatch.setattr(redis, "eval", lambda *a: trips.append(a[0]) or ask(*a))
    for _ in range(20):
        key = (await one.look()).keys_for(WAY)[0]
        await call(one, key=key)
    assert len(trips) == 20
    await asyncio.gather(*(one.look() for _ in range(100)))
    assert len(trips) <= 22


async def test_it_tells_by_itself_and_once_more_at_the_end(redis):
    replicas = Replicas(redis, 2)
    running = [asyncio.create_task(one.run()) for one in replicas.all]
    await opened(Replicas(redis, 5, watch=replicas.watch))
    await call(replicas[0], BadKey(), key=TWO)
    async with asyncio.timeout(5):
        await replicas.heard.wait()
    await replicas[1].look()
    await call(replicas[1], key=ONLY, way=CLAUDE)
    for task in running:
        task.cancel()
    await asyncio.gather(*running, return_exceptions=True)
    seen = await Replicas(redis, 1, watch=replicas.watch)[0].overview()
    assert {key.alias: key.uses for key in seen.keys}["anthropic-1"] == 1


async def test_the_end_does_not_wait_for_somebody_who_cannot_be_told(redis, monkeypatch):
    monkeypatch.setattr("ai_router.adapters.standings.shared_standings._LAST_SECONDS", 0.05)
    begun = asyncio.Event()

    async def never(_) -> None:
        begun.set()
        await asyncio.sleep(60)

    one = SharedStandings(redis, Watch(), KEYS, LIMITS, never)
    running = asyncio.create_task(one.run())
    await call(one, BadKey())
    async with asyncio.timeout(5):
        await begun.wait()
    running.cancel()
    await asyncio.wait([running], timeout=5)
    assert running.cancelled()
