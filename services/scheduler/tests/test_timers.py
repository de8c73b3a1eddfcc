"""Reminders fire once they are due, and only for appointments that still stand."""

from datetime import datetime, timedelta

import pytest

from chassis.errors import TransientError
from chassis.observability.context import taken_at
from contracts.bookings import ReminderDue
from scheduler.domain.timer import REMINDER, Timer
from scheduler.handlers.due_timers import DueTimers, Reminders

SECOND = timedelta(seconds=1)


@pytest.fixture
def clock_of():
    def make(scheduler):
        reminders = Reminders(scheduler.bookings, scheduler.heard, scheduler.clock)
        return DueTimers(scheduler.timers, {REMINDER: reminders.fire}, scheduler.clock)

    return make


@pytest.fixture
def timers(scheduler, clock_of):
    return clock_of(scheduler)


def reminders_in(heard):
    return [event for event in heard.events if isinstance(event.data, ReminderDue)]


async def test_a_reminder_fires_when_it_is_due_and_once(scheduler, timers, customers, rome):
    request = customers.books(rome(25, 15))
    booked = await scheduler.take(request)

    scheduler.now = rome(24, 15) - SECOND / 4
    assert await timers.fire_due() == SECOND / 4
    assert reminders_in(scheduler.heard) == []

    scheduler.now = rome(24, 15)
    assert await timers.fire_due() == SECOND
    await timers.fire_due()
    (reminder,) = reminders_in(scheduler.heard)
    assert reminder.data.appointment == booked.appointment
    assert (reminder.tenantid, reminder.partitionkey) == ("lyo", "a conversation")
    assert (reminder.causationid, reminder.correlationid) == (request.id, reminder.id)
    assert reminder.time == rome(24, 15)


async def test_what_a_timer_says_was_begun_when_it_fired(scheduler, customers, rome):
    begun = []

    async def fire(tenant, timer):
        begun.append(taken_at())

    await scheduler.take(customers.books(rome(25, 15)))
    scheduler.now = rome(24, 15)
    await DueTimers(scheduler.timers, {REMINDER: fire}, scheduler.clock).fire_due()
    assert [type(moment) for moment in begun] == [datetime]
    assert taken_at() is None


async def test_two_replicas_fire_the_same_event(
    *, scheduler, clock_of, customers, rome, new_scheduler, store
):
    await scheduler.take(customers.books(rome(25, 15)))
    other = new_scheduler(store)
    ids = []
    for replica in (scheduler, other):
        replica.now = rome(24, 16)
        (_, timer), *_ = await scheduler.timers.soonest(1)
        await clock_of(replica).fire_due()
        await scheduler.timers.put("lyo", timer)  # as if both had read it before either removed it
        ids += [event.id for event in reminders_in(replica.heard)]
    assert len(ids) == 2
    assert len(set(ids)) == 1


async def test_a_timer_left_over_from_a_moved_or_cancelled_booking_is_dropped(
    scheduler, timers, customers, rome
):
    booked = await scheduler.take(customers.books(rome(25, 15)))
    ((_, old),) = await scheduler.timers.soonest(1)
    booking = booked.appointment.booking_id
    await scheduler.take(customers.moves(booking, rome(26, 15)))
    await scheduler.timers.put("lyo", old)

    scheduler.now = rome(24, 16)
    await timers.fire_due()
    assert reminders_in(scheduler.heard) == []
    assert [timer.due for _, timer in await scheduler.timers.soonest(9)] == [rome(25, 15)]

    ((_, new),) = await scheduler.timers.soonest(1)
    await scheduler.take(customers.cancels(booking))
    await scheduler.timers.put("lyo", new)
    scheduler.now = rome(25, 16)
    await timers.fire_due()
    assert reminders_in(scheduler.heard) == []
    assert await scheduler.timers.soonest(9) == []


async def test_nobody_is_reminded_of_what_has_begun(scheduler, timers, customers, rome):
    await scheduler.take(customers.books(rome(25, 15)))
    scheduler.now = rome(25, 15)
    await timers.fire_due()
    assert reminders_in(scheduler.heard) == []
    assert await scheduler.timers.soonest(9) == []


async def test_what_the_broker_did_not_take_stays_due(scheduler, clock_of, customers, rome, new_heard):
    await scheduler.take(customers.books(rome(25, 15)))

    class Away:
        async def publish(self, *events):
            raise TransientError("away")

    working, scheduler.heard = scheduler.heard, Away()
    scheduler.now = rome(24, 16)
    assert await clock_of(scheduler).fire_due() == SECOND
    assert len(await scheduler.timers.soonest(9)) == 1

    scheduler.heard = working
    await clock_of(scheduler).fire_due()
    assert len(reminders_in(scheduler.heard)) == 1
    assert await scheduler.timers.soonest(9) == []


async def test_one_timer_that_cannot_fire_holds_up_no_other(scheduler, timers, customers, rome):
    strange = Timer(key="strange", kind="never heard of", due=rome(20, 12), payload={})
    await scheduler.timers.put("lyo", strange)
    await scheduler.take(customers.books(rome(25, 15)))
    scheduler.now = rome(24, 16)
    await timers.fire_due()
    assert len(reminders_in(scheduler.heard)) == 1


async def test_timers_of_all_tenants_fire(scheduler, timers, customers, rome):
    for tenant in ("lyo", "study"):
        await scheduler.take(customers.books(rome(25, 16), tenant=tenant))
    scheduler.now = rome(24, 17)
    await timers.fire_due()
    assert {event.tenantid for event in reminders_in(scheduler.heard)} == {"lyo", "study"}


async def test_reminders_may_be_switched_far_or_near(scheduler, customers, rome, new_salon):
    scheduler.tenants.configs["lyo"] = new_salon(booking={"reminder_hours": 2})
    await scheduler.take(customers.books(rome(25, 15)))
    assert [timer.due for _, timer in await scheduler.timers.soonest(9)] == [rome(25, 13)]
