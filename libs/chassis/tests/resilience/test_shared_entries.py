"""Entries that replicas change together: nothing is counted twice, lost, or told twice."""

import asyncio
from dataclasses import dataclass, field

import pytest
from redis.asyncio import Redis

from chassis.resilience.shared_entries import SharedEntries
from chassis.resilience.shared_hash import Written

pytestmark = pytest.mark.servers


class Numbers:
    """Numbers that only grow; the others see tens."""

    def read(self, name, text):
        return int(text)

    def written(self, entry):
        return str(entry)

    def joined(self, own, shared):
        return max(own, shared)

    def mark(self, entry):
        return entry // 10 or None


@dataclass
class Wire:
    """The way to Redis: it can be cut, before what was asked arrives or only before the answer does."""

    redis: Redis
    fault: str = ""
    trips: int = 0

    async def eval(self, *arguments):
        self.trips += 1
        if self.fault == "cut":
            raise ConnectionError
        if self.fault == "silent":
            await asyncio.sleep(60)
        answer = await self.redis.eval(*arguments)
        if self.fault == "no answer":
            raise TimeoutError
        return answer


@dataclass
class Replica:
    wire: Wire
    told: list[Written[int]] = field(default_factory=list)

    def __post_init__(self):
        self.shared = SharedEntries(self.wire, "test", Numbers(), self.told.append)

    async def add(self, number, name="n"):
        def change(entries):
            now = entries.get(name, 0) + number
            return {name: now}, now

        return await self.shared.change(change)


@pytest.fixture
async def redis(redis_url):
    async with Redis.from_url(redis_url) as one:
        yield one


def replicas(redis: Redis, count: int) -> list[Replica]:
    return [Replica(Wire(redis)) for _ in range(count)]


async def test_changes_of_eight_replicas_at_once_all_count_once(redis):
    eight = replicas(redis, 8)
    results = await asyncio.gather(*(one.add(1) for one in eight for _ in range(50)))
    assert sorted(results) == list(range(1, 401))
    told = [written.after // 10 for one in eight for written in one.told]
    assert len(told) == len(set(told))
    assert max(told) == 40


async def test_a_hundred_changes_in_one_replica_are_a_few_writes(redis):
    (one,) = replicas(redis, 1)
    await asyncio.gather(*(one.add(1) for _ in range(100)))
    assert one.shared.entries == {"n": 100}
    assert one.wire.trips == 1


async def test_the_others_see_at_their_next_look_what_is_marked(redis):
    one, other = replicas(redis, 2)
    await one.add(9)
    await other.shared.look(1)
    assert other.shared.entries == {}
    await one.add(1)
    await other.shared.look(1)
    assert other.shared.entries == {"n": 10}


async def test_turns_are_everybodys(redis):
    one, other = replicas(redis, 2)
    turns = [await each.shared.look(count) for each, count in ((one, 1), (other, 5), (one, 1), (other, 2))]
    assert turns == [1, 6, 7, 9]


@pytest.mark.parametrize("fault", ["cut", "silent"])
async def test_alone_it_goes_on_and_tells_everything_afterwards(redis, fault):
    one, other = replicas(redis, 2)
    await one.add(5)
    one.wire.fault = fault
    assert await one.add(6) == 11
    assert (await one.shared.look(1), one.told) == (None, [])
    one.wire.fault = ""
    await other.add(1, "m")
    await one.shared.renew()
    assert one.shared.settled
    await other.shared.look(1)
    assert one.shared.entries == other.shared.entries == {"n": 11, "m": 1}
    assert [(written.name, written.before, written.after) for written in one.told] == [("n", 5, 11)]


async def test_nobody_waits_for_a_redis_that_is_away(redis):
    (one,) = replicas(redis, 1)
    one.wire.fault = "silent"
    await one.shared.look(1)
    before = one.wire.trips
    for _ in range(50):
        await one.add(1)
        await one.shared.look(1)
    assert one.wire.trips == before


async def test_a_redis_that_was_emptied_is_filled_again(redis):
    one, other = replicas(redis, 2)
    await one.add(20)
    await redis.flushdb()
    await other.add(3)
    await one.shared.look(1)
    assert one.shared.entries == {"n": 20}
    await one.shared.renew()
    await other.shared.look(1)
    assert other.shared.entries == {"n": 20}
    assert [written.after for written in (*one.told, *other.told)] == [20]


async def test_a_redis_that_was_set_back_learns_again(redis):
    (one,) = replicas(redis, 1)
    await one.add(20)
    (name,) = [key for key in await redis.keys() if await redis.type(key) == b"hash"]
    old = await redis.dump(name)
    await one.add(20)
    await redis.restore(name, 0, old, replace=True)
    assert await one.add(1) == 41
    assert int(await redis.hget(name, "n")) == 41


async def test_a_write_whose_answer_was_lost_is_neither_doubled_nor_kept_quiet(redis):
    one, other = replicas(redis, 2)
    one.wire.fault = "no answer"
    await one.add(10)
    assert one.told == []
    one.wire.fault = ""
    await one.shared.renew()
    assert [written.after for written in one.told] == [10]
    await other.shared.look(1)
    assert other.shared.entries == {"n": 10}
    assert other.told == []


async def test_a_change_that_cannot_be_made_fails_for_whoever_wanted_it(redis):
    (one,) = replicas(redis, 1)
    with pytest.raises(ZeroDivisionError):
        await one.shared.change(lambda _: ({}, 1 // 0))
    assert await one.add(1) == 1
