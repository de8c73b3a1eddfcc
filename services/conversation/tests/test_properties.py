"""What holds for any sequence of events."""

from datetime import timedelta

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from contracts.bookings import BookingRequested
from contracts.messages import MessageReceived, MessageSendRequested
from conversation.domain.decided import turn_decided
from conversation.domain.dialogue import decide
from conversation.domain.state import Conversation

TEXTS = (
    "ciao", "vorrei prenotare un taglio domani alle 15", "donna", "taglio uomo", "piega", "sì", "no",
    "ok grazie", "domani", "alle 16", "giovedì alle 10", "anzi venerdì", "la seconda", "16", "annulla",
    "un'ora dopo",
    "sposta a sabato", "annulla la prenotazione", "quanto costa?", "dove siete?", "siete aperti lunedì?",
    "quando siete liberi?", "STOP", "START", "Marta", "blabla", "perché?", "voglio parlare con una persona",
    "I'd like a blow-dry tomorrow morning", "je voudrais réserver une coupe homme", "12/12 ore 7", "", "🌸",
    "lunedì o martedì", "le mie prenotazioni", "annulla tutto", "sposta quello delle 10",
    "scusa, volevo dire piega", "anzi taglio uomo", "taglio e piega domani alle 10",
)  # fmt: skip

ACTIONS = st.one_of(
    st.tuples(st.just("text"), st.sampled_from(TEXTS)),
    st.tuples(st.just("tap"), st.integers(0, 9)),
    st.tuples(st.just("kind"), st.sampled_from(("image", "reaction", "location", "sticker", "other"))),
    st.tuples(st.just("hold"), st.none()),
    st.tuples(st.just("release"), st.none()),
    st.tuples(st.just("wait"), st.integers(1, 3000)),
)


def play(chat, actions):
    """Carries the actions out; yields after each message of the customer what came of it."""
    for action, what in actions:
        before = len(chat.out)
        match action:
            case "text":
                chat.says(what)
            case "tap" if chat.options:
                option = chat.options[what % len(chat.options)]
                chat.says(option.title, kind="choice", choice=option.id)
            case "kind":
                chat.says("", kind=what)
            case "hold":
                chat.held = True
                continue
            case "release":
                chat.release()
                continue
            case "wait":
                chat.now += timedelta(seconds=what)
                continue
            case _:
                continue
        yield action, what, chat.out[before:]


@settings(max_examples=120, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.lists(ACTIONS, min_size=1, max_size=14), st.sampled_from(("Anna", None, "🌸")))
def test_any_talk(talk, actions, name):
    chat = talk(name=name)
    opted_out = False
    for action, what, out in play(chat, actions):
        sent = [data for data in out if isinstance(data, MessageSendRequested)]
        told_only_consent = all(one.purpose == "consent" for one in sent)
        if opted_out and chat.state.opted_out:
            assert out == []
        assert told_only_consent or not opted_out
        answered = bool(out) or bool(chat.state.deferred) or opted_out or what == "reaction"
        assert answered, (action, what)
        wishes = [data for data in out if isinstance(data, BookingRequested)]
        assert len(wishes) <= 1
        for one in sent:
            titles = [option.title for option in one.personal.options]
            assert len(titles) == len(set(titles)) <= 10
        opted_out = chat.state.opted_out
    chat.release()
    assert chat.state is None or not chat.state.deferred or chat.state.waiting
    starts = [(one.start, one.service_id) for one in chat.scheduler.agreed.values()]
    assert len(starts) == len(set(starts))


@settings(max_examples=40, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.lists(ACTIONS, min_size=1, max_size=10))
def test_the_same_events_give_the_same_decisions(talk, actions):
    chat = talk()
    list(play(chat, actions))
    chat.release()
    state, said, decided = None, [], []
    for event in chat.events:
        step = decide(state, event, chat.config, event.time)
        said.extend(step.out)
        decided.append(turn_decided(event, state, step, 1))
        state = Conversation.model_validate_json(step.conversation.model_dump_json())
    assert said == chat.out
    assert decided == chat.decided
    assert state == chat.state
    assert sum(isinstance(event.data, MessageReceived) for event in chat.events) == chat.count
