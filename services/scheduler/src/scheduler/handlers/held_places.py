"""Holding a place in a diary for a booking, and giving it back.

A claim is written only if the booking still wanted it after the diary was read, and giving back always
writes. So whoever falls asleep in the middle and wakes up late meets a Conflict: once given back, a claim
never comes to lie in a diary again.
"""

from chassis.storage import Conflict
from scheduler.domain.booking import Booking
from scheduler.domain.diary import Claim
from scheduler.ports import Bookings, Diaries, Stored


class HeldPlaces:
    """The diaries of all tenants, as the booking saga writes them."""

    def __init__(self, bookings: Bookings, diaries: Diaries) -> None:
        self._bookings = bookings
        self._diaries = diaries

    async def hold(self, tenant: str, booking: Stored[Booking], claim: Claim) -> bool:
        """Whether the booking holds it now; False if somebody else does. Raises Conflict."""
        diary = await self._diaries.get(tenant, claim.place.diary)
        if diary.value.holds(booking.value.id, claim):
            return True
        if not diary.value.is_free(claim.place, booking.value.id):
            return False
        await self._unchanged(tenant, booking)
        held = diary.value.with_claim(booking.value.id, claim)
        await self._diaries.save(tenant, claim.place.diary, held, expected=diary.version)
        return True

    async def give_back(self, tenant: str, booking: Booking, claim: Claim) -> None:
        """Nobody holds it under this claim any more, nor ever will."""
        while True:
            diary = await self._diaries.get(tenant, claim.place.diary)
            without = diary.value.without_claim(booking.id, claim.number)
            try:
                await self._diaries.save(tenant, claim.place.diary, without, expected=diary.version)
            except Conflict:
                continue
            return

    async def _unchanged(self, tenant: str, booking: Stored[Booking]) -> None:
        now = await self._bookings.get(tenant, booking.value.id)
        if now is None or now.version != booking.version:
            raise Conflict("bookings", tenant, str(booking.value.id), booking.version)
