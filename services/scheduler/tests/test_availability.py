"""What is free: against a plain reckoning, and by example."""

from datetime import date, datetime, timedelta
from uuid import UUID

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from contracts.bookings import BookingConfirmed
from scheduler.domain.availability import free_on, nearest_on, place_for, spread
from scheduler.domain.diary import Claim, DayPage, Diary, DiaryKey, Place
from scheduler.domain.opening import openings
from scheduler.domain.wish import Wish, objection

DAY = date(2026, 11, 25)


def held(*places: Place) -> DayPage:
    agenda: dict[DiaryKey, Diary] = {}
    for number, place in enumerate(places):
        diary = agenda.get(place.diary, Diary())
        agenda[place.diary] = diary.with_claim(UUID(int=number), Claim(number=1, place=place))
    return DayPage(DAY, agenda)


def test_an_empty_day_is_free_on_the_grid_of_each_interval(salon, now, rome):
    wish = Wish("colour", rome(25, 9), now)
    free = free_on(salon, wish, held(), salon.resources_for("colour"))
    assert [place.start for place in free] == [rome(25, 9) + timedelta(minutes=15 * n) for n in range(9)] + [
        rome(25, 14, 30) + timedelta(minutes=15 * n) for n in range(13)
    ]


def test_nothing_is_free_before_the_notice_is_over_or_beyond_the_horizon(new_salon, now, rome):
    salon = new_salon(booking={"notice_minutes": 75, "horizon_days": 4})
    today = DayPage(date(2026, 11, 20), {})
    first = free_on(salon, Wish("cut", now, now), today, salon.staff)[0]
    assert first.start == rome(20, 11, 15)
    assert free_on(salon, Wish("cut", now, now), DayPage(date(2026, 11, 24), {}), salon.staff)
    assert not free_on(salon, Wish("cut", now, now), DayPage(DAY, {}), salon.staff)


busy = st.lists(
    st.tuples(st.sampled_from(["giulia", "marco"]), st.integers(0, 119), st.integers(1, 18)), max_size=12
)


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture], deadline=None)
@given(
    busy=busy,
    step=st.sampled_from([5, 10, 15, 20, 30, 45]),
    service=st.sampled_from(["cut", "colour", "shave"]),
    resource=st.sampled_from([None, "giulia", "marco"]),
    wished=st.integers(0, 143),
)
def test_free_times_agree_with_a_plain_reckoning(
    *, new_salon, now, rome, busy, step, service, resource, wished
):
    salon = new_salon(booking={"step_minutes": step})
    length = timedelta(minutes=salon.service(service).duration)
    spans = [
        Place(resource_id=who, day=DAY, start=start, end=start + timedelta(minutes=5 * length_of))
        for who, at, length_of in busy
        for start in [rome(25, 9) + timedelta(minutes=5 * at)]
    ]
    wish = Wish(service, rome(25, 8) + timedelta(minutes=5 * wished), now, resource_id=resource)
    who_can = [one.id for one in salon.resources_for(service) if resource in (None, one.id)]

    def possible(start: datetime) -> bool:
        inside = any(one.start <= start and start + length <= one.end for one in openings(salon, DAY))
        return inside and any(
            not any(s.resource_id == who and s.start < start + length and start < s.end for s in spans)
            for who in who_can
        )

    free = free_on(salon, wish, held(*spans), [salon.resource(who) for who in who_can])
    expected = [
        start
        for one in openings(salon, DAY)
        for n in range(24 * 60 // step)
        for start in [one.start + timedelta(minutes=step * n)]
        if start < one.end and possible(start)
    ]
    assert [place.start for place in free] == expected
    if objection(salon, wish) is None:
        assert (place_for(salon, wish, held(*spans)) is not None) == possible(wish.start)


def test_others_fill_up_what_the_one_asked_for_cannot_offer(salon, now, rome):
    whole_day = Place(resource_id="giulia", day=DAY, start=rome(25, 9), end=rome(25, 18, 30))
    wish = Wish("cut", rome(25, 15), now, resource_id="giulia")
    nearest = nearest_on(salon, wish, held(whole_day), 3)
    assert [(one.resource_id, one.start) for one in nearest] == [
        ("giulia", rome(25, 18, 30)), ("marco", rome(25, 15)), ("marco", rome(25, 14, 45)),
    ]  # fmt: skip


@pytest.mark.parametrize(
    ("minutes", "limit", "chosen"),
    [
        ([0, 15, 30, 45, 60, 75], 3, [0, 30, 60]),
        ([0, 15, 30], 3, [0, 15, 30]),
        ([0, 15, 40, 45], 3, [0, 15, 40]),
        ([0, 10, 20], 2, [0, 10]),
        ([], 3, []),
    ],
)
def test_answers_spread_where_there_is_room(rome, minutes, limit, chosen):
    def at(minute):
        start = rome(25, 9) + timedelta(minutes=minute)
        return Place(resource_id="giulia", day=DAY, start=start, end=start)

    assert spread([at(one) for one in minutes], limit) == [at(one) for one in chosen]


async def test_what_is_free_in_the_morning(scheduler, customers, rome):
    found = await scheduler.take(customers.asks(earliest=rome(25, 9), latest=rome(25, 12)))
    assert found.within
    assert [slot.start for slot in found.slots] == [rome(25, 9), rome(25, 9, 30), rome(25, 10)]


async def test_when_nothing_is_free_the_next_times_after(scheduler, customers, rome):
    found = await scheduler.take(customers.asks(earliest=rome(22, 0), latest=rome(23, 23)))
    assert not found.within
    assert [slot.start for slot in found.slots] == [rome(24, 9), rome(24, 9, 30), rome(24, 10)]


async def test_an_unknown_service_is_never_free(scheduler, customers, rome):
    asked = customers.asks(service_id="massage", earliest=rome(25, 9), latest=rome(25, 12))
    found = await scheduler.take(asked)
    assert (found.within, found.slots) == (False, ())


async def test_whoever_cannot_do_it_is_replaced_in_the_offer(scheduler, customers, rome):
    asked = customers.asks(
        service_id="colour", resource_id="marco", earliest=rome(25, 9), latest=rome(25, 12)
    )
    found = await scheduler.take(asked)
    assert {slot.resource_id for slot in found.slots} == {"giulia"}


async def test_while_moving_the_own_time_counts_as_free_and_the_same_person_is_preferred(
    scheduler, customers, rome
):
    await scheduler.take(customers.books(rome(25, 9), service="cut", resource="giulia"))
    booked = await scheduler.take(customers.books(rome(25, 10), resource="marco"))
    await scheduler.take(customers.books(rome(25, 10), resource="giulia"))
    booking = booked.appointment.booking_id

    asked = {"earliest": rome(25, 10), "latest": rome(25, 10, 15), "limit": 2}
    without = await scheduler.take(customers.asks(**asked))
    moving = await scheduler.take(customers.asks(**asked, moving=booking))

    assert not without.within
    assert [(slot.start, slot.resource_id) for slot in moving.slots] == [
        (rome(25, 10), "marco"), (rome(25, 10, 15), "marco"),
    ]  # fmt: skip


async def test_a_redelivered_question_is_answered_under_the_same_id(scheduler, customers, rome):
    asked = customers.asks(earliest=rome(25, 9), latest=rome(25, 12))
    await scheduler.take(asked)
    await scheduler.take(asked)
    first, second = scheduler.heard.events
    assert first.id == second.id


async def test_a_fully_booked_week_offers_the_next_one(scheduler, customers, rome, new_salon):
    scheduler.tenants.configs["lyo"] = new_salon(
        closed_days=[f"2026-11-{day}" for day in range(25, 31)]
        + [f"2026-12-{day:02}" for day in range(1, 16)]
    )
    refused = await scheduler.take(customers.books(rome(25, 15)))
    assert refused.reason == "closed"
    assert [slot.start for slot in refused.alternatives] == [
        rome(16, 14, 45, month=12), rome(16, 15, month=12), rome(16, 15, 15, month=12),
    ]  # fmt: skip


async def test_beyond_the_horizon_the_last_days_are_offered(scheduler, customers, rome, new_salon):
    scheduler.tenants.configs["lyo"] = new_salon(booking={"horizon_days": 9})  # up to Sunday the 29th
    refused = await scheduler.take(customers.books(rome(10, 15, month=12)))
    assert refused.reason == "too_far"
    assert {slot.start.date() for slot in refused.alternatives} == {date(2026, 11, 28)}


async def test_across_the_clock_change_the_same_wall_clock_time_is_booked(scheduler, customers, rome):
    for day, hour_utc in ((27, 9), (30, 8)):
        answer = await scheduler.take(customers.books(rome(day, 10, month=3, year=2027)))
        assert isinstance(answer, BookingConfirmed)
        assert answer.appointment.start.hour == hour_utc
