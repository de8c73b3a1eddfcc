from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from contracts.tenants import Interval, TenantConfig
from scheduler.domain.opening import instant_of, openings

ROME = ZoneInfo("Europe/Rome")
SPRING, AUTUMN = date(2027, 3, 28), date(2026, 10, 25)  # clocks go 2:00→3:00 and 3:00→2:00


def open_every_day(zone: str, *hours: str) -> TenantConfig:
    days = ("monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday")
    weekly = {day: list(hours) for day in days}
    body = {"id": "x", "name": "X", "timezone": zone, "languages": ["en"], "hours": weekly}
    return TenantConfig.model_validate(body)


def utc(day: date, hour: int, minute: int = 0) -> datetime:
    return datetime.combine(day, time(hour, minute), tzinfo=UTC)


@pytest.mark.parametrize(
    ("day", "wall", "expected"),
    [
        (SPRING, time(1, 59), utc(SPRING, 0, 59)),
        (SPRING, time(2, 0), utc(SPRING, 1)),  # never shown: the moment of the jump
        (SPRING, time(2, 30), utc(SPRING, 1)),
        (SPRING, time(3, 0), utc(SPRING, 1)),
        (SPRING, time(9, 0), utc(SPRING, 7)),
        (AUTUMN, time(1, 59), utc(AUTUMN, 0) - timedelta(minutes=1)),
        (AUTUMN, time(2, 30), utc(AUTUMN, 0, 30)),  # shown twice: the first time
        (AUTUMN, time(3, 0), utc(AUTUMN, 2)),
        (AUTUMN, time(9, 0), utc(AUTUMN, 8)),
    ],
)
def test_wall_clock_times_around_a_clock_change(day, wall, expected):
    assert instant_of(day, wall, ROME) == expected


@pytest.mark.parametrize(
    ("day", "hours", "minutes"),
    [
        (SPRING, "00:00-06:00", 300),
        (AUTUMN, "00:00-06:00", 420),
        (SPRING, "01:30-02:30", 30),
        (SPRING, "02:15-03:15", 15),
        (AUTUMN, "01:30-02:30", 60),
        (AUTUMN, "02:30-03:30", 120),
        (date(2026, 11, 25), "00:00-06:00", 360),
    ],
)
def test_how_long_it_is_really_open(day, hours, minutes):
    (opening,) = openings(open_every_day("Europe/Rome", hours), day)
    assert opening.end - opening.start == timedelta(minutes=minutes)


def test_hours_that_the_clock_jumps_over_do_not_exist():
    assert openings(open_every_day("Europe/Rome", "02:00-03:00", "10:00-11:00"), SPRING) == [
        openings(open_every_day("Europe/Rome", "10:00-11:00"), SPRING)[0]
    ]


def test_a_closed_day_has_no_hours():
    config = open_every_day("Europe/Rome", "09:00-12:00").model_copy(update={"closed_days": (SPRING,)})
    assert openings(config, SPRING) == []
    assert len(openings(config, SPRING + timedelta(days=1))) == 1


ZONES = (
    "Europe/Rome",
    "America/New_York",
    "Africa/Dakar",
    "Australia/Lord_Howe",
    "America/St_Johns",
    "Asia/Kolkata",
)
minutes_of_day = st.integers(0, 24 * 60 - 1).map(lambda minute: time(*divmod(minute, 60)))


@given(
    zone=st.sampled_from(ZONES),
    day=st.dates(date(2026, 1, 1), date(2028, 12, 31)),
    one=minutes_of_day,
    other=minutes_of_day,
)
def test_while_open_the_wall_clock_shows_opening_hours(zone, day, one, other):
    """Checked against the clock itself, minute by minute, but for the hour that is shown twice."""
    start, end = sorted((one, other))
    if start == end:
        return
    config = open_every_day(zone, "00:00-00:01")
    config = config.model_copy(
        update={"hours": dict.fromkeys(config.hours, (Interval(start=start, end=end),))}
    )
    found = openings(config, day)
    open_minutes = {
        span.start + timedelta(minutes=n)
        for span in found
        for n in range(int((span.end - span.start) / timedelta(minutes=1)))
    }
    midnight = datetime.combine(day, time(), tzinfo=UTC)
    for n in range(-15 * 60, 39 * 60):
        moment = midnight + timedelta(minutes=n)
        wall = moment.astimezone(config.zone)
        shown_twice = wall.utcoffset() != wall.replace(fold=1 - wall.fold).utcoffset()
        if not shown_twice:
            assert (moment in open_minutes) == (wall.date() == day and start <= wall.time() < end)


@given(zone=st.sampled_from(ZONES), day=st.dates(date(2026, 1, 1), date(2028, 12, 31)), walls=st.tuples(
    minutes_of_day, minutes_of_day))  # fmt: skip
def test_later_on_the_wall_is_never_earlier_in_time(zone, day, walls):
    earlier, later = (instant_of(day, wall, ZoneInfo(zone)) for wall in sorted(walls))
    assert earlier <= later
