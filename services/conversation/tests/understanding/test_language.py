"""Which language a message is in."""

import pytest

from conversation.domain.understanding.foreign import is_foreign


@pytest.mark.parametrize(
    ("text", "language"),
    [
        ("Ciao, vorrei prenotare", "it"),
        ("vorei prenotre", "it"),
        ("domani alle 15", "it"),
        ("Hi, can I book?", "en"),
        ("tmrw at 3", "en"),
        ("je voudrais un rdv", "fr"),
        ("demain à 15h svp", "fr"),
        ("15:30", None),
        ("👍", None),
        ("", None),
    ],
)
def test_guess(read, text, language):
    assert read(text).language == language


def test_only_the_tenants_languages_are_guessed(read):
    assert read("je voudrais un rendez-vous", languages=("it", "en")).language != "fr"


def test_a_message_without_evidence_is_read_in_the_conversations_language(read):
    assert read("le 15", current="fr").when.dates
    assert read("le 15", current="it").when.times


@pytest.mark.parametrize(
    ("text", "language"), [("hello", "en"), ("hi", "en"), ("bonjour", "fr"), ("salut", "fr"), ("ciao", None)]
)
def test_a_greeting_alone_tells_the_language_unless_all_have_it(read, text, language):
    assert read(text).language == language


def test_a_word_of_another_language_makes_no_day(read):
    assert read("sorry, can we speak English?").when is None  # "we" is "week-end" in French chats


@pytest.mark.parametrize(
    "text", ["Hallo, ich möchte einen Termin", "Guten Tag", "hola", "Olá, gostaria de marcar", "Здравствуйте"]
)
def test_languages_that_we_do_not_speak_are_noticed(text):
    assert is_foreign(text, ("it", "en", "fr"))


@pytest.mark.parametrize(
    "text",
    ["ciao, domani siete aperti?", "ok", "15:30", "👍", "Juan Pablo", "I'd like a cut", "un rdv demain", ""],
)
def test_ours_are_not_taken_for_another(text):
    assert not is_foreign(text, ("it", "en", "fr"))
