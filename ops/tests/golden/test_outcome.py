"""What has changed is named with its turn; nothing but a change makes a difference."""

import os
import subprocess
import sys
from collections.abc import Callable
from datetime import UTC, date, datetime, tzinfo
from decimal import Decimal
from pathlib import Path

import pytest
from rich.console import Console

from contracts.tenants import TenantConfig
from conversation.domain.prompts import Chosen
from conversation.messages import MESSAGES
from ops.golden.anonymise import anonymise
from ops.golden.commands import FINE, NOT_FOUND, WRONG, accept, verify
from ops.golden.fixture import Fixture, Meta, NoFixture
from ops.golden.outcome import NotRenewable, Outcome, check, renewed
from ops.golden.tables import differences
from ops.replay.history import History

Talk = Callable[..., History]
REPOSITORY = Path(__file__).parents[3]
ASKING = (
    "quanto costa il taglio uomo?", "siete aperti sabato?", "prenoto taglio uomo martedì alle 10", "grazie"
)  # fmt: skip


@pytest.fixture
def golden(talk: Talk) -> Fixture:
    return Fixture(Meta("prices", "it", "lyo", "0"), anonymise(talk(*ASKING)).history)


def shown(outcome: Outcome) -> str:
    console = Console(width=160, no_color=True)
    with console.capture() as captured:
        console.print(differences(outcome))
    return captured.get()


def drifted(outcome: Outcome) -> list[int]:
    return [number for number, turn in enumerate(outcome.replayed.turns, 1) if turn.differs]


def with_price(fixture: Fixture, price: int) -> Fixture:
    def dearer(config: TenantConfig) -> TenantConfig:
        services = tuple(
            one.model_copy(update={"price": Decimal(price)}) if one.id == "taglio-uomo" else one
            for one in config.services
        )
        return config.model_copy(update={"services": services})

    history = fixture.history
    configs = {version: dearer(config) for version, config in history.configs.items()}
    return Fixture(fixture.meta, History(history.tenant, history.conversation, history.events, configs))


def test_without_a_change_nothing_differs(golden: Fixture):
    assert not check(golden).drifted
    assert "✓ prices" in shown(check(golden))


def test_a_wrong_price_is_named_with_its_turns(golden: Fixture):
    outcome = check(with_price(golden, 99))
    assert drifted(outcome) == [1, 4]  # the price list, and the confirmation of the booking
    told = shown(outcome)
    assert "turn 1 of 5  quanto costa il taglio uomo?" in told
    assert "22 €" in told
    assert "99 €" in told


def test_a_changed_template_is_named_with_its_turn(golden: Fixture, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setitem(MESSAGES["it"], "thanks", "Ciao ciao!")
    outcome = check(golden)
    assert drifted(outcome) == [5]
    assert "turn 5 of 5  grazie" in shown(outcome)


def test_todays_words_become_the_new_truth(golden: Fixture):
    dearer = with_price(golden, 99)
    again = renewed(dearer)
    assert not check(again).drifted
    assert "99 €" in again.written()
    assert "22 €" not in again.written()


def test_an_ai_that_is_told_more_answers_as_it_did(talk: Talk, monkeypatch: pytest.MonkeyPatch):
    golden = Fixture(Meta("ai", "it", "lyo", "0"), anonymise(talk("vendete gatti siamesi?")).history)
    told = Chosen("Miao.", "1")
    monkeypatch.setattr("conversation.domain.open_questions.chosen", lambda *_: told)
    assert not check(renewed(golden)).drifted
    assert "Miao." in renewed(golden).written()


def test_what_nobody_answered_cannot_be_the_new_truth(golden: Fixture, monkeypatch: pytest.MonkeyPatch):
    sunday = golden.written().replace("prenoto taglio uomo martedì alle 10", "prenoto barba giovedì alle 10")
    with pytest.raises(NotRenewable, match="turn 3"):
        renewed(Fixture.read(sunday))


def test_a_fixture_reads_back_as_it_was_written(golden: Fixture):
    again = Fixture.read(golden.written())
    assert again == golden
    assert again.written() == golden.written()


@pytest.mark.parametrize("text", ["", "{}", "[]", '{"meta": {}}'])
def test_what_is_no_fixture_is_refused(text: str):
    with pytest.raises(NoFixture):
        Fixture.read(text)


def test_the_commands_tell_by_their_exit_code(golden: Fixture, tmp_path: Path):
    quiet = Console(quiet=True)
    assert verify(tmp_path, [], quiet) == WRONG  # nothing there is no success
    assert verify(tmp_path, ["nothing"], quiet) == NOT_FOUND
    (tmp_path / "prices.json").write_text(golden.written())
    assert verify(tmp_path, [], quiet) == FINE
    (tmp_path / "prices.json").write_text(with_price(golden, 99).written())
    assert verify(tmp_path, ["prices"], quiet) == WRONG
    assert accept(tmp_path, "prices", quiet) == FINE
    assert verify(tmp_path, ["prices"], quiet) == FINE


def test_no_decision_looks_at_the_clock(golden: Fixture, monkeypatch: pytest.MonkeyPatch):
    later = datetime(2031, 6, 1, 3, tzinfo=UTC)

    class Clock(type):
        def __instancecheck__(cls, one: object) -> bool:
            return isinstance(one, cls.__mro__[1])

    class Later(datetime, metaclass=Clock):
        @classmethod
        def now(cls, tz: tzinfo | None = None) -> datetime:  # type: ignore[override]
            return later.astimezone(tz)

    class LaterDay(date, metaclass=Clock):
        @classmethod
        def today(cls) -> date:  # type: ignore[override]
            return later.date()

    for name, module in list(sys.modules.items()):
        if name.partition(".")[0] in ("conversation", "contracts", "babel") or name.startswith("ops.replay"):
            for known, instead in (("datetime", Later), ("date", LaterDay)):
                if isinstance(getattr(module, known, None), type):
                    monkeypatch.setattr(module, known, instead)
    assert not check(golden).drifted


def test_neither_the_machine_s_zone_nor_chance_matters():
    environment = os.environ | {"TZ": "Pacific/Kiritimati", "PYTHONHASHSEED": "1"}
    command = [sys.executable, "-m", "ops", "golden", "check"]
    done = subprocess.run(
        command, cwd=REPOSITORY, env=environment, capture_output=True, text=True, check=False
    )
    assert done.returncode == FINE, done.stdout + done.stderr
