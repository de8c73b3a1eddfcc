"""Days as customers name them, on Wednesday 11 March 2026."""

from datetime import date, datetime
from zoneinfo import ZoneInfo

import pytest

MARCH_11 = date(2026, 3, 11)


def march(day: int) -> date:
    return date(2026, 3, day)


@pytest.mark.parametrize(
    ("text", "day"),
    [
        ("oggi", march(11)),
        ("domani", march(12)),
        ("x domani", march(12)),
        ("dopodomani", march(13)),
        ("dopo domani", march(13)),
        ("venerdì", march(13)),
        ("venerdi prossimo", march(13)),
        ("mercoledì", march(18)),
        ("questo mercoledì", march(11)),
        ("giovedì della settimana prossima", march(19)),
        ("la settimana prossima martedì", march(17)),
        ("domani, giovedì", march(12)),
        ("il 3 dicembre", date(2026, 12, 3)),
        ("3 dicembre 2027", date(2027, 12, 3)),
        ("il primo aprile", date(2026, 4, 1)),
        ("3/12", date(2026, 12, 3)),
        ("3.12.2026", date(2026, 12, 3)),
        ("il 2 marzo", date(2027, 3, 2)),
        ("il 20", march(20)),
        ("il 5", date(2026, 4, 5)),
        ("venerdì 20", march(20)),
        ("il 20 del mese prossimo", date(2026, 4, 20)),
        ("tra due giorni", march(13)),
        ("fra una settimana", march(18)),
        ("tra un mese", date(2026, 4, 11)),
        ("29 febbraio", date(2028, 2, 29)),
    ],
)
def test_italian(read, text, day):
    assert read(text).when.dates == (day,)


@pytest.mark.parametrize(
    ("text", "day"),
    [
        ("tomorrow", march(12)),
        ("tmrw pls", march(12)),
        ("the day after tomorrow", march(13)),
        ("on Friday", march(13)),
        ("next Monday", march(16)),
        ("this friday", march(13)),
        ("Friday next week", march(20)),
        ("dec 3rd", date(2026, 12, 3)),
        ("3rd of December", date(2026, 12, 3)),
        ("December 3, 2027", date(2027, 12, 3)),
        ("3/12", date(2026, 12, 3)),
        ("12/25", date(2026, 12, 25)),
        ("2027-03-30", date(2027, 3, 30)),
        ("the 20th", march(20)),
        ("Friday the 20th", march(20)),
        ("in 2 weeks", march(25)),
        ("in three days", march(14)),
    ],
)
def test_english(read, text, day):
    assert read(text).when.dates == (day,)


@pytest.mark.parametrize(
    ("text", "day"),
    [
        ("aujourd'hui", march(11)),
        ("demain", march(12)),
        ("après-demain", march(13)),
        ("vendredi", march(13)),
        ("lundi prochain", march(16)),
        ("jeudi de la semaine prochaine", march(19)),
        ("le 3 décembre", date(2026, 12, 3)),
        ("le 1er avril", date(2026, 4, 1)),
        ("3/12/2026", date(2026, 12, 3)),
        ("le 20", march(20)),
        ("dans 3 jours", march(14)),
        ("dans deux semaines", march(25)),
    ],
)
def test_french(read, text, day):
    assert read(text, current="fr").when.dates == (day,)


def test_next_weekday_of_this_week_is_ambiguous_in_english_alone(read):
    assert read("next Friday").when.dates == (march(20), march(13))
    assert read("venerdì prossimo").when.dates == (march(13),)


def test_weekday_that_contradicts_the_date_gives_both_days(read):
    assert read("giovedì 20 marzo").when.dates == (march(20), march(12))


def test_a_weekday_with_a_number_is_the_next_that_agrees_unless_that_is_far_off(read):
    assert read("giovedì 30").when.dates == (date(2026, 4, 30),)  # the next 30th is a Monday
    assert read("venerdì 30").when.dates == (march(30), march(13))


@pytest.mark.parametrize(
    ("text", "first", "last"),
    [
        ("la settimana prossima", march(16), march(22)),
        ("questa settimana", march(11), march(15)),
        ("this weekend", march(14), march(15)),
        ("ce week-end", march(14), march(15)),
        ("nel fine settimana", march(14), march(15)),
        ("le mois prochain", date(2026, 4, 1), date(2026, 4, 30)),
        ("dal 16 al 18 marzo", march(16), march(18)),
        ("dal lunedì al mercoledì", march(16), march(18)),
    ],
)
def test_spans_of_days(read, text, first, last):
    assert read(text).when.date_range == (first, last)


def test_alternatives(read):
    assert read("giovedì o venerdì?").when.dates == (march(12), march(13))


@pytest.mark.parametrize("text", ["31 febbraio", "venerdì scorso", "last Monday", "il y a 3 jours"])
def test_no_bookable_day(read, text):
    assert read(text).when is None


def test_day_turns_with_the_tenants_midnight(read):
    just_before = datetime(2026, 3, 11, 23, 59, tzinfo=ZoneInfo("Europe/Rome"))
    just_after = datetime(2026, 3, 12, 0, 1, tzinfo=ZoneInfo("Europe/Rome"))
    assert read("domani", now=just_before).when.dates == (march(12),)
    assert read("domani", now=just_after).when.dates == (march(13),)
