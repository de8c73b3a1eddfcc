"""Nobody can be known in a golden conversation, and it is understood like the real one."""

import random
from collections.abc import Callable, Iterator
from uuid import UUID

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from contracts.envelope import conversation_id
from contracts.events import read
from contracts.messages import MessageReceived, MessageSendRequested
from contracts.tenants import TenantConfig
from ops.golden.anonymise import NothingSaid, anonymise, without_bystanders
from ops.golden.fixture import Fixture, Meta
from ops.golden.leaks import leaks
from ops.replay.engine import replay
from ops.replay.history import History
from ops.replay.rehearsal import script

Talk = Callable[..., History]
META = Meta("one", "it", "lyo", "0")


def fixture_of(history: History) -> Fixture:
    return Fixture(META, anonymise(history).history)


def texts_of(history: History) -> list[str]:
    return [one.data.personal.text for one in history.events if isinstance(one.data, MessageReceived)]


def replies_of(history: History) -> list[str]:
    return [one.data.personal.text for one in history.events if isinstance(one.data, MessageSendRequested)]


def test_nothing_of_the_customer_is_left(talk: Talk):
    history = talk()
    assert leaks(fixture_of(history), history) == []


def test_the_stylist_and_the_service_stay(talk: Talk):
    first = texts_of(anonymise(talk()).history)[0]
    assert first.startswith("Ciao, sono ")
    assert first.endswith("vorrei prenotare un taglio donna domani alle 15 con Marco")


def test_a_token_reads_like_what_it_stands_for(talk: Talk):
    said = texts_of(anonymise(talk()).history)
    assert said[1] == "il mio numero è 333 000 0001, oppure guest-1@example.org"
    assert "abita in Via dei Tigli 101 Roma" in said[2]


def test_it_is_understood_and_answered_like_the_real_one(talk: Talk):
    history = talk()
    masked = anonymise(history).history
    assert not replay(masked).differs
    assert [one.then.understood for one in replay(masked).turns] == [
        one.then.understood for one in replay(history).turns
    ]


def test_what_counts_for_decisions_is_as_it_was(talk: Talk):
    real, masked = without_bystanders(talk()), anonymise(talk()).history
    assert [one.time for one in masked.events] == [one.time for one in real.events]
    assert [one.type for one in masked.events] == [one.type for one in real.events]


def test_no_id_leads_back(talk: Talk):
    real, masked = talk(), anonymise(talk()).history
    ids: Callable[[History], set[UUID]] = lambda one: {event.id for event in one.events}  # noqa: E731
    assert not ids(real) & ids(masked)
    assert real.conversation != masked.conversation


def test_the_business_keeps_no_account_and_no_secret(talk: Talk, lyo: TenantConfig):
    text = fixture_of(talk()).written()
    assert lyo.channels.whatsapp is not None
    for secret in (lyo.channels.whatsapp.app_secret, lyo.channels.whatsapp.phone_number_id, "telegram-token"):
        assert secret not in text


def test_the_same_conversation_gives_the_same_file(talk: Talk):
    history = talk()
    assert len({fixture_of(history).written() for _ in range(20)}) == 1


def test_the_numbers_of_the_business_stay(talk: Talk, lyo: TenantConfig):
    said = texts_of(anonymise(talk(f"siete voi {lyo.phone}?", "sono in Via dei Coronari 42")).history)
    assert said == [f"siete voi {lyo.phone}?", "sono in Via dei Coronari 42"]


@pytest.mark.parametrize(
    "text",
    [
        "il 21/11/2026 15 va bene?",
        "21.11.2026 o 22.11.2026",
        "domani alle 15.30 16.00 16.30",
        "15 16 17 18 vanno tutte bene",
        "2026-11-21 15:00",
        "dal 10-12 14-16",
        "sarà aperto domani? will you come?",
        "con Marco o Giulia?",
    ],
)
def test_times_and_words_that_only_look_personal_stay(talk: Talk, text: str):
    assert texts_of(anonymise(talk("mi chiamo Sara Will", text)).history)[1] == text


@pytest.mark.parametrize(
    ("text", "kind"),
    [
        ("+39 347 881 23 90", "phone number"),
        ("06 12 34 56 78", "phone number"),
        ("(415) 552-8830", "phone number"),
        ("0039.347.8812390", "phone number"),
        ("RSSMRT80A41H501X", "fiscal code"),
        ("it60 x054 2811 1010 0000 0123 456", "bank account"),
        ("4111 1111 1111 1111", "card number"),
        ("YA1234567", "code"),
        ("https://example.com/order?id=88213", "link"),
        ("wa.me/393478812390", "link"),
        ("@marta.rossi_88", "handle"),
        ("m.rossi+casa@posta.example.it", "e-mail address"),
        ("12 bis rue des Lilas, 75011", "street address"),
        ("742 Evergreen Terrace", "street address"),
        ("P.zza Garibaldi 3/a", "street address"),
    ],
)
def test_what_is_personal_by_its_shape_goes(talk: Talk, text: str, kind: str):
    history = talk("ciao", f"scrivo qui: {text}.")
    made = anonymise(history)
    assert text not in texts_of(made.history)[1]
    assert made.counts[kind] >= 1
    assert leaks(Fixture(META, made.history), history) == []


def test_a_name_no_rule_finds_can_be_told(talk: Talk):
    history = talk("passa a ritirare Zbyszko")
    assert "Zbyszko" in texts_of(anonymise(history).history)[0]
    assert "Zbyszko" not in texts_of(anonymise(history, also=["zbyszko"]).history)[0]


@pytest.mark.parametrize(
    ("channel", "address", "token"),
    [("webchat", "terminal-Marta-Rossi", "session-1"), ("telegram", "60718293", "700000001")],
)
def test_other_channels_have_tokens_of_their_own(talk: Talk, channel: str, address: str, token: str):
    history = talk()
    texts = (
        one.model_dump_json().replace('"whatsapp"', f'"{channel}"').replace("393478812390", address)
        .replace('"vendor_message_id":"', f'"vendor_message_id":"{address}/')
        for one in history.events
    )  # fmt: skip
    events = tuple(read(text.encode()) for text in texts)
    other = History(history.tenant, history.conversation, events, history.configs)
    made = anonymise(other).history
    assert leaks(Fixture(META, made), other) == []
    assert made.handled[0].data.personal.address == token
    assert made.conversation == conversation_id("lyo", channel, token)
    assert not replay(made).differs


def test_nothing_decided_is_no_conversation(lyo: TenantConfig):
    with pytest.raises(NothingSaid):
        anonymise(History("lyo", "nobody", (), {1: lyo}))


LETTERS = "abcdefghijklmnopqrstuvwxyzàèéìòùâêîôûçñö"
NAMES = st.text(LETTERS, min_size=4, max_size=11).map(str.capitalize)
SENTENCES = (
    "mi chiamo {name} {surname}", "Sono {name} {surname}, il mio numero è {number}", "{number} {mail}",
    "prenoto taglio donna domani alle 15, {name}", "{spaced}?", "{upper} {surname}!!",
    "chiedi di {surname}{name}", "_{name}_ ({number})",
)  # fmt: skip


def _planted(name: str, surname: str, number: str) -> Iterator[str]:
    for sentence in SENTENCES:
        yield sentence.format(
            name=name, surname=surname, number=number, mail=f"{name}.{surname}@posta.example.it".lower(),
            spaced=" ".join(f"{name}{surname}"), upper=name.upper(),
        )  # fmt: skip


@settings(max_examples=12, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(name=NAMES, surname=NAMES, digits=st.integers(3_200_000_000, 3_999_999_999), seed=st.integers(0, 99))
def test_no_planted_name_or_number_survives(
    lyo: TenantConfig, name: str, surname: str, digits: int, seed: int
):
    number = random.Random(seed).choice(
        [f"+39 {digits}", f"{digits}", f"{str(digits)[:3]} {str(digits)[3:]}"]
    )
    history = script(
        lyo, [f"mi chiamo {name} {surname}", *_planted(name, surname, number)], address=f"39{digits}"
    )
    made = anonymise(history, also=[f"{name} {surname}"])
    assert leaks(Fixture(META, made.history), history, [f"{name} {surname}"]) == []
    assert str(digits) not in Fixture(META, made.history).written()
