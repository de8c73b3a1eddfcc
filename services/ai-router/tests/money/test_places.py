"""Places are few and shared fairly."""

import asyncio
from collections import Counter
from itertools import count

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from ai_router.domain.places import Places


class Guests:
    """Takes places and remembers in which order they were got."""

    def __init__(self, overall: int) -> None:
        self.places = Places(overall)
        self.inside: list[tuple[str, int]] = []
        self.got: list[tuple[str, int]] = []
        self._numbers = count()
        self._doors: dict[tuple[str, int], asyncio.Event] = {}
        self._tasks: dict[tuple[str, int], asyncio.Task[None]] = {}

    async def comes(self, tenant: str, limit: int) -> tuple[str, int]:
        guest = (tenant, next(self._numbers))
        self._doors[guest] = asyncio.Event()
        self._tasks[guest] = asyncio.create_task(self._stays(guest, limit))
        await asyncio.sleep(0)
        return guest

    async def leaves(self, guest: tuple[str, int]) -> None:
        self._doors[guest].set()
        await self.settled()

    async def gives_up(self, guest: tuple[str, int]) -> None:
        self._tasks[guest].cancel()
        await self.settled()

    def waiting(self) -> list[tuple[str, int]]:
        return [guest for guest, task in self._tasks.items() if not task.done() and guest not in self.inside]

    async def settled(self) -> None:
        for _ in range(5):
            await asyncio.sleep(0)

    async def _stays(self, guest: tuple[str, int], limit: int) -> None:
        async with self.places.of(guest[0], limit):
            self.got.append(guest)
            self.inside.append(guest)
            try:
                await self._doors[guest].wait()
            finally:
                self.inside.remove(guest)


async def test_a_flood_leaves_the_next_free_place_to_whoever_has_none():
    guests = Guests(4)
    flood = [await guests.comes("flood", 100) for _ in range(50)]
    quiet = await guests.comes("quiet", 100)
    assert quiet in guests.waiting()
    await guests.leaves(flood[0])
    assert quiet in guests.inside


async def test_inside_a_business_the_first_comes_first():
    guests = Guests(1)
    everybody = [await guests.comes("one", 5) for _ in range(5)]
    for guest in everybody:
        await guests.leaves(guest)
    assert guests.got == everybody


async def test_a_business_at_its_limit_does_not_keep_others_out():
    guests = Guests(10)
    for _ in range(5):
        await guests.comes("one", 2)
    other = await guests.comes("other", 2)
    assert guests.places.load().running == 3
    assert other in guests.inside


async def test_whoever_gives_up_while_a_place_comes_free_hands_it_on():
    guests = Guests(1)
    first, second, third = [await guests.comes("one", 1) for _ in range(3)]
    guests._doors[first].set()
    await asyncio.sleep(0)  # the place is given to the second, which has not woken up yet
    assert second not in guests.inside
    assert guests.places.load().waiting == 1
    await guests.gives_up(second)
    assert guests.inside == [third]
    assert guests.places.load().running == 1


async def test_an_error_inside_gives_the_place_back():
    places = Places(1)
    with pytest.raises(ZeroDivisionError):
        async with places.of("one", 1):
            raise ZeroDivisionError
    assert places.load() == (0, 0)


STEPS = st.lists(
    st.tuples(st.sampled_from(["comes", "comes", "leaves", "gives up", "is thrown out"]), st.integers(0, 30)),
    max_size=80,
)


@settings(max_examples=150, deadline=None)
@given(STEPS, st.integers(1, 6), st.lists(st.integers(1, 4), min_size=3, max_size=3))
def test_no_limit_is_passed_no_place_is_lost_and_nobody_waits_for_a_place_that_is_free(
    steps, overall, limits
):
    asyncio.run(walk(steps, overall, dict(zip("abc", limits, strict=True))))


async def walk(steps, overall, limits):
    guests = Guests(overall)
    for step, number in steps:
        pool = guests.waiting() if step == "gives up" else guests.inside
        if step == "comes":
            await guests.comes("abc"[number % 3], limits["abc"[number % 3]])
            await guests.settled()
        elif pool:
            guest = pool[number % len(pool)]
            await (guests.leaves(guest) if step == "leaves" else guests.gives_up(guest))
        check(guests, overall, limits)
    while guests.inside:
        await guests.leaves(guests.inside[0])
    assert not guests.waiting()
    assert guests.places.load() == (0, 0)


def check(guests, overall, limits):
    taken = Counter(tenant for tenant, _ in guests.inside)
    assert guests.places.load().running == taken.total() <= overall
    assert all(taken[tenant] <= limit for tenant, limit in limits.items())
    assert guests.places.load().waiting == len(guests.waiting())
    if taken.total() < overall:
        assert all(taken[tenant] == limits[tenant] for tenant, _ in guests.waiting())
    for tenant in "abc":
        numbers = [number for one, number in guests.got if one == tenant]
        assert numbers == sorted(numbers)
