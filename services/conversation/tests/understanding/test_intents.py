"""What a message is about."""

import pytest

from conversation.domain.understanding import Expecting, Intent


@pytest.mark.parametrize(
    ("text", "intent"),
    [
        ("Ciao!", Intent.GREET),
        ("Buonasera 😊", Intent.GREET),
        ("Ciao, vorrei prenotare un taglio domani alle 15", Intent.BOOK),
        ("vorei prenotre un tagglio domnai", Intent.BOOK),
        ("mi serve un appuntamento x sabato", Intent.BOOK),
        ("taglio uomo domani alle 11", Intent.BOOK),
        ("dovrei spostare l'appuntamento", Intent.MOVE),
        ("si può cambiare orario?", Intent.MOVE),
        ("annulla", Intent.CANCEL),
        ("cancella", Intent.CANCEL),
        ("devo disdire", Intent.CANCEL),
        ("nn riesco a venire", Intent.CANCEL),
        ("quando è il mio appuntamento?", Intent.MY_BOOKINGS),
        ("a che ora aprite?", Intent.HOURS),
        ("siete aperti lunedì?", Intent.HOURS),
        ("dove siete?", Intent.ADDRESS),
        ("mi mandi l'indirizzo", Intent.ADDRESS),
        ("quanto costa la piega?", Intent.PRICES),
        ("quanto viene un taglio", Intent.PRICES),
        ("che servizi offrite?", Intent.SERVICES),
        ("avete posto sabato mattina?", Intent.AVAILABILITY),
        ("vorrei parlare con una persona", Intent.HUMAN),
        ("grz mille", Intent.THANKS),
        ("arrivederci", Intent.BYE),
        ("sì", Intent.AFFIRM),
        ("SI", Intent.AFFIRM),
        ("ok va bene", Intent.AFFIRM),
        ("perfetto", Intent.AFFIRM),
        ("no grazie", Intent.DENY),
        ("aiuto", Intent.HELP),
        ("boh", Intent.UNKNOWN),
        ("il mio cane si chiama Fido", Intent.UNKNOWN),
    ],
)
def test_italian(read, text, intent):
    assert read(text).intent is intent


@pytest.mark.parametrize(
    ("text", "intent"),
    [
        ("hey there", Intent.GREET),
        ("can I book a haircut for tomorrow", Intent.BOOK),
        ("I'd like an appointment pls", Intent.BOOK),
        ("need to resched my appt", Intent.MOVE),
        ("cancel", Intent.CANCEL),
        ("I can't make it tomorrow", Intent.CANCEL),
        ("when is my appointment?", Intent.MY_BOOKINGS),
        ("what time do you close?", Intent.HOURS),
        ("where are you located", Intent.ADDRESS),
        ("how much is a beard trim", Intent.PRICES),
        ("what services do you offer", Intent.SERVICES),
        ("anything available on friday?", Intent.AVAILABILITY),
        ("can I talk to a human", Intent.HUMAN),
        ("thx", Intent.THANKS),
        ("see you tomorrow", Intent.BYE),
        ("yes please", Intent.AFFIRM),
        ("sounds good", Intent.AFFIRM),
        ("nope", Intent.DENY),
        ("no thanks", Intent.DENY),
        ("what can you do?", Intent.HELP),
    ],
)
def test_english(read, text, intent):
    assert read(text).intent is intent


@pytest.mark.parametrize(
    ("text", "intent"),
    [
        ("Bonjour", Intent.GREET),
        ("bjr je voudrais prendre rdv", Intent.BOOK),
        ("je veux décaler mon rendez-vous", Intent.MOVE),
        ("annuler", Intent.CANCEL),
        ("je ne peux pas venir demain", Intent.CANCEL),
        ("c'est quand mon rendez-vous ?", Intent.MY_BOOKINGS),
        ("vous êtes ouverts le dimanche ?", Intent.HOURS),
        ("vous êtes où ?", Intent.ADDRESS),
        ("c'est combien la barbe", Intent.PRICES),
        ("quels services proposez-vous", Intent.SERVICES),
        ("vous avez de la place demain ?", Intent.AVAILABILITY),
        ("je veux parler à quelqu'un", Intent.HUMAN),
        ("merci beaucoup", Intent.THANKS),
        ("à bientôt", Intent.BYE),
        ("d'accord", Intent.AFFIRM),
        ("non merci", Intent.DENY),
    ],
)
def test_french(read, text, intent):
    assert read(text).intent is intent


def test_all_intents_are_reported_strongest_first(read):
    reading = read("Ciao, quanto costa il taglio? e siete aperti lunedì?")
    assert reading.intents == (Intent.PRICES, Intent.HOURS, Intent.GREET)


def test_a_negated_wish_is_none(read):
    reading = read("non voglio annullare, voglio spostare a venerdì")
    assert reading.intent is Intent.MOVE
    assert Intent.CANCEL not in reading.intents


def test_a_negated_yes_is_no_yes(read):
    assert Intent.AFFIRM not in read("non mi va bene").intents


@pytest.mark.parametrize("text", ["ok grazie mille a sabato", "a domani!", "merci, à demain"])
def test_a_farewell_names_no_day_to_book(read, text):
    reading = read(text)
    assert (reading.intent, reading.when) == (Intent.BYE, None)


def test_thumbs_up(read):
    assert read("👍").intent is Intent.AFFIRM


def test_thanks_beside_a_yes_answers_the_question(read):
    assert read("ok grazie", expecting=Expecting(slot="confirm")).intent is Intent.AFFIRM
    assert read("ok grazie").intent is Intent.THANKS


def test_a_yes_with_another_time_carries_the_time(read):
    reading = read("ok ma alle 17", expecting=Expecting(slot="confirm"))
    assert reading.intents == (Intent.AFFIRM, Intent.BOOK)
    assert reading.when is not None


@pytest.mark.parametrize(
    "text",
    ["STOP", "stop!", " Stop. ", "🛑 stop", "unsubscribe", "basta messaggi", "arrêt", "désabonner", "/stop"],
)
def test_stop(read, text):
    assert read(text).intent is Intent.STOP


@pytest.mark.parametrize(
    "text",
    [
        "non riesco a stop pensarci",
        "can I stop by tomorrow?",
        "il bus stop è vicino?",
        "cancel",
        "annulla",
        "cancella",
        "annuler",
        "stop, ho cambiato idea: domani alle 15",
    ],
)
def test_not_stop(read, text):
    assert Intent.STOP not in read(text).intents


@pytest.mark.parametrize("text", ["START", "riattiva", "reprendre", "unstop"])
def test_start(read, text):
    assert read(text).intent is Intent.START


@pytest.mark.parametrize(
    ("text", "intent"),
    [("/start", Intent.GREET), ("/start promo42", Intent.GREET), ("/help", Intent.HELP)],
)
def test_slash_commands(read, text, intent):
    assert read(text).intent is intent


@pytest.mark.parametrize(
    ("text", "intent"),
    [
        ("basta lascia stare", Intent.DROP),
        ("lascia perdere", Intent.DROP),
        ("forget it", Intent.DROP),
        ("laissez tomber", Intent.DROP),
        ("no, keep it as it is", Intent.DROP),
        ("hai qualcosa di più tardi?", Intent.LATER),
        ("e prima?", Intent.EARLIER),
        ("anything earlier?", Intent.EARLIER),
        ("plus tôt c'est possible ?", Intent.EARLIER),
        ("il prima possibile", Intent.SOONEST),
        ("as soon as possible", Intent.SOONEST),
        ("va bene chiunque", Intent.ANYONE),
        ("peu importe avec qui", Intent.ANYONE),
        ("fate anche le extension?", Intent.OFFERS),
        ("do you do nails?", Intent.OFFERS),
        ("vous faites les ongles ?", Intent.OFFERS),
    ],
)
def test_about_the_wish_at_hand(read, text, intent):
    assert intent in read(text).intents


def test_other_times_are_no_question_about_opening_hours(read):
    assert Intent.HOURS not in read("altri orari?").intents


def test_a_day_inferred_beside_a_yes_is_not_sure(read):
    reading = read("ok perfetto a domani!")
    assert reading.intent is Intent.AFFIRM
    assert reading.confidence < 0.85
