"""Which language a message is in."""

import pytest


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
