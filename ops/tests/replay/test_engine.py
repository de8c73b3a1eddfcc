"""What a replay makes of changes: in the configuration, the code, and in what is asked of others."""

from dataclasses import replace
from decimal import Decimal
from typing import Any

import pytest

from contracts import bookings
from contracts.completions import Answer, CompletionFailed, CompletionGenerated, CompletionRequested, Prompt
from contracts.envelope import Event
from contracts.messages import MessageSendRequested
from contracts.model import Data
from contracts.tenants import TenantConfig
from conversation.domain.decided import Step
from conversation.domain.dialogue import decide
from ops.replay.engine import replay
from ops.replay.history import ConfigurationUnknown
from ops.replay.rehearsal import script
from ops.replay.turns import Replayed, Turn

BOOKING = ("Ciao, vorrei prenotare taglio donna domani alle 15", "ok grazie", "annulla la prenotazione")
QUESTION = ("consegnate anche in Patagonia?", "siete aperti sabato?")
ANSWER = "Una collega se ne occupa."


def dearer(config: TenantConfig) -> TenantConfig:
    """The same business, where a woman's haircut costs 99."""
    services = tuple(
        one.model_copy(update={"price": Decimal(99)}) if one.id == "taglio-donna" else one
        for one in config.services
    )
    return config.model_copy(update={"services": services})


def changed(said: dict[str, str], *, leave_out: tuple[type[Data], ...] = ()) -> Any:
    """Today's decisions with other words, and without some requests."""

    def decide_otherwise(conversation: Any, event: Event[Any], config: TenantConfig, now: Any) -> Step:
        step = decide(conversation, event, config, now)
        kept = (one for one in step.out if not isinstance(one, leave_out))
        return step._replace(out=tuple(_reworded(one, said) for one in kept))

    return decide_otherwise


def _reworded(fact: Data, said: dict[str, str]) -> Data:
    if not isinstance(fact, MessageSendRequested):
        return fact
    text = fact.personal.text
    for old, new in said.items():
        text = text.replace(old, new)
    return fact.model_copy(update={"personal": fact.personal.model_copy(update={"text": text})})


def whats(turn: Turn) -> list[str]:
    return [one.what for one in turn.differences]


def differing(replayed: Replayed) -> list[Turn]:
    return [turn for turn in replayed.turns if turn.differs]


GENERATED = CompletionGenerated(
    request_id="00000000-0000-0000-0000-000000000000", vendor="v", model="m", input_tokens=5,
    output_tokens=7, seconds=1, personal=Answer(text=ANSWER),
)  # fmt: skip


def test_a_price_differs_where_it_is_named_and_nowhere_else(lyo: TenantConfig) -> None:
    history = script(lyo, (*BOOKING, "quanto costa il taglio donna?", "quanto costa la piega?"))
    turns = differing(replay(history, config=dearer(lyo)))
    assert {turn.handled.type for turn in turns} == {"booking.confirmed.v1", "message.received.v1"}
    assert all(whats(turn) == ["text"] for turn in turns)
    named = [one for one in replay(history).turns if any("35" in text for text in one.then.texts)]
    assert [turn.handled.id for turn in turns] == [turn.handled.id for turn in named]


def test_the_recorded_configuration_of_each_turn_is_used(lyo: TenantConfig) -> None:
    history = replace(script(lyo, BOOKING), configs={1: lyo, 2: dearer(lyo)})
    assert not replay(history).differs
    lost = replay(replace(history, configs={2: dearer(lyo)}))
    assert lost.differs
    assert lost.lost_versions == (1,)


def test_without_any_configuration_there_is_no_replay(lyo: TenantConfig) -> None:
    with pytest.raises(ConfigurationUnknown):
        replay(replace(script(lyo, BOOKING), configs={}))


def test_a_changed_text_differs_where_it_is_said(lyo: TenantConfig) -> None:
    history = script(lyo, BOOKING)
    turns = differing(replay(history, changed({"Annullato": "Tolto"})))
    assert [turn.handled.type for turn in turns] == ["booking.cancelled.v1"]
    (difference,) = turns[0].differences
    assert difference.then == difference.now.replace("Tolto", "Annullato")


def test_what_is_not_requested_any_more_is_not_answered(lyo: TenantConfig) -> None:
    history = script(lyo, BOOKING[:1])
    turns = replay(history, changed({}, leave_out=(bookings.BookingRequested,))).turns
    asking, confirmed = turns
    assert "requests" in whats(asking)
    assert confirmed.now is None
    assert "text" in whats(confirmed)


def test_a_request_nobody_made_stops_the_conversation(lyo: TenantConfig) -> None:
    history = script(lyo, BOOKING)

    def booking_elsewhere(conversation: Any, event: Event[Any], config: TenantConfig, now: Any) -> Step:
        step = decide(conversation, event, config, now)
        with_giulia = {"resource_id": "giulia"}
        asks = bookings.BookingRequested
        out = (one.model_copy(update=with_giulia) if isinstance(one, asks) else one for one in step.out)
        return step._replace(out=tuple(out))

    replayed = replay(history, booking_elsewhere)
    assert "booking.requested.v1" in replayed.stopped
    assert replayed.left_over == len(history.handled) - len(replayed.turns) > 0


def test_an_ai_asked_in_other_words_stops_it_and_shows_them(lyo: TenantConfig) -> None:
    history = script(lyo, QUESTION, ai=ANSWER)
    assert not replay(history).differs
    replayed = replay(history, config=dearer(lyo))
    assert replayed.stopped_at_ai
    assert len(replayed.turns) == 1
    (prompt,) = replayed.turns[0].differences
    assert prompt.what == "prompt"
    assert "99" in prompt.now
    assert "99" not in prompt.then


def test_an_ai_that_could_not_be_asked_could_not_be_asked_otherwise(lyo: TenantConfig) -> None:
    history = script(lyo, QUESTION)
    assert any(isinstance(one.data, CompletionFailed) for one in history.events)
    assert not replay(history, config=dearer(lyo)).differs


def test_a_live_answer_comes_where_the_recorded_one_came(lyo: TenantConfig) -> None:
    history = script(lyo, QUESTION, ai=ANSWER)
    asked: list[Event[Any]] = []

    def answer(request: Event[Any]) -> Data:
        asked.append(request)
        return GENERATED.model_copy(update={"output_tokens": 9, "personal": Answer(text="No.")})

    replayed = replay(history, config=dearer(lyo), answer=answer)
    assert [type(one.data) for one in asked] == [CompletionRequested]
    assert len(replayed.turns) == len(history.handled)
    (turn,) = differing(replayed)
    assert whats(turn) == ["text", "tokens"]


def test_a_live_answer_to_a_new_question_is_a_turn_of_its_own(lyo: TenantConfig) -> None:
    history = script(lyo, ("siete aperti sabato?",))
    prompt = Prompt(instructions="", turns=())
    question = CompletionRequested(purpose="answer", language="it", personal=prompt)

    def curious(conversation: Any, event: Event[Any], config: TenantConfig, now: Any) -> Step:
        step = decide(conversation, event, config, now)
        return step._replace(out=(*step.out, question)) if "message" in event.type else step

    replayed = replay(history, curious, answer=lambda _: GENERATED)
    assert [turn.recorded for turn in replayed.turns] == [True, False]
    now = replayed.turns[1].now
    assert now is not None
    assert now.texts == (ANSWER,)


def test_code_that_breaks_is_a_finding(lyo: TenantConfig) -> None:
    def broken(*_: Any) -> Step:
        raise KeyError("oops")

    replayed = replay(script(lyo, BOOKING), broken)
    assert "KeyError('oops')" in replayed.stopped
