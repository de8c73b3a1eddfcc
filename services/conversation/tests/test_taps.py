"""Options that come back: without their title, and made up by somebody."""

import pytest


@pytest.mark.parametrize("title", ["", "Piega"])
def test_an_option_says_as_much_without_its_title(talk, title):
    chat = talk()
    chat.says(title, kind="choice", choice="service:piega")
    chat.says("domani")
    chat.says(title and "10:00", kind="choice", choice="slot:2026-11-21T09:00:00+00:00")
    assert chat.booked == ["2026-11-21 10:00 piega"]


def test_an_option_we_never_gave_is_not_taken_for_a_picture(talk):
    chat = talk()
    assert "leggere solo" not in chat.says("", kind="choice", choice="service:unknown")
    asked = chat.says("vorrei una piega")
    assert chat.says("", kind="choice", choice="boh") in asked


@pytest.mark.parametrize(
    "choice",
    [
        "slot:0001-01-01T00:00:00+14:00", "slot:9999-12-31T23:59:59-12:00", "slot:9999-12-31T10:00:00+00:00",
        "slot:2026-11-21", "slot:2026-11-21T10:00:00", "date:0001-01-01", "date:9999-12-31", "booking:7",
    ],
)  # fmt: skip
def test_a_made_up_option_books_nothing_and_the_talk_goes_on(talk, choice):
    chat = talk()
    chat.says("piega")
    assert chat.says("x", kind="choice", choice=choice)
    assert chat.booked == []
    assert "Prenotato" in chat.says("domani alle 10")


def test_a_made_up_time_keeps_the_business_own_clock(talk):
    chat = talk()
    chat.says("piega domani")
    chat.says("", kind="choice", choice="time:11:00+05:00")
    assert chat.booked == ["2026-11-21 11:00 piega"]
