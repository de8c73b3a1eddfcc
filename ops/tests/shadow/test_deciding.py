"""The candidate's own memory, and what it says of a turn."""

import pytest

from contracts.completions import CompletionRequested
from contracts.messages import MessageReceived, MessageSendRequested
from contracts.model import Data
from conversation.domain import dialogue
from conversation.domain.decided import Step
from ops.shadow.deciding import Candidate
from ops.shadow.questions import Answer, Question

TEXTS = ("ciao", "vorrei un taglio donna", "domani alle 15", "grazie", "annulla il mio appuntamento")


@pytest.fixture
def ask(lyo):
    """Puts a turn to a candidate, and tells it what it needs."""

    def put(candidate: Candidate, turn, past=(), *, forget: bool = False) -> Answer:
        question = Question(
            tenant=lyo.id, conversation=turn.decided.partitionkey, handled=turn.handled.id,
            events=tuple(event.model_dump_json() for event in turn.events), forget=forget,
        )  # fmt: skip
        answer = candidate.answer(question)
        if not answer.needs:
            return answer
        written = tuple(event.model_dump_json() for event in past)
        return candidate.answer(question.model_copy(update={"past": written, "configs": {1: lyo}}))

    return put


def louder(conversation, event, config, now) -> Step:
    """Says all in capitals."""
    step = dialogue.decide(conversation, event, config, now)
    return step._replace(out=tuple(map(_louder, step.out)))


def _louder(fact: Data) -> Data:
    if not isinstance(fact, MessageSendRequested):
        return fact
    said = fact.personal.model_copy(update={"text": fact.personal.text.upper()})
    return fact.model_copy(update={"personal": said})


def raising(conversation, event, config, now) -> Step:
    if isinstance(event.data, MessageReceived) and "taglio" in event.data.personal.text:
        raise LookupError("no such wish")
    return dialogue.decide(conversation, event, config, now)


def test_the_same_code_says_the_same_turn_after_turn(ask, talk, turns_of):
    candidate = Candidate(dialogue.decide)
    turns = turns_of(talk(*TEXTS))
    assert len(turns) > len(TEXTS)
    assert [ask(candidate, turn).verdict for turn in turns] == ["alike"] * len(turns)


def test_it_asks_for_the_past_and_the_configuration_once(lyo, ask, talk, turns_of):
    candidate = Candidate(dialogue.decide)
    first, second, *_ = turns_of(talk("ciao", "che orari fate?"))
    question = Question(
        tenant=lyo.id, conversation=first.decided.partitionkey, handled=first.handled.id,
        events=tuple(event.model_dump_json() for event in first.events),
    )  # fmt: skip
    assert candidate.answer(question).needs == ("past", "configs")
    ask(candidate, first)
    assert ask(candidate, second).needs == ()


def test_it_joins_a_conversation_in_its_middle_when_it_is_told_what_was_before(ask, talk, turns_of):
    history = talk(*TEXTS)
    for n, turn in enumerate(turns_of(history)):
        assert ask(Candidate(dialogue.decide), turn, history.events).verdict == "alike", n


def test_without_its_memory_it_would_answer_differently(ask, talk, turns_of):
    assert ask(Candidate(dialogue.decide), turns_of(talk(*TEXTS))[-1]).verdict == "different"


def test_turns_that_were_left_out_are_made_up_for_from_the_past(ask, talk, turns_of):
    history, candidate = talk(*TEXTS), Candidate(dialogue.decide)
    first, *_, last = turns_of(history)
    ask(candidate, first)
    assert ask(candidate, last, history.events, forget=True).verdict == "alike"


def test_a_conversation_that_was_quiet_for_longest_gives_way(ask, talk, turns_of):
    candidate = Candidate(dialogue.decide, kept=1)
    history = talk("ciao", "che orari fate?")
    first, second, *_ = turns_of(history)
    ask(candidate, first)
    ask(candidate, turns_of(talk("ciao", address="+393339999999"))[0])
    assert ask(candidate, second, history.events).verdict == "alike"


def test_what_is_said_otherwise_is_told_then_and_now(ask, talk, turns_of):
    answer = ask(Candidate(louder), turns_of(talk("che orari fate?"))[0])
    assert answer.verdict == "different"
    (why,) = answer.why
    assert why.startswith("text: ")
    then, now = why.removeprefix("text: ").split(" → ")
    assert now.upper() == then.upper()
    assert "LUNEDÌ" in now
    assert "LUNEDÌ" not in then


def test_a_decision_that_raises_is_named_by_type_and_place(ask, talk, turns_of):
    answer = ask(Candidate(raising), turns_of(talk("vorrei un taglio"))[0])
    assert answer.verdict == "failed"
    assert "LookupError: no such wish" in answer.why[0]
    assert "test_deciding.py" in answer.why[0]
    assert "in raising" in answer.why[0]


def test_what_raised_already_in_the_past_is_told_when_the_next_turn_comes(ask, talk, turns_of):
    history = talk("vorrei un taglio", "che orari fate?")
    answer = ask(Candidate(raising), turns_of(history)[-1], history.events)
    assert answer.verdict == "failed"
    assert "LookupError: no such wish" in answer.why[0]


def test_a_changed_price_differs_in_the_turns_that_name_it(lyo, ask, talk, turns_of):
    dearer = lyo.model_copy(
        update={
            "services": tuple(one.model_copy(update={"price": (one.price or 0) + 7}) for one in lyo.services)
        }
    )
    candidate = Candidate(dialogue.decide, dearer)
    verdicts = [
        ask(candidate, turn).verdict for turn in turns_of(talk("che orari fate?", "quanto costa un taglio?"))
    ]
    assert verdicts == ["alike", "different"]


def test_a_configuration_nobody_knows_is_no_fault_of_the_candidate(lyo, talk, turns_of):
    (turn,) = turns_of(talk("ciao"))
    question = Question(
        tenant=lyo.id, conversation=turn.decided.partitionkey, handled=turn.handled.id,
        events=tuple(event.model_dump_json() for event in turn.events), past=(), configs={},
    )  # fmt: skip
    assert Candidate(dialogue.decide).answer(question).verdict == "middle"


def other_words(conversation, event, config, now) -> Step:
    """Asks the AI in other words."""
    step = dialogue.decide(conversation, event, config, now)
    asked = (isinstance(one, CompletionRequested) for one in step.out)
    changed = (one.model_copy(update={"max_tokens": 7}) for one in step.out)
    out = (new if asks else old for asks, new, old in zip(asked, changed, step.out, strict=True))
    return step._replace(out=tuple(out))


def test_other_words_to_an_ai_that_answers_nobody_end_no_conversation(ask, talk, turns_of):
    turns = turns_of(talk("do you deliver to Patagonia?", "che orari fate?"))
    candidate = Candidate(other_words)
    assert [ask(candidate, turn).verdict for turn in turns][-1] == "alike"


def test_other_words_to_an_ai_that_answers_stop_where_its_answer_comes(ask, talk, turns_of):
    turns = turns_of(talk("do you deliver to Patagonia?", ai="Gladly."))
    candidate = Candidate(other_words)
    assert [ask(candidate, turn).verdict for turn in turns][-1] == "stopped"
