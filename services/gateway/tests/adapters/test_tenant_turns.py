"""Turns: a flooder waits behind itself, a neighbour never, and no place is ever lost."""

import asyncio
import random
import time
from contextlib import AsyncExitStack, suppress

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from gateway.adapters.tenant_turns import Crowded, TenantTurns


async def test_a_neighbour_comes_in_at_once_whatever_the_flooder_does() -> None:
    turns, inside = TenantTurns(at_once=2, waiting=100, seconds=5, part=1), list[str]()

    async def stay(tenant: str) -> None:
        async with turns.turn(tenant):
            inside.append(tenant)
            await asyncio.Event().wait()

    everybody = [asyncio.create_task(stay("flooder")) for _ in range(100)]
    await asyncio.sleep(0)
    assert inside == ["flooder", "flooder"]
    everybody.append(asyncio.create_task(stay("neighbour")))
    await asyncio.sleep(0)
    assert inside[2:] == ["neighbour"]
    for one in everybody:
        one.cancel()


async def test_beside_a_neighbour_a_flood_comes_in_at_the_pace_of_its_part() -> None:
    turns, served = TenantTurns(at_once=4, waiting=1000, seconds=60, part=0.1), list[str]()

    async def one(tenant: str) -> None:
        async with turns.turn(tenant):
            served.append(tenant)
            until = time.process_time() + 0.002
            while time.process_time() < until:
                pass

    flood = [asyncio.create_task(one("flooder")) for _ in range(1000)]
    await one("neighbour")
    await asyncio.sleep(0.5)  # until the price of a turn is known
    before, began = served.count("flooder"), time.monotonic()
    for _ in range(19):
        await one("neighbour")
        await asyncio.sleep(0.05)
    assert served.count("neighbour") == 20
    most = (time.monotonic() - began) / 0.02  # 2 ms of work are a tenth of it
    assert 0 < served.count("flooder") - before < 1.5 * most
    for task in flood:
        task.cancel()


async def test_first_come_first_served() -> None:
    turns, served = TenantTurns(at_once=1, waiting=10, seconds=5, part=1), list[int]()

    async def one(number: int) -> None:
        async with turns.turn("rosa"):
            served.append(number)
            await asyncio.sleep(0)

    await asyncio.gather(*(one(number) for number in range(10)))
    assert served == list(range(10))


async def test_the_queue_is_bounded_in_number_and_in_time() -> None:
    turns = TenantTurns(at_once=1, waiting=1, seconds=0.01, part=1)

    async def one() -> None:
        async with turns.turn("rosa"):
            pass

    async with turns.turn("rosa"):
        late = asyncio.create_task(one())
        await asyncio.sleep(0)
        with pytest.raises(Crowded):
            await one()
        with pytest.raises(Crowded):
            await late
    await one()


@settings(max_examples=30, deadline=None)
@given(st.integers(1, 4), st.integers(0, 8), st.integers(0, 2**32))
def test_whatever_is_cancelled_or_late_no_place_is_lost(at_once: int, more: int, seed: int) -> None:
    chance, turns = random.Random(seed), TenantTurns(at_once, more, 0.002, part=1)
    working = 0

    async def one() -> None:
        nonlocal working
        with suppress(Crowded):
            async with turns.turn("rosa"):
                working += 1
                assert working <= at_once
                try:
                    await asyncio.sleep(chance.choice((0, 0.001, 0.002)))
                finally:
                    working -= 1

    async def crowd() -> None:
        tasks = [asyncio.create_task(one()) for _ in range(20)]
        for task in tasks:
            await asyncio.sleep(chance.choice((0, 0.001)))
            if chance.random() < 0.4:
                task.cancel()
        results = await asyncio.gather(*tasks, return_exceptions=True)
        assert not [one for one in results if isinstance(one, Exception)]
        async with asyncio.timeout(1), AsyncExitStack() as all_places:
            for _ in range(at_once):
                await all_places.enter_async_context(turns.turn("rosa"))

    asyncio.run(crowd())
