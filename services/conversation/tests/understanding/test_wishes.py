"""Of several days and times, the one that is wanted. Today is Wednesday 11 March 2026."""

from datetime import date, time

import pytest

from conversation.domain.understanding import Intent

THURSDAY, FRIDAY, TUESDAY = date(2026, 3, 12), date(2026, 3, 13), date(2026, 3, 17)


@pytest.mark.parametrize(
    ("text", "dates", "times"),
    [
        ("spostare da martedì a giovedì", (THURSDAY,), ()),
        ("sposta l'appuntamento di martedì alle 15 a giovedì alle 17", (THURSDAY,), (time(17),)),
        ("vorrei venire alle 17 anziché alle 15", (), (time(17),)),
        ("anziché alle 15 alle 17", (), (time(17),)),
        ("domani non posso, venerdì?", (FRIDAY,), ()),
        ("sposta l'appuntamento alle 17", (), (time(17),)),
        ("posso spostare la prenotazione per venerdì?", (FRIDAY,), ()),
        ("spostare il mio appuntamento di domani a venerdì", (FRIDAY,), ()),
        ("reporter mon rendez-vous à vendredi 10h", (FRIDAY,), (time(10),)),
        ("please move my appointment to friday 11am", (FRIDAY,), (time(11),)),
        ("move it from 3 to 5pm", (), (time(17),)),
        ("Can I move my Tuesday appointment to Thursday at 4?", (THURSDAY,), (time(16),)),
        ("reschedule tomorrow 3pm to friday 5pm", (FRIDAY,), (time(17),)),
        ("friday instead of tuesday please", (FRIDAY,), ()),
        ("décaler mon rdv de mardi 14h à jeudi 16h", (THURSDAY,), (time(16),)),
        ("pas mardi mais jeudi", (THURSDAY,), ()),
    ],
)
def test_the_new_time_counts(read, text, dates, times):
    when = read(text).when
    assert (when.dates, when.times) == (dates, times)


@pytest.mark.parametrize(
    "text",
    ["vorrei spostare l'appuntamento di domani", "I need to move my Friday appointment"],
)
def test_a_move_without_a_new_time_names_none(read, text):
    reading = read(text)
    assert (reading.intent, reading.when) == (Intent.MOVE, None)


def test_a_cancellation_keeps_the_day_it_is_about(read):
    assert read("non posso venire domani, devo disdire").when.dates == (THURSDAY,)


@pytest.mark.parametrize(
    "text",
    [
        "non posso venire domani, va bene venerdì?",
        "can't make it tomorrow, can we do friday instead?",
        "je ne peux pas venir demain, vendredi c'est possible ?",
    ],
)
def test_another_day_offered_makes_a_move_of_a_cancellation(read, text):
    reading = read(text)
    assert (reading.intent, reading.when.dates) == (Intent.MOVE, (FRIDAY,))


def test_another_hour_offered_makes_a_move_of_a_cancellation(read):
    reading = read("non ce la faccio per le 15, si può fare alle 16?")
    assert (reading.intent, reading.when.times) == (Intent.MOVE, (time(16),))
