"""One replica of the booking desk: reads requests as JSON lines, handles all at once, prints the answers.

Arguments: the store's URL, the tenant's configuration.
"""

import asyncio
import sys
from typing import Any

from chassis.clock import utc_now
from chassis.storage import open_store
from contracts import events
from contracts.envelope import Event
from contracts.tenants import TenantConfig
from scheduler.adapters.booking_documents import BookingDocuments
from scheduler.adapters.diary_documents import DiaryDocuments
from scheduler.adapters.timer_documents import TimerDocuments
from scheduler.handlers.booking_desk import BookingDesk
from scheduler.handlers.free_times import FreeTimes
from scheduler.handlers.held_places import HeldPlaces


class OneTenant:
    def __init__(self, config: TenantConfig) -> None:
        self._config = config

    async def get(self, tenant: str) -> TenantConfig:
        return self._config


class Printed:
    async def publish(self, *events: Event[Any]) -> None:
        for event in events:
            print(event.model_dump_json())


async def main(url: str, config: str) -> None:
    requests = [events.read(line.encode()) for line in sys.stdin]
    store = open_store(url, "scheduler")
    await store.open()
    bookings, diaries = BookingDocuments(store), DiaryDocuments(store)
    desk = BookingDesk(
        tenants=OneTenant(TenantConfig.model_validate_json(config)),
        bookings=bookings,
        places=HeldPlaces(bookings, diaries),
        free_times=FreeTimes(diaries),
        timers=TimerDocuments(store),
        publisher=Printed(),
        clock=utc_now,
    )
    await asyncio.gather(*(desk.on_request(event) for event in requests))
    await store.close()


asyncio.run(main(*sys.argv[1:]))
