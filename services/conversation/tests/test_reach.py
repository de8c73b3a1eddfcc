"""Nothing that can be written makes the rules stumble, however far away or large it is."""

from datetime import timedelta, timezone

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from contracts.bookings import AvailabilityRequested, BookingRequested

ZONES = ("Europe/Rome", "America/Los_Angeles", "Pacific/Auckland")
NUMBERS = st.one_of(st.integers(0, 10**5), st.integers(10**5, 10**40))
DAYS = st.dates().map(lambda day: f"{day.day:02}/{day.month:02}/{day.year:04}")
EDGES = st.sampled_from(
    ("31/12/9999", "9999-12-31", "1/1/1", "0001-01-01", "31 dicembre 9999", "29 febbraio")
)
ANY_DAY = st.one_of(DAYS, EDGES, st.dates().map(str))
OFFSETS = st.integers(-14 * 60, 14 * 60).map(lambda minutes: timezone(timedelta(minutes=minutes)))
MOMENTS = st.one_of(st.datetimes(timezones=OFFSETS), st.datetimes())

CHOICES = st.one_of(
    MOMENTS.map(lambda moment: f"slot:{moment.isoformat()}"),
    st.dates().map(lambda day: f"date:{day}"),
    st.times(timezones=st.none() | OFFSETS).map(lambda clock: f"time:{clock.isoformat()}"),
    st.uuids().map(lambda booking: f"booking:{booking}"),
    st.sampled_from(
        (
            "service:piega",
            "service:",
            "slot:",
            "slot:0001-01-01T00:00:00+14:00",
            "slot:9999-12-31T23:59:59-12:00",
            "date:9999-12-31",
            "date:0001-01-01",
            ":",
        )
    ),
    st.text(max_size=20),
)
TEXTS = st.one_of(
    st.builds("piega il {} alle 10".format, ANY_DAY),
    st.builds("siete aperti il {}?".format, ANY_DAY),
    st.builds("dal {} al {}".format, ANY_DAY, ANY_DAY),
    st.builds(
        "piega {} {} {}".format,
        st.sampled_from(("fra", "nei prossimi", "in", "dopo")),
        NUMBERS,
        st.sampled_from(("mesi", "settimane", "giorni", "ore", "minuti", "weeks", "mois")),
    ),
    st.builds("sposta a {}".format, ANY_DAY),
    st.builds("il {} alle {}:{}".format, NUMBERS, NUMBERS, NUMBERS),
    st.sampled_from(
        ("piega domani alle 10", "sì", "un'ora dopo", "più tardi", "annulla", "scusa, taglio uomo")
    ),
    st.text(max_size=40),
)
SAID = st.one_of(st.tuples(TEXTS, st.none()), st.tuples(st.sampled_from(("", "x")), CHOICES))


@settings(max_examples=150, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.lists(SAID, min_size=1, max_size=5), st.sampled_from(ZONES))
def test_nothing_a_customer_sends_raises(talk, salon, said, zone):
    chat = talk(config=salon.model_copy(update={"timezone": zone}))
    for text, choice in said:
        chat.says(text, kind="choice" if choice else "text", choice=choice)


@pytest.mark.parametrize("number", ["999", "9" * 30])
@pytest.mark.parametrize("unit", ["mesi", "settimane", "giorni", "ore", "minuti"])
def test_ages_ahead_are_no_reason_to_stumble(talk, number, unit):
    assert talk().says(f"piega fra {number} {unit}")
    assert talk().says(f"piega nei prossimi {number} {unit}")


@pytest.mark.parametrize(
    ("wish", "told"),
    [
        ("piega il 29 febbraio", "Martedì 29 febbraio 2028 è troppo lontano"),
        ("piega il 29 febbraio alle 10", "Martedì 29 febbraio 2028 è troppo lontano"),
        ("piega fra 60 mesi", "troppo lontano"),
        ("piega il 3/3/2020", "già passato"),
    ],
)
def test_a_day_out_of_reach_is_answered_without_the_diary(talk, wish, told):
    chat = talk()
    assert told in chat.says(wish)
    assert chat.scheduler.requests == []


def test_a_day_within_reach_is_taken_before_one_that_is_not(talk):
    chat = talk()
    chat.says("piega il 29 febbraio o il 3 dicembre alle 10")
    assert chat.booked == ["2026-12-03 10:00 piega"]


def test_the_horizons_last_day_is_within_reach(talk, salon):
    rules = salon.booking.model_copy(update={"horizon_days": 4})
    chat = talk(config=salon.model_copy(update={"booking": rules}))
    assert "troppo lontano" in chat.says("piega il 25 novembre")
    chat.says("il 24 novembre")
    (asked,) = (one for one in chat.scheduler.requests if isinstance(one, AvailabilityRequested))
    assert asked.earliest.day == 23  # midnight in Rome is 23:00 in UTC
    chat.says("alle 10")
    assert isinstance(chat.scheduler.requests[-1], BookingRequested)


@pytest.mark.parametrize(
    ("wish", "told"),
    [
        ("piega domani alle 12:15", "Alle 12:15 non ci sta più (30 min, chiudiamo alle 12:30)."),
        ("book a blow-dry tomorrow at 12:15", "12:15 no longer fits (30 min, we close at 12:30)."),
        (
            "je voudrais un brushing demain à 12h15",
            "À 12:15, ce n'est plus possible (30 min, nous fermons à 12:30).",
        ),
        ("avete posto domani alle 12:15 per una piega?", "Alle 12:15 non ci sta più (30 min"),
        ("piega domani alle 13", "Alle 13:00 purtroppo siamo chiusi."),
    ],
)
def test_what_does_not_fit_before_closing_is_not_called_closed(talk, wish, told):
    assert told in talk().says(wish)
