"""A delivery that falls asleep, wakes up when everything is over, does a little and dies.

Nobody delivers it again, since another copy was acknowledged meanwhile. It must leave nothing behind.
"""

import asyncio
import random
from itertools import product
from uuid import UUID

import pytest

from scheduler.domain.booking import Booking
from scheduler.domain.diary import Diary

OURS, THEIRS = UUID(int=1), UUID(int=2)


@pytest.fixture
def stage(new_scheduler, new_memory, interleaving):
    """A store whose every operation waits to be let through, and a way to start deliveries on it."""

    class Stage:
        def __init__(self):
            self.store = new_memory()
            self.lanes = interleaving(self.store, random.Random(0))

        def deliver(self, event):
            return self.lanes.start(new_scheduler(self.store).desk.on_request(event))

        async def whole(self, event):
            await self.lanes.advance(self.deliver(event))

        def bodies(self, collection):
            return [body for (name, *_), (_, body) in self.store.documents.items() if name == collection]

        def assert_settled(self):
            bookings = [Booking.model_validate(body["booking"]) for body in self.bodies("bookings")]
            held = [
                (entry.booking_id, entry.claim)
                for body in self.bodies("diaries")
                for entry in Diary.model_validate(body["diary"]).entries
            ]
            wanted = [(one.id, one.agreed.claim.number) for one in bookings if one.status == "confirmed"]
            assert sorted(held) == sorted(wanted)

    return Stage


@pytest.mark.parametrize(("slept_after", "woke_for"), list(product(range(1, 10), range(1, 4))))
async def test_asleep_while_a_copy_books_and_the_customer_cancels(
    stage, customers, rome, slept_after, woke_for
):
    on = stage()
    request = customers.books(rome(25, 15), booking=OURS)
    straggler = on.deliver(request)
    await on.lanes.advance(straggler, slept_after)
    await on.whole(request)
    await on.whole(customers.cancels(OURS))

    await on.lanes.advance(straggler, woke_for)
    await on.lanes.kill(straggler)

    on.assert_settled()


def test_asleep_while_a_copy_gives_up_the_place_for_another(stage, customers, rome):
    """The place was taken when the copy looked, and free again when the straggler did."""

    async def scenario(slept_after, copy_paused_after, looked_for):
        on = stage()
        request = customers.books(rome(25, 15), booking=OURS)
        straggler = on.deliver(request)
        await on.lanes.advance(straggler, slept_after)
        await on.whole(customers.books(rome(25, 15), booking=THEIRS, resource="giulia"))
        copy = on.deliver(request)
        await on.lanes.advance(copy, copy_paused_after)
        await on.whole(customers.cancels(THEIRS))
        await on.lanes.advance(straggler, looked_for)
        await on.lanes.advance(copy)
        await on.lanes.advance(straggler, 1)
        await on.lanes.kill(straggler)
        on.assert_settled()

    for pauses in product(range(4, 7), range(2, 6), range(1, 4)):
        asyncio.run(scenario(*pauses))
