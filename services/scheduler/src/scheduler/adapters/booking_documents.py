"""Bookings, one document each. `start` and `status` beside the booking are for finding it."""

from typing import cast
from uuid import UUID

from chassis.storage import CollectionSpec, Document, Range, Store, instant
from scheduler.domain.booking import Booking
from scheduler.ports import Page, Stored

BOOKINGS = CollectionSpec("bookings", indexes=(("start",), ("status", "start")))


class BookingDocuments:
    """What was never agreed has no `start`, so no list shows it."""

    def __init__(self, store: Store) -> None:
        self._documents = store.collection(BOOKINGS)

    async def get(self, tenant: str, booking_id: UUID) -> Stored[Booking] | None:
        found = await self._documents.get(tenant, str(booking_id))
        return Stored(_booking(found.body), found.version) if found else None

    async def save(self, tenant: str, booking: Booking, *, expected: int) -> None:
        body: Document = {"status": booking.status, "booking": booking.model_dump(mode="json")}
        if booking.agreed:
            body["start"] = instant(booking.agreed.claim.place.start)
        await self._documents.save(tenant, str(booking.id), body, expected=expected)

    async def agreed(self, tenant: str, page: Page) -> list[Booking]:
        span = Range(
            gte=instant(page.start) if page.start else "", lt=instant(page.end) if page.end else None
        )
        where = {"status": page.status, "start": span} if page.status else {"start": span}
        found = await self._documents.find(tenant, where, sort="start", limit=page.limit, skip=page.skip)
        return [_booking(one.body) for one in found]


def _booking(body: Document) -> Booking:
    return Booking.model_validate(cast("Document", body["booking"]))
