"""Booking, moving and cancelling through the handlers, on a real store."""

from datetime import UTC, datetime, timedelta
from uuid import uuid4

import pytest

from contracts.bookings import BookingCancelled, BookingConfirmed, BookingMoved, BookingRefused
from contracts.envelope import derived_id


async def test_a_free_time_is_confirmed_and_held(scheduler, customers, rome):
    event = customers.books(rome(25, 15))

    answer = await scheduler.take(event)

    assert isinstance(answer, BookingConfirmed)
    assert answer.appointment.start == rome(25, 15)
    assert answer.appointment.end == rome(25, 15, 30)
    assert answer.appointment.resource_id == "giulia"
    said = scheduler.heard.events[-1]
    assert said.id == derived_id(event.id, 0)
    assert (said.causationid, said.correlationid, said.partitionkey) == (
        event.id, event.correlationid, "a conversation",
    )  # fmt: skip


async def test_the_one_with_least_to_do_that_day_is_chosen(scheduler, customers, rome):
    given = [
        (await scheduler.take(customers.books(rome(25, hour)))).appointment.resource_id
        for hour in (9, 10, 11)
    ]
    assert given == ["giulia", "marco", "giulia"]


async def test_a_redelivery_says_the_same_again(scheduler, customers, rome):
    event = customers.books(rome(25, 15))
    first = await scheduler.take(event)
    await scheduler.take(customers.cancels(event.data.booking_id))

    again = await scheduler.take(event)

    assert again == first
    assert (await scheduler.booking(event.data.booking_id)).status == "cancelled"
    assert len({one.id for one in scheduler.heard.events}) == 2


async def test_a_redelivered_refusal_stays_a_refusal(scheduler, customers, rome):
    holder = customers.books(rome(25, 15), resource="giulia")
    await scheduler.take(holder)
    late = customers.books(rome(25, 15), resource="giulia")
    refused = await scheduler.take(late)
    await scheduler.take(customers.cancels(holder.data.booking_id))

    assert await scheduler.take(late) == refused
    assert refused.reason == "taken"


@pytest.mark.parametrize(
    ("changes", "reason"),
    [
        ({"start": datetime(2026, 11, 20, 8, 59, tzinfo=UTC)}, "past"),
        ({"start": datetime(2026, 11, 20, 9, 59, tzinfo=UTC)}, "too_soon"),
        ({"start": datetime(2027, 11, 23, 9, 0, tzinfo=UTC)}, "too_far"),
        ({"start": datetime(2026, 11, 23, 9, 0, tzinfo=UTC)}, "closed"),  # a Monday
        ({"start": datetime(2026, 11, 25, 11, 15, tzinfo=UTC)}, "closed"),  # would end after 12:30
        ({"start": datetime(2026, 11, 25, 12, 0, tzinfo=UTC)}, "closed"),  # lunch
        ({"service": "massage"}, "unknown_service"),
        ({"resource": "nobody"}, "unknown_resource"),
        ({"resource": "marco", "service": "colour"}, "unknown_resource"),
    ],
)
async def test_reasons_to_refuse(*, scheduler, customers, new_salon, rome, changes, reason):
    scheduler.tenants.configs["lyo"] = new_salon(booking={"notice_minutes": 60})
    wish = {"start": rome(25, 15)} | changes

    answer = await scheduler.take(customers.books(**wish))

    assert isinstance(answer, BookingRefused)
    assert (answer.request, answer.reason) == ("book", reason)
    assert bool(answer.alternatives) == (reason != "unknown_service")
    assert [slot.start for slot in answer.alternatives] == sorted(slot.start for slot in answer.alternatives)


async def test_an_exact_wish_off_the_grid_is_granted(scheduler, customers, rome):
    answer = await scheduler.take(customers.books(rome(25, 15, 10)))
    assert answer.appointment.start == rome(25, 15, 10)


async def test_alternatives_are_free_and_nearest(scheduler, customers, rome):
    for resource in ("giulia", "marco"):
        await scheduler.take(customers.books(rome(25, 15), resource=resource))

    refused = await scheduler.take(customers.books(rome(25, 15)))

    assert refused.reason == "taken"
    assert [slot.start for slot in refused.alternatives] == [
        rome(25, 14, 30),
        rome(25, 15, 30),
        rome(25, 15, 45),
    ]
    taken_up = refused.alternatives[1]
    granted = await scheduler.take(customers.books(taken_up.start, resource=taken_up.resource_id))
    assert isinstance(granted, BookingConfirmed)


async def test_after_a_refusal_the_same_booking_may_try_again(scheduler, customers, rome):
    booking = uuid4()
    await scheduler.take(customers.books(rome(23, 15), booking=booking))
    assert (await scheduler.booking(booking)).status == "refused"

    answer = await scheduler.take(customers.books(rome(25, 15), booking=booking))

    assert isinstance(answer, BookingConfirmed)


async def test_asked_again_for_a_confirmed_booking_it_stands(scheduler, customers, rome):
    booking = uuid4()
    first = await scheduler.take(customers.books(rome(25, 15), booking=booking))
    assert await scheduler.take(customers.books(rome(25, 16), booking=booking)) == first


async def test_a_move_frees_the_old_time_and_keeps_the_resource(scheduler, customers, rome):
    booked = await scheduler.take(customers.books(rome(25, 15), resource="marco"))
    booking = booked.appointment.booking_id

    moved = await scheduler.take(customers.moves(booking, rome(25, 16)))

    assert isinstance(moved, BookingMoved)
    assert (moved.appointment.start, moved.appointment.resource_id) == (rome(25, 16), "marco")
    assert moved.previous_start == rome(25, 15)
    again = await scheduler.take(customers.books(rome(25, 15), resource="marco"))
    assert isinstance(again, BookingConfirmed)


async def test_a_move_may_overlap_the_booking_itself(scheduler, customers, rome):
    booked = await scheduler.take(customers.books(rome(25, 15), resource="giulia"))
    booking = booked.appointment.booking_id
    moved = await scheduler.take(customers.moves(booking, rome(25, 15, 15), resource="giulia"))
    assert moved.appointment.start == rome(25, 15, 15)


async def test_a_move_takes_somebody_else_if_the_same_is_busy(scheduler, customers, rome):
    booked = await scheduler.take(customers.books(rome(25, 15), resource="giulia"))
    await scheduler.take(customers.books(rome(25, 16), resource="giulia"))
    moved = await scheduler.take(customers.moves(booked.appointment.booking_id, rome(25, 16)))
    assert moved.appointment.resource_id == "marco"


async def test_a_move_to_the_same_time_is_no_refusal(scheduler, customers, rome, new_salon):
    booked = await scheduler.take(customers.books(rome(25, 15)))
    scheduler.tenants.configs["lyo"] = new_salon(closed_days=["2026-11-25"])

    moved = await scheduler.take(customers.moves(booked.appointment.booking_id, rome(25, 15)))

    assert isinstance(moved, BookingMoved)
    assert moved.appointment == booked.appointment
    assert moved.previous_start == rome(25, 15)


async def test_a_refused_move_leaves_the_appointment(scheduler, customers, rome):
    booked = await scheduler.take(customers.books(rome(25, 15), service="colour"))
    await scheduler.take(customers.books(rome(25, 17), service="colour"))
    booking = booked.appointment.booking_id

    refused = await scheduler.take(customers.moves(booking, rome(25, 16, 30)))

    assert (refused.request, refused.reason, refused.service_id) == ("move", "taken", "colour")
    assert rome(25, 15) not in [slot.start for slot in refused.alternatives]
    assert refused.alternatives
    assert (await scheduler.booking(booking)).appointment == booked.appointment


async def test_cancelling_frees_the_time(scheduler, customers, rome):
    booked = await scheduler.take(customers.books(rome(25, 15), resource="giulia"))
    booking = booked.appointment.booking_id

    answer = await scheduler.take(customers.cancels(booking))

    assert answer == BookingCancelled(appointment=booked.appointment)
    again = await scheduler.take(customers.books(rome(25, 15), resource="giulia"))
    assert isinstance(again, BookingConfirmed)
    for event in (customers.cancels(booking), customers.moves(booking, rome(25, 16))):
        assert (await scheduler.take(event)).reason == "cancelled"
    assert (await scheduler.take(customers.books(rome(25, 17), booking=booking))).reason == "cancelled"


async def test_nobody_reaches_a_booking_of_another_tenant(scheduler, customers, rome):
    booked = await scheduler.take(customers.books(rome(25, 15)))
    booking = booked.appointment.booking_id

    moved = await scheduler.take(customers.moves(booking, rome(25, 16), tenant="study"))
    cancelled = await scheduler.take(customers.cancels(booking, tenant="study"))

    assert [moved.reason, cancelled.reason] == ["unknown_booking", "unknown_booking"]
    assert (await scheduler.booking(booking)).status == "confirmed"


async def test_tenants_have_diaries_of_their_own(scheduler, customers):
    noon_in_new_york = datetime(2026, 11, 25, 15, 0, tzinfo=UTC)  # 10:00 there, 16:00 in Rome
    for tenant in ("lyo", "study"):
        event = customers.books(noon_in_new_york, resource="giulia", tenant=tenant)
        assert isinstance(await scheduler.take(event), BookingConfirmed)


async def test_the_wish_is_judged_as_of_when_it_was_made(scheduler, customers, rome):
    """A request that waited in a queue over the wished time is not `past`."""
    scheduler.now = rome(25, 20)
    answer = await scheduler.take(customers.books(rome(25, 15), at=rome(25, 14)))
    assert isinstance(answer, BookingConfirmed)


async def test_a_reminder_is_set_moved_and_dies_with_its_booking(scheduler, customers, rome):
    booked = await scheduler.take(customers.books(rome(25, 15)))
    booking = booked.appointment.booking_id
    assert [timer.due for _, timer in await scheduler.timers.soonest(10)] == [rome(24, 15)]

    await scheduler.take(customers.moves(booking, rome(26, 16)))
    assert [timer.due for _, timer in await scheduler.timers.soonest(10)] == [rome(25, 16)]

    await scheduler.take(customers.cancels(booking))
    assert await scheduler.timers.soonest(10) == []


async def test_no_reminder_for_an_appointment_within_the_day(scheduler, customers, rome):
    await scheduler.take(customers.books(rome(25, 15), at=rome(25, 15) - timedelta(hours=24)))
    assert await scheduler.timers.soonest(10) == []
