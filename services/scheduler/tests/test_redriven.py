"""Requests out of the record again: what was lost is made good, what was answered is not done anew."""

from datetime import timedelta

from contracts.bookings import BookingConfirmed, BookingMoved
from scheduler.domain import booking as bookings


def redriven(event):
    return event.model_copy(update={"redrivenfrom": event.time})


async def test_a_booking_that_was_lost_is_made_as_of_its_time(scheduler, customers, rome):
    lost = customers.books(rome(25, 15))
    scheduler.now += timedelta(hours=2)

    assert isinstance(await scheduler.take(redriven(lost)), BookingConfirmed)
    assert len(await scheduler.timers.soonest(9)) == 1


async def test_what_was_answered_is_answered_alike(scheduler, customers, rome):
    event = customers.books(rome(25, 15))
    answer = await scheduler.take(event)
    await scheduler.take(customers.cancels(event.data.booking_id))

    assert await scheduler.take(redriven(event)) == answer
    assert (await scheduler.booking(event.data.booking_id)).status == "cancelled"


async def test_a_reminder_that_may_have_fired_is_not_set_again(scheduler, customers, rome):
    event = customers.books(rome(25, 15))
    await scheduler.take(event)
    ((tenant, timer),) = await scheduler.timers.soonest(9)
    await scheduler.timers.remove(tenant, timer.key)
    scheduler.now = timer.due + timedelta(minutes=1)

    await scheduler.take(redriven(event))

    assert not await scheduler.timers.soonest(9)


async def test_a_move_that_was_lost_does_not_undo_a_later_one(scheduler, customers, rome):
    booked = customers.books(rome(25, 15))
    await scheduler.take(booked)
    at = booked.time + timedelta(minutes=30)
    lost = customers.moves(booked.data.booking_id, rome(26, 10), at=at)
    await scheduler.take(
        customers.moves(booked.data.booking_id, rome(27, 10), at=booked.time + timedelta(hours=1))
    )
    said = len(scheduler.heard.events)

    await scheduler.take(redriven(lost))

    assert (await scheduler.booking(booked.data.booking_id)).appointment.start == rome(27, 10)
    assert len(scheduler.heard.events) == said


async def test_a_move_that_was_lost_and_not_overtaken_is_made(scheduler, customers, rome):
    booked = customers.books(rome(25, 15))
    await scheduler.take(booked)
    lost = customers.moves(booked.data.booking_id, rome(26, 10), at=booked.time + timedelta(minutes=30))

    assert isinstance(await scheduler.take(redriven(lost)), BookingMoved)


async def test_one_whose_answer_was_dropped_is_not_handled_again(scheduler, customers, rome, monkeypatch):
    monkeypatch.setattr(bookings, "_ANSWERS_KEPT", 2)
    booked = customers.books(rome(25, 15))
    await scheduler.take(booked)
    moves = [customers.moves(booked.data.booking_id, rome(day, 10)) for day in (26, 27)]
    for move in moves:
        await scheduler.take(move)
    moves.append(customers.moves(booked.data.booking_id, rome(28, 10)))
    await scheduler.take(moves[-1])

    await scheduler.take(redriven(moves[0]))

    assert (await scheduler.booking(booked.data.booking_id)).appointment.start == rome(28, 10)
