"""Commands that come together share a round trip, and each caller gets the answers to their own."""

import asyncio
from typing import Any

import pytest
from redis.exceptions import RedisError

from gateway.adapters.round_trips import RoundTrips


class Pipe:
    def __init__(self, redis: "EchoRedis") -> None:
        self.redis, self.commands = redis, list[Any]()

    async def __aenter__(self):
        return self

    async def __aexit__(self, *_):
        return None

    def execute_command(self, *command):
        self.commands.append(command)

    async def execute(self):
        self.redis.trips.append(len(self.commands))
        await asyncio.sleep(0.01)
        if ("FAIL",) in self.commands:
            raise RedisError("away")
        return [command[0] for command in self.commands]


class EchoRedis:
    """Answers every command with its name."""

    def __init__(self) -> None:
        self.trips = list[int]()

    def pipeline(self, *, transaction: bool) -> Pipe:
        assert not transaction
        return Pipe(self)


@pytest.fixture
def redis() -> EchoRedis:
    return EchoRedis()


@pytest.fixture
def trips(redis: EchoRedis) -> RoundTrips:
    return RoundTrips(redis)  # type: ignore[arg-type]


async def test_each_gets_the_answers_to_their_own(trips, redis):
    first = asyncio.create_task(trips.ask([("A",)]))
    await asyncio.sleep(0.001)
    others = [asyncio.create_task(trips.ask([(f"{n}",)] * n)) for n in (1, 2, 3)]
    assert await first == ["A"]
    assert await asyncio.gather(*others) == [["1"], ["2", "2"], ["3", "3", "3"]]
    assert redis.trips == [1, 6]


async def test_who_loses_patience_takes_nothing_from_the_others(trips):
    gone = asyncio.create_task(trips.ask([("A",)]))
    stays = asyncio.create_task(trips.ask([("B",)]))
    await asyncio.sleep(0.001)
    gone.cancel()
    assert await stays == ["B"]


async def test_after_a_failure_it_goes_on(trips):
    told = await asyncio.gather(*(trips.ask([("FAIL",)]) for _ in range(2)), return_exceptions=True)
    assert [type(one) for one in told] == [RedisError, RedisError]
    assert await trips.ask([("A",)]) == ["A"]
