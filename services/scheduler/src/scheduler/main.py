"""The scheduler, as a list of its parts."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

from chassis.service import Parts, Wiring, run, service_app
from chassis.settings import load
from chassis.tenants import TenantProjection
from contracts.bookings import (
    AvailabilityRequested,
    BookingCancelRequested,
    BookingMoveRequested,
    BookingRequested,
)
from contracts.tenants import TenantConfigured
from scheduler import routes
from scheduler.adapters.booking_documents import BookingDocuments
from scheduler.adapters.diary_documents import DiaryDocuments
from scheduler.adapters.timer_documents import TimerDocuments
from scheduler.domain.timer import REMINDER
from scheduler.handlers.availability import AvailabilityDesk
from scheduler.handlers.booking_desk import BookingDesk
from scheduler.handlers.due_timers import DueTimers, Reminders
from scheduler.handlers.free_times import FreeTimes
from scheduler.handlers.held_places import HeldPlaces
from scheduler.settings import SchedulerSettings


@asynccontextmanager
async def wire(parts: Parts) -> AsyncIterator[Wiring]:
    tenants = TenantProjection(parts.store)
    bookings = BookingDocuments(parts.store)
    diaries = DiaryDocuments(parts.store)
    timers = TimerDocuments(parts.store)
    free_times = FreeTimes(diaries)
    desk = BookingDesk(
        tenants=tenants,
        bookings=bookings,
        places=HeldPlaces(bookings, diaries),
        free_times=free_times,
        timers=timers,
        publisher=parts.publisher,
        clock=parts.clock,
    )
    availability = AvailabilityDesk(
        tenants=tenants,
        bookings=bookings,
        free_times=free_times,
        publisher=parts.publisher,
        clock=parts.clock,
    )
    reminders = Reminders(bookings, parts.publisher, parts.clock)
    yield Wiring(
        handlers={
            TenantConfigured: tenants.on_tenant_configured,
            AvailabilityRequested: availability.on_availability_requested,
            BookingRequested: desk.on_request,
            BookingMoveRequested: desk.on_request,
            BookingCancelRequested: desk.on_request,
        },
        background=(DueTimers(timers, {REMINDER: reminders.fire}, parts.clock).run,),
        state={
            "tenants": tenants,
            "bookings": bookings,
            "free_times": free_times,
            "clock": parts.clock,
        },
    )


settings = load(SchedulerSettings)
app = service_app("scheduler", settings, wire, routers=[routes.router])

if __name__ == "__main__":
    run(app, settings)
