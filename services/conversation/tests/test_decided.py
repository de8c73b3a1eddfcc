"""What the record says of each turn: what was understood, what followed, and why nothing was said."""

from datetime import timedelta
from uuid import uuid4

from contracts.bookings import Appointment, AvailabilityFound, BookingConfirmed
from contracts.completions import Answer, CompletionGenerated
from conversation.domain.reading import SURE


def last(chat):
    return chat.decided[-1]


def free_times(chat):
    return AvailabilityFound(service_id="piega", earliest=chat.now, latest=chat.now, within=False, slots=())


def followed(chat):
    return [(one.handled.split(".v")[0], one.answered) for one in chat.decided]


def test_a_wish_is_understood_in_ids_and_local_times(talk):
    chat = talk(held=True)
    chat.says("vorrei prenotare una piega con Giulia domani alle 15")
    (understood,) = last(chat).understood
    assert understood.intents[0] == "book"
    assert understood.named == {"service": "piega", "staff": "giulia", "when": "2026-11-21 15:00"}
    assert understood.confidence >= SURE
    assert (last(chat).answered, last(chat).reason) == ("requested", "")


def test_alternatives_spans_and_what_is_wanted_together_are_told_apart(talk):
    chat = talk()
    chat.says("taglio e piega domani pomeriggio")
    together = last(chat).understood[0].named
    assert together["service"] == "taglio-donna|taglio-uomo+piega"
    assert together["when"] == "2026-11-21 13:00..18:00"
    chat.says("lunedì o martedì")
    assert last(chat).understood[0].named == {"when": "2026-11-23|2026-11-24"}


def test_a_moved_appointment_names_both_times(talk):
    chat = talk()
    chat.says("piega domani alle 10")
    chat.says("sposta l'appuntamento di domani alle 10 a martedì alle 11")
    moved = next(one for one in reversed(chat.decided) if one.understood).understood[0]
    assert (moved.named["from"], moved.named["when"]) == ("2026-11-21 10:00", "2026-11-24 11:00")


def test_no_name_and_no_address_is_told(talk):
    chat = talk(name=None)
    chat.says("Mi chiamo Marta Bianchi, vorrei una piega domani alle 10")
    told = "".join(one.model_dump_json() for one in chat.decided)
    assert "Marta" not in told
    assert "+39333" not in told


def test_what_was_tapped_is_named_and_sure(talk):
    chat = talk()
    chat.says("vorrei un taglio")
    chat.taps("Taglio uomo")
    (understood,) = last(chat).understood
    assert (understood.intents, understood.confidence) == ((), 1.0)
    assert understood.named == {"service": "taglio-uomo"}


def test_a_message_kept_is_understood_when_it_is_answered(talk):
    chat = talk(held=True)
    chat.says("piega domani alle 10")
    chat.says("dove siete?")
    kept = last(chat)
    assert (kept.answered, kept.understood, kept.reason) == ("kept", (), "")
    chat.release()
    assert followed(chat) == [
        ("message.received", "requested"), ("message.received", "kept"), ("booking.confirmed", "said"),
    ]  # fmt: skip
    assert [one.intents for one in last(chat).understood] == [("address",)]


def test_a_message_is_kept_though_the_customer_is_told_that_we_wait(talk):
    chat = talk(held=True)
    chat.says("piega domani alle 10")
    chat.now += timedelta(minutes=2)
    assert chat.says("allora?")
    assert last(chat).answered == "kept"


def test_a_courtesy_that_met_no_question_is_let_lie(talk):
    chat = talk(held=True)
    chat.says("vorrei prenotare una piega domani")
    chat.says("ok grazie")
    chat.owed.clear()
    chat.state = chat.state.but(draft=None)
    chat.happens(free_times(chat))
    assert (last(chat).answered, last(chat).reason) == ("nothing", "courtesy")
    assert [set(one.intents) for one in last(chat).understood] == [{"affirm", "thanks"}]


def test_who_opted_out_is_told_once_and_what_they_write_is_not_weighed(talk):
    chat = talk()
    chat.says("STOP")
    assert (last(chat).answered, last(chat).understood[0].intents) == ("said", ("stop",))
    chat.says("dove siete?")
    assert (last(chat).answered, last(chat).reason, last(chat).understood) == ("nothing", "opted_out", ())


def test_a_reaction_needs_no_answer(talk):
    chat = talk()
    chat.says("", kind="reaction")
    assert (last(chat).answered, last(chat).reason, last(chat).understood) == ("nothing", "reaction", ())


def test_an_ai_is_requested_and_its_answer_said(talk):
    chat = talk()
    chat.says("perché il cielo è blu?")
    assert last(chat).answered == "requested"
    made = CompletionGenerated(
        request_id=chat.events[-1].id, vendor="v", model="m", seconds=1, personal=Answer(text="Per la luce.")
    )
    chat.happens(made)
    assert last(chat).answered == "said"


def test_free_times_nobody_waits_for_need_no_reply(talk):
    chat = talk()
    chat.says("ciao")
    chat.happens(free_times(chat))
    assert (last(chat).answered, last(chat).reason) == ("nothing", "no_reply_needed")


def test_an_appointment_of_somebody_who_never_wrote_is_told_to_nobody(talk):
    chat = talk()
    made = Appointment(
        booking_id=uuid4(), service_id="piega", resource_id="marco",
        start=chat.now + timedelta(days=1), end=chat.now + timedelta(days=1, minutes=30),
    )  # fmt: skip
    chat.happens(BookingConfirmed(appointment=made))
    assert (last(chat).answered, last(chat).reason) == ("nothing", "no_contact")
