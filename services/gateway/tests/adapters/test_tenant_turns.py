"""Turns: a flooder waits behind itself, a neighbour never, and no place is ever lost."""

import asyncio
import random
from contextlib import suppress

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from gateway.adapters.tenant_turns import Crowded, TenantTurns


async def test_a_neighbour_comes_in_at_once_whatever_the_flooder_does() -> None:
    turns = TenantTurns(at_once=2, waiting=100, seconds=5)
    flood = [asyncio.create_task(turns.wait("flooder")) for _ in range(100)]
    await asyncio.sleep(0)
    assert sum(one.done() for one in flood) == 2
    neighbour = asyncio.create_task(turns.wait("neighbour"))
    await asyncio.sleep(0)
    assert neighbour.done()
    for one in flood:
        one.cancel()


async def test_first_come_first_served() -> None:
    turns, served = TenantTurns(at_once=1, waiting=10, seconds=5), list[int]()

    async def one(number: int) -> None:
        await turns.wait("rosa")
        served.append(number)
        await asyncio.sleep(0)
        turns.pass_on("rosa")

    await asyncio.gather(*(one(number) for number in range(10)))
    assert served == list(range(10))


async def test_the_queue_is_bounded_in_number_and_in_time() -> None:
    turns = TenantTurns(at_once=1, waiting=1, seconds=0.01)
    await turns.wait("rosa")
    late = asyncio.create_task(turns.wait("rosa"))
    await asyncio.sleep(0)
    with pytest.raises(Crowded):
        await turns.wait("rosa")
    with pytest.raises(Crowded):
        await late
    turns.pass_on("rosa")
    await turns.wait("rosa")


@settings(max_examples=30, deadline=None)
@given(st.integers(1, 4), st.integers(0, 8), st.integers(0, 2**32))
def test_whatever_is_cancelled_or_late_no_place_is_lost(at_once: int, more: int, seed: int) -> None:
    chance, turns = random.Random(seed), TenantTurns(at_once, more, 0.002)
    working = 0

    async def one() -> None:
        nonlocal working
        with suppress(Crowded):
            await turns.wait("rosa")
            working += 1
            assert working <= at_once
            try:
                await asyncio.sleep(chance.choice((0, 0.001, 0.002)))
            finally:
                working -= 1
                turns.pass_on("rosa")

    async def crowd() -> None:
        tasks = [asyncio.create_task(one()) for _ in range(20)]
        for task in tasks:
            await asyncio.sleep(chance.choice((0, 0.001)))
            if chance.random() < 0.4:
                task.cancel()
        results = await asyncio.gather(*tasks, return_exceptions=True)
        assert not [one for one in results if isinstance(one, Exception)]
        async with asyncio.timeout(1):
            for _ in range(at_once):
                await turns.wait("rosa")

    asyncio.run(crowd())
