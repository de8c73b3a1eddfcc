"""Feast days by name, said on Wednesday 11 March 2026."""

from datetime import date, time

import pytest

from conversation.domain.understanding.holidays import easter


@pytest.mark.parametrize(
    ("text", "day"),
    [
        ("vorrei una piega a Natale", date(2026, 12, 25)),
        ("piega la vigilia alle 10", date(2026, 12, 24)),
        ("per Pasqua", date(2026, 4, 5)),
        ("siete aperti a pasquetta?", date(2026, 4, 6)),
        ("a Ferragosto", date(2026, 8, 15)),
        ("a Capodanno", date(2027, 1, 1)),
        ("a blow-dry on Christmas Eve", date(2026, 12, 24)),
        ("are you open on New Year's Day?", date(2027, 1, 1)),
        ("Good Friday at 10", date(2026, 4, 3)),
        ("êtes-vous ouverts à Noël ?", date(2026, 12, 25)),
        ("le lundi de Pâques", date(2026, 4, 6)),
        ("un brushing le 14 juillet", date(2026, 7, 14)),
    ],
)
def test_feast_days(read, text, day):
    assert read(text).when.dates == (day,)


@pytest.mark.parametrize("text", ["Buon Natale!", "merry Christmas", "joyeux Noël", "dopo Pasqua"])
def test_wishes_for_a_feast_name_no_day(read, text):
    assert read(text).when is None


def test_easter_of_years_known():
    known = [
        (1961, 4, 2),
        (2000, 4, 23),
        (2008, 3, 23),
        (2011, 4, 24),
        (2024, 3, 31),
        (2025, 4, 20),
        (2038, 4, 25),
    ]
    assert [easter(year) for year, _, _ in known] == [date(*each) for each in known]


@pytest.mark.parametrize(
    "text",
    ["non prima delle 17", "mai prima delle 17", "not before 5pm", "not earlier than 5pm", "pas avant 17h"],
)
def test_not_before_is_a_bound(read, text):
    when = read(text).when
    assert (when.not_before, when.times) == (time(17), ())


@pytest.mark.parametrize("text", ["verso le 3", "around 3pm", "vers 15h"])
def test_about_a_time_is_that_time(read, text):
    assert read(text).when.times == (time(15),)


@pytest.mark.parametrize("text", ["dopodomani mattina presto", "day after tomorrow early in the morning"])
def test_early_in_the_morning(read, text):
    when = read(text).when
    assert (when.dates, when.not_after) == ((date(2026, 3, 13),), time(10))
