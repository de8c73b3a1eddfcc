"""Clock times and parts of the day."""

from datetime import date, datetime, time
from zoneinfo import ZoneInfo

import pytest

from conversation.domain.understanding import Expecting


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("alle 15", time(15)),
        ("alle 15:30", time(15, 30)),
        ("alle 15.30", time(15, 30)),
        ("alle 15,30", time(15, 30)),
        ("alle 1530", time(15, 30)),
        ("ore 9", time(9)),
        ("h. 10:30", time(10, 30)),
        ("verso le 5", time(17)),
        ("dom alle 3", time(15)),
        ("alle quindici e trenta", time(15, 30)),
        ("alle 3 e mezza", time(15, 30)),
        ("le 15 e mezza", time(15, 30)),
        ("alle undici meno un quarto", time(10, 45)),
        ("alle otto meno dieci", time(7, 50)),
        ("alle cinque meno un quarto", time(16, 45)),
        ("invece alle 5", time(17)),
        ("un quarto alle 4", time(15, 45)),
        ("alle 7 di mattina", time(7)),
        ("alle 9 di sera", time(21)),
        ("domani sera alle 8", time(20)),
        ("a mezzogiorno", time(12)),
        ("a mezzogiorno e mezza", time(12, 30)),
        ("all'una", time(13)),
    ],
)
def test_italian(read, text, expected):
    assert read(text, current="it").when.times == (expected,)


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("at 3pm", time(15)),
        ("3 pm", time(15)),
        ("at 3 p.m.", time(15)),
        ("at 3", time(15)),
        ("at 10", time(10)),
        ("half past three", time(15, 30)),
        ("a quarter to four", time(15, 45)),
        ("quarter past 4", time(16, 15)),
        ("nine thirty am", time(9, 30)),
        ("at noon", time(12)),
        ("tomorrow evening at 8", time(20)),
        ("7 in the morning", time(7)),
        ("15:30", time(15, 30)),
        ("12am tomorrow", time(0)),
    ],
)
def test_english(read, text, expected):
    assert read(text, current="en").when.times == (expected,)


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("à 15h30", time(15, 30)),
        ("15h", time(15)),
        ("à 15 heures", time(15)),
        ("quinze heures trente", time(15, 30)),
        ("à neuf heures et quart", time(9, 15)),
        ("à trois heures moins le quart", time(14, 45)),
        ("midi", time(12)),
        ("à midi et demi", time(12, 30)),
        ("à 8h du soir", time(20)),
        ("vers 18h", time(18)),
    ],
)
def test_french(read, text, expected):
    assert read(text, current="fr").when.times == (expected,)


@pytest.mark.parametrize(
    ("text", "not_before", "not_after"),
    [
        ("dopo le 17", time(17), None),
        ("non prima delle 10", time(10), None),
        ("entro mezzogiorno", None, time(12)),
        ("tra le 15 e le 17", time(15), time(17)),
        ("dalle 15 alle 17", time(15), time(17)),
        ("domani pomeriggio", time(13), time(18)),
        ("stasera", time(18), None),
        ("in the afternoon", time(13), time(18)),
        ("after 5pm", time(17), None),
        ("between 3 and 5", time(15), time(17)),
        ("before noon", None, time(12)),
        ("tomorrow morning", None, time(12)),
        ("de matin", None, time(12)),
        ("après 17h", time(17), None),
        ("entre 15h et 17h", time(15), time(17)),
        ("cet après-midi", time(13), time(18)),
    ],
)
def test_windows(read, text, not_before, not_after):
    when = read(text).when
    assert (when.times, when.not_before, when.not_after) == ((), not_before, not_after)


def test_two_times_are_alternatives(read):
    assert read("alle 16 o alle 17").when.times == (time(16), time(17))


def test_a_bare_hour_is_left_open_where_mornings_are_likely(read):
    early_riser = Expecting(morning_hours_unlikely=False)
    assert read("at 7", expecting=early_riser).when.times == (time(7), time(19))


def test_a_bare_number_answers_the_question_when(read):
    assert read("15", expecting=Expecting(slot="when")).when.times == (time(15),)
    assert read("quindici", expecting=Expecting(slot="when")).when.times == (time(15),)
    assert read("15").when is None


@pytest.mark.parametrize(
    "text",
    [
        "siamo in 2 persone",
        "un tavolo per 4",
        "costa 35 euro?",
        "€ 12.50",
        "il mio numero è +39 333 1234567",
        "chiamami al 3331234567",
        "a table for 4 people",
        "it costs $20",
        "nous sommes 3 personnes",
        "ça coûte 15.50 €",
        "buona giornata",
        "good morning",
        "bonne soirée",
        "vorrei un taglio",
        "come stai oggi?",
        "",
    ],
)
def test_numbers_and_greetings_are_no_time(read, text):
    assert read(text).when is None


def test_an_hour_from_now_crosses_the_clock_change(read):
    """At 01:30 on 29 March 2026 the clocks of Rome jump from 2 to 3."""
    night = datetime(2026, 3, 29, 1, 30, tzinfo=ZoneInfo("Europe/Rome"))
    when = read("fra un'ora", now=night).when
    assert (when.dates, when.times) == ((date(2026, 3, 29),), (time(3, 30),))


def test_wall_time_stays_across_the_clock_change(read):
    saturday = datetime(2026, 3, 28, 10, 0, tzinfo=ZoneInfo("Europe/Rome"))
    when = read("lunedì alle 15", now=saturday).when
    assert (when.dates, when.times) == ((date(2026, 3, 30),), (time(15),))
