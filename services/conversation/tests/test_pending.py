"""What the customer writes while the scheduler owes an answer."""

from datetime import timedelta

from contracts.bookings import BookingMoveRequested, BookingRequested, ReminderDue
from contracts.completions import Answer, CompletionFailed, CompletionGenerated, CompletionRequested
from contracts.customers import HandoverRequested
from conversation.domain.dialogue import GIVEN_UP, PATIENCE


def of_type(chat, kind):
    return [data for data in chat.out if isinstance(data, kind)]


def test_a_correction_is_kept_and_moves_the_booking_once_it_stands(talk):
    chat = talk(held=True)
    assert chat.says("piega domani alle 10") == ""
    assert chat.says("anzi alle 11") == ""
    assert len(of_type(chat, BookingRequested)) == 1
    reply = chat.release()
    assert "alle 10:00" in reply
    assert "alle 11:00" in reply
    assert len(of_type(chat, BookingRequested)) == 1
    assert len(of_type(chat, BookingMoveRequested)) == 1
    assert chat.booked == ["2026-11-21 11:00 piega"]


def test_a_yes_from_before_the_offer_takes_nothing(talk):
    chat = talk(held=True)
    chat.says("piega lunedì alle 10")
    chat.says("ok grazie")
    assert "siamo chiusi" in chat.release()
    assert chat.booked == []
    assert chat.state.draft.asked == "offer"


def test_a_question_is_answered_after_the_scheduler(talk):
    chat = talk(held=True)
    chat.says("piega domani alle 10")
    chat.says("dove siete?")
    confirmed, address = chat.release().split("\n")
    assert "Prenotato" in confirmed
    assert "Via dei Mille" in address


def test_stop_acts_at_once_and_the_answer_is_not_told(talk):
    chat = talk(held=True)
    chat.says("piega domani alle 10")
    assert "START" in chat.says("STOP")
    assert chat.release() == ""
    assert chat.state.bookings[0].appointment.service_id == "piega"


def test_who_waits_long_is_told_so_once_a_minute(talk):
    chat = talk(held=True)
    chat.says("piega domani alle 10")
    chat.now += PATIENCE
    assert "aspettando l'agenda" in chat.says("allora?")
    assert chat.says("ci siete?") == ""


def test_free_times_that_come_after_stop_hold_nothing_up(talk):
    chat = talk(held=True)
    chat.says("vorrei una piega domani")
    chat.says("STOP")
    assert chat.release() == ""
    chat.says("START")
    assert "Salone" not in chat.says("ciao")
    assert chat.state.waiting is None


def test_an_answer_that_never_comes_is_given_up(talk):
    chat = talk(held=True)
    chat.says("piega domani alle 10")
    chat.now += GIVEN_UP
    assert "Via dei Mille" in chat.says("dove siete?")


def test_name_and_another_wish_in_one_answer(talk):
    chat = talk(name=None)
    chat.says("piega domani alle 10")
    assert "alle 16:00" in chat.says("mi chiamo Marta, ma facciamo alle 16")
    assert chat.state.name == "Marta"


def test_an_old_draft_is_forgotten(talk):
    chat = talk()
    chat.says("vorrei una piega domani")
    chat.now += timedelta(hours=7)
    chat.says("sì")
    assert of_type(chat, BookingRequested) == []
    assert chat.state.draft is None


def test_an_open_question_goes_to_the_ai_and_its_answer_to_the_customer(talk):
    chat = talk()
    assert chat.says("perché il cielo è blu?") == ""
    (asked,) = of_type(chat, CompletionRequested)
    assert asked.personal.turns[-1].text.startswith("perché")
    assert "Via dei Mille 1" in asked.personal.instructions
    generated = CompletionGenerated(
        request_id=chat.events[-1].id, vendor="v", model="m", seconds=1,
        personal=Answer(text="No, mi spiace."),
    )  # fmt: skip
    assert chat.happens(generated) == "No, mi spiace."


def test_without_an_ai_a_human_is_told(talk):
    chat = talk()
    chat.says("perché il cielo è blu?")
    failed = CompletionFailed(request_id=chat.events[-1].id, reason="not_configured")
    assert "ho avvisato una persona" in chat.happens(failed)
    assert [one.reason for one in of_type(chat, HandoverRequested)] == ["not_understood"]


def test_a_human_is_told_once_until_something_is_understood_again(talk):
    chat = talk()

    def fails():
        return chat.happens(CompletionFailed(request_id=chat.events[-1].id, reason="not_configured"))

    chat.says("perché il cielo è blu?")
    first = fails()
    chat.says("perché l'erba è verde?")
    assert fails() != first
    assert len(of_type(chat, HandoverRequested)) == 1
    chat.says("piega domani alle 10")
    chat.says("perché il mare è salato?")
    assert fails() == first
    assert len(of_type(chat, HandoverRequested)) == 2


def test_one_thing_we_may_not_offer_is_no_list_of_what_we_offer(talk):
    chat = talk()
    assert chat.says("fate anche le extension?") == ""
    assert len(of_type(chat, CompletionRequested)) == 1
    assert chat.says("fate anche la piega?") == "Piega costa 20,50 € e dura 30 minuti."


def test_a_reminder_dies_with_its_booking_and_with_stop(talk):
    chat = talk()
    chat.says("piega martedì alle 10")
    due = ReminderDue(appointment=chat.state.bookings[0].appointment)
    assert "Promemoria: piega, martedì 24 novembre 2026 alle 10:00 con Marco." in chat.happens(due)
    assert chat.sent[-1].purpose == "reminder"
    chat.says("sposta a mercoledì alle 11")
    assert chat.happens(due) == ""
    moved = ReminderDue(appointment=chat.state.bookings[0].appointment)
    chat.says("STOP")
    assert chat.happens(moved) == ""


def test_other_kinds_of_message(talk):
    chat = talk()
    assert chat.says("👍", kind="reaction") == ""
    assert "solo messaggi di testo" in chat.says("", kind="audio")
    assert "Grazie per la posizione" in chat.says("", kind="location")
    assert "Prenotato" in chat.says("piega domani alle 10", kind="image")
    chat.says("vorrei un taglio uomo")
    assert "giorno e a che ora?" in chat.says("", kind="sticker")


def test_a_button_does_not_change_the_language(talk):
    chat = talk()
    chat.says("I would like to book a haircut tomorrow at 10")
    assert chat.taps("Men's haircut").startswith("Booked")


def test_the_channel_hints_at_the_first_language(talk):
    assert talk(hint="fr-SN").says("15:00").startswith("Quelle prestation")
