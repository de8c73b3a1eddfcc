"""What becomes of an AI's answer, and what the record says of it."""

from contracts.completions import Answer, CompletionFailed, CompletionGenerated, CompletionJudged
from contracts.customers import HandoverRequested
from contracts.messages import MessageSendRequested

ASKED = "perché il cielo è blu?"


def answered(chat, text):
    """The AI answers the last question; what was published because of it."""
    before = len(chat.out)
    made = CompletionGenerated(
        request_id=chat.events[-1].id, vendor="openai", model="small", seconds=1.0, prompt_version="2",
        personal=Answer(text=text),
    )  # fmt: skip
    chat.happens(made)
    return chat.out[before:]


def test_an_answer_that_holds_is_said_and_then_judged(talk):
    chat = talk()
    chat.says(ASKED)
    sent, judged = answered(chat, "Per la luce del sole.")
    assert sent.personal.text == "Per la luce del sole."
    assert judged == CompletionJudged(
        request_id=judged.request_id, verdict="used", vendor="openai", model="small", purpose="answer",
        prompt_version="2",
    )  # fmt: skip
    assert chat.decided[-1].refused is None


def test_a_refused_answer_goes_on_as_if_no_ai_had_answered(talk):
    chat, without = talk(), talk()
    for each in (chat, without):
        each.says(ASKED)
    *said, judged = answered(chat, "Bella domanda. Il taglio uomo costa 10 €.")
    before = len(without.out)
    without.happens(CompletionFailed(request_id=without.events[-1].id, reason="timeout"))
    assert said == without.out[before:]
    assert {type(one) for one in said} == {MessageSendRequested, HandoverRequested}
    assert (judged.verdict, judged.why) == ("refused", "price")
    assert (chat.decided[-1].refused, chat.decided[-1].answered) == ("price", "said")


def test_the_greeting_that_waited_for_the_answer_is_said_though_it_is_refused(talk):
    chat = talk()
    chat.says("Ciao, perché il cielo è blu?")
    sent = next(one for one in answered(chat, "È gratis!") if isinstance(one, MessageSendRequested))
    assert sent.personal.text.startswith("Ciao! Sono l'assistente di Salone Prova.")
    assert "gratis" not in sent.personal.text


def test_the_open_question_is_said_again_after_a_refusal(talk):
    chat = talk()
    chat.says("vorrei prenotare una piega")
    chat.says("perché il cielo è blu?")
    sent = next(
        one for one in answered(chat, "È prenotato per domani!") if isinstance(one, MessageSendRequested)
    )
    assert sent.personal.text.endswith("?")
    assert chat.booked == []


def test_an_answer_for_who_opted_out_is_unused(talk):
    chat = talk()
    chat.says(ASKED)
    chat.says("STOP")
    (judged,) = answered(chat, "Per la luce.")
    assert (judged.verdict, judged.why) == ("unused", "")
    assert chat.decided[-1].reason == "opted_out"


def test_an_answer_without_words_is_unused(talk):
    chat = talk()
    chat.says(ASKED)
    (judged,) = answered(chat, " \n")
    assert judged.verdict == "unused"
