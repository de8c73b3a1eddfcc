"""A conversation becomes a fixture only if nobody can be known in it and it says what was said."""

from collections.abc import Callable
from pathlib import Path

import pytest
from rich.console import Console

from contracts.messages import MessageSendRequested
from ops.golden.anonymise import anonymise, without_bystanders
from ops.golden.commands import FINE, WRONG, keep
from ops.golden.finding import Wish, find
from ops.golden.fixture import Fixture, Meta, load
from ops.golden.leaks import leaks
from ops.golden.strangers import doubtful, strangers
from ops.record.place import NoRecord
from ops.replay.history import History

Talk = Callable[..., History]
WISH = Wish("any", name="one", note="prices")


def told(history: History, wish: Wish, folder: Path) -> tuple[int, str]:
    console = Console(width=200, no_color=True)
    with console.capture() as captured:
        code = keep(history, wish, folder, console)
    return code, captured.get()


def with_texts(history: History, change: Callable[[str], str]) -> History:
    """The same record in which we said other words."""
    events = tuple(
        one.model_copy(
            update={"data": one.data.model_copy(
                update={"personal": one.data.personal.model_copy(
                    update={"text": change(one.data.personal.text)})})}
        ) if isinstance(one.data, MessageSendRequested) else one
        for one in history.events
    )  # fmt: skip
    return History(history.tenant, history.conversation, events, history.configs)


def test_what_is_recorded_can_be_read_and_names_nobody(talk: Talk, tmp_path: Path):
    code, words = told(talk(), WISH, tmp_path)
    assert code == FINE
    assert "phone number" in words
    assert "Marta" not in words
    assert load(tmp_path / "one.json").meta.note == "prices"


def test_nothing_is_written_while_somebody_is_named(talk: Talk, tmp_path: Path):
    code, words = told(talk(), Wish("any", name="one", note="la signora Marta Rossi"), tmp_path)
    assert code == WRONG
    assert "a name in meta.note" in words
    assert not list(tmp_path.iterdir())


def test_what_is_said_otherwise_today_is_refused_and_explained(talk: Talk, tmp_path: Path):
    history = with_texts(talk("quanto costa la piega?"), lambda text: text.replace("20", "18"))
    code, words = told(history, WISH, tmp_path)
    assert code == WRONG
    assert "turn 1 of 1  quanto costa la piega?" in words
    assert "what is said has changed since it was recorded" in words
    assert not list(tmp_path.iterdir())
    assert told(history, Wish("any", name="one", accept=True), tmp_path)[0] == FINE
    assert "20" in (tmp_path / "one.json").read_text()


def test_a_token_that_is_understood_otherwise_is_explained(talk: Talk, tmp_path: Path):
    history = talk("scusa, annulla pure. Scrivimi a marta@libero.it")  # "libero" asks for a free time
    code, words = told(history, WISH, tmp_path)
    assert code == WRONG
    assert "a token is understood in another way" in words


def test_a_record_that_begins_in_the_middle_is_refused(talk: Talk, tmp_path: Path):
    whole = talk()
    cut = History(whole.tenant, whole.conversation, whole.events, whole.configs, complete=False)
    assert told(cut, WISH, tmp_path)[0] == WRONG


def test_it_is_found_in_a_file_by_any_id(talk: Talk, tmp_path: Path):
    lines = [
        one.model_dump_json()
        for seed in ("393478812390", "393478812391")
        for one in talk(address=seed).events
    ]
    file = tmp_path / "events.jsonl"
    file.write_text("\n".join(lines))
    wanted = talk(address="393478812391")
    for ref in (wanted.conversation, "+393478812391", str(wanted.handled[0].id)):
        assert find(Wish(ref, file=file)).conversation == wanted.conversation
    with pytest.raises(NoRecord, match="no decided conversation"):
        find(Wish("391110000000", file=file))


@pytest.mark.parametrize(
    "disguise",
    [
        "marta", "MARTA", "m a r t a", "M.A.R.T.A", "martarossi", "Rossi", "issor atram", "bWFydGEgcm9zc2k=",
        "347 88 12 390", "3-4-7-8-8-1-2-3-9-0", "0932188743", "wamid.HQwzOTM0Nzg4MTIzOTAVAgA=",
        "marta.rossi@gmail.com", "MARTA.ROSSI@GMAIL.COM", "via garibaldi, 12, 00153", "ViaGaribaldi12-00153",
    ],
)  # fmt: skip
def test_the_scan_sees_through_disguises(talk: Talk, disguise: str):
    history = talk()
    made = anonymise(history).history
    planted = Fixture(Meta("one", "it", "lyo", "0", note=f"ciao {disguise} ok"), made)
    assert {leak.where for leak in leaks(planted, history)} == {"meta.note"}


def test_the_record_itself_is_full_of_leaks(talk: Talk):
    history = without_bystanders(talk())
    found = {leak.kind for leak in leaks(Fixture(Meta("one", "it", "lyo", "0"), history), history)}
    assert {"name", "phone number", "channel address", "e-mail address", "street address", "id"} <= found


def test_a_fixture_alone_shows_what_is_no_token(talk: Talk):
    real = Fixture(Meta("one", "it", "lyo", "0"), without_bystanders(talk()))
    assert {"phone number", "channel address", "e-mail address"} <= {kind for kind, _ in strangers(real)}


def test_words_that_may_be_names_are_shown(talk: Talk):
    made = anonymise(talk("Ciao, viene a prendermi Zbyszko alla stazione con Marco")).history
    assert doubtful(Fixture(Meta("one", "it", "lyo", "0"), made)) == ("Zbyszko",)
