"""A greeting with a question, and a name between two questions."""

import pytest

from contracts.completions import Answer, CompletionFailed, CompletionGenerated, CompletionRequested

WELCOME = "Hi! I'm the assistant of Salone Prova."
ASKED = "Ciao, fate consegne a Milano?"


def made(chat):
    return CompletionGenerated(
        request_id=chat.events[-1].id, vendor="v", model="m", seconds=1, personal=Answer(text="Yes, we do.")
    )


def failed(chat):
    return CompletionFailed(request_id=chat.events[-1].id, reason="not_configured")


def asked_an_ai(chat):
    return any(isinstance(data, CompletionRequested) for data in chat.out)


@pytest.mark.parametrize(
    "text",
    [
        "hi do you ship to Delhi?", "Hello! my sister recommended your wonderful team", ASKED,
        "Bonjour, vous livrez à Dakar ?", "hi, wifi?", "Hi, do you have gold rings?",
    ],
)  # fmt: skip
def test_a_greeting_does_not_swallow_a_question(talk, text):
    chat = talk()
    assert chat.says(text) == ""
    assert asked_an_ai(chat)


@pytest.mark.parametrize(
    "text",
    [
        "hello", "hi there", "hi how are you?", "Hi, how are you doing today?", "ciao, come stai?",
        "buongiorno a tutti", "Bonjour, comment allez-vous ?", "hello?", "Hi! Thank you so much",
        "good morning", "can we speak English?",
    ],
)  # fmt: skip
def test_a_greeting_alone_is_greeted(talk, text):
    chat = talk()
    assert chat.says(text)
    assert not asked_an_ai(chat)


def test_the_greeting_stands_before_the_answer_once(talk):
    chat = talk()
    chat.says("hi do you ship to Delhi?")
    assert chat.happens(made(chat)) == f"{WELCOME}\nYes, we do."
    chat.says("hi, and to Mumbai?")
    assert chat.happens(made(chat)) == "Yes, we do."


def test_who_was_greeted_meanwhile_is_not_greeted_again(talk):
    chat = talk()
    chat.says("hi do you ship to Delhi?")
    chat.says("hello")
    assert WELCOME not in chat.happens(failed(chat))


def test_without_an_ai_the_greeting_stands_before_the_fallback(talk):
    chat = talk()
    chat.says("hi do you ship to Delhi?")
    reply = chat.happens(failed(chat))
    assert reply.startswith(f"{WELCOME}\nI'm not sure I understood")


def test_a_known_fact_is_told_after_the_greeting(talk):
    assert talk().says("Hi, do you take any cards?") == f"{WELCOME}\nYes, we take cards."


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ("hello, which courses do you have?", "Here are our services:"),
        ("ciao, che corsi avete?", "Ecco i nostri servizi:"),
        ("bonjour, quels cours proposez-vous ?", "Voici nos prestations"),
    ],
)
def test_courses_are_services(talk, text, told):
    assert told in talk().says(text)


@pytest.mark.parametrize(
    ("wish", "introduced", "told"),
    [
        ("a blow-dry tomorrow please", "My name is John Smith", "Thank you, John Smith."),
        ("piega domani", "mi chiamo Marta Rossi", "Grazie, Marta Rossi."),
        ("un brushing demain s'il vous plaît", "je m'appelle Jeanne Diop", "Merci, Jeanne Diop."),
        ("vorrei una piega", "Ciao, mi chiamo Marta Rossi", "Grazie, Marta Rossi."),
    ],
)
def test_a_name_beside_an_open_question_is_noted(talk, wish, introduced, told):
    chat = talk()
    question = chat.says(wish).splitlines()[-1]
    assert chat.says(introduced) == f"{told}\n{question}"
    assert chat.state.name in told


@pytest.mark.parametrize(("known", "noted"), [(None, True), ("Anna Rossi", False)])
def test_a_bare_name_is_noted_if_we_know_none(talk, known, noted):
    chat = talk(name=known)
    offer = chat.says("piega domani")
    assert (chat.says("Bob Dylan") == f"Grazie, Bob Dylan.\n{offer}") is noted
    assert (chat.state.name == "Bob Dylan") is noted


@pytest.mark.parametrize("text", ["Boh", "bob", "Non so", "Perfetto!", "Bob?"])
def test_what_looks_like_no_name_is_none(talk, text):
    chat = talk(name=None)
    chat.says("piega domani")
    chat.says(text)
    assert chat.state.name is None
