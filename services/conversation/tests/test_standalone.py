"""Which questions may share an answer: those that stand for themselves, while nothing has changed."""

from datetime import timedelta
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from contracts.completions import CompletionRequested
from conversation.domain.standalone import _bare


def key_of(chat, text):
    before = len(chat.out)
    chat.says(text)
    return next(one.cache_key for one in chat.out[before:] if isinstance(one, CompletionRequested))


@pytest.fixture
def key(talk):
    return lambda text, **rest: key_of(talk(**rest), text)


@pytest.mark.parametrize(
    "text",
    ["perche il cielo è BLU", "Perché il cielo è blu???", "Buongiorno, perché il cielo è blu?",
     "ciao! perché  il cielo è blu, grazie", "Salve\nperché il cielo è blu? 🙂"],
)  # fmt: skip
def test_the_same_question_in_other_clothes_has_the_same_key(key, text):
    assert key(text) == key("Perché il cielo è blu?") is not None


def test_whoever_asks_whenever_that_day_has_the_same_key(key):
    asked = "Perché il cielo è blu?"
    assert key(asked, name="Bruno Neri", now="2026-11-20 18:45") == key(asked)
    assert key(asked, now="2026-11-21 10:00") != key(asked)


def test_a_greeting_before_it_changes_nothing(talk, key):
    chat = talk()
    chat.says("Buongiorno")
    assert key_of(chat, "Perché il cielo è blu?") == key("Perché il cielo è blu?")


@pytest.mark.parametrize(
    "text",
    ["E perché il cielo è blu?", "Perché quello è blu?", "Perché il cielo è blu adesso?",
     "Perché il cielo è ancora blu?", "Perché il cielo è blu, dice Marta?", "Perché il cielo ha 7 colori?",
     "Perché il mio cielo è blu?", "perché anna vede il cielo blu?",
     "Perché il cielo è blu su foto@cielo.it?", "perché " + "il cielo è molto blu " * 30],
)  # fmt: skip
def test_what_hangs_on_more_has_none(key, text):
    assert key(text) is None


def test_a_later_question_has_none(talk):
    chat = talk()
    assert key_of(chat, "Perché il cielo è blu?")
    chat.now += timedelta(hours=1)
    assert key_of(chat, "Perché il mare è blu?") is None


def test_in_the_middle_of_a_wish_there_is_none(talk):
    chat = talk()
    chat.says("vorrei prenotare una piega")
    assert key_of(chat, "perché il cielo è blu?") is None


def test_any_changed_fact_is_another_key(key, salon):
    asked = "Perché il cielo è blu?"
    fact = salon.facts[0]
    dearer = salon.services[0].model_copy(update={"price": Decimal(36)})
    changes = (
        {"phone": "+39 06 000001"},
        {"persona": "Sei gentile."},
        {"facts": (fact.model_copy(update={"questions": ("Prendete carte?",)}),)},
        {"services": (dearer, *salon.services[1:])},
        {"hours": {day: hours for day, hours in salon.hours.items() if day != "saturday"}},
    )
    keys = {key(asked, config=salon.model_copy(update=change)) for change in changes}
    assert len(keys | {key(asked)}) == len(changes) + 1


WORDS = st.lists(
    st.sampled_from(["cielo", "mare", "blu", "rosso", "perché", "sempre", "profondo"]), min_size=3, max_size=6
)


@given(WORDS, st.sampled_from(["", "?", "!!", " …"]), st.booleans())
def test_case_and_signs_make_no_other_question(words, end, shout):
    text = " ".join(words)
    assert _bare((text.upper() if shout else text) + end) == _bare(text)
