"""`bellhop replay` from outside: what it says and how it ends."""

import json
from collections.abc import Callable
from pathlib import Path
from uuid import uuid4

import pytest
from typer.testing import CliRunner, Result

from contracts.events import first
from contracts.tenants import TenantConfig, TenantConfigured
from ops.cli import app
from ops.replay.rehearsal import BEGINNING, script

LYO = Path(__file__).parents[3] / "deploy" / "tenants" / "lyo.yaml"
TEXTS = ("quanto costa la piega?", "siete aperti sabato?", "ok grazie")

Run = Callable[..., Result]


@pytest.fixture
def record(tmp_path: Path, lyo: TenantConfig) -> Path:
    """A file as `bellhop events --json` writes it."""
    configured = first(
        TenantConfigured(version=1, config=lyo), event_id=uuid4(), source="gateway", tenant="lyo",
        partition="lyo", time=BEGINNING,
    )  # fmt: skip
    file = tmp_path / "record.jsonl"
    events = (configured, *script(lyo, TEXTS).events)
    file.write_text("".join(one.model_dump_json() + "\n" for one in events))
    return file


@pytest.fixture
def run(record: Path) -> Run:
    def with_record(*options: str) -> Result:
        return CliRunner().invoke(app, ["replay", "--record", str(record), *options])

    return with_record


def test_nothing_differs(run: Run, lyo: TenantConfig) -> None:
    done = run(script(lyo, TEXTS).conversation)
    assert done.exit_code == 0
    assert "3 turns alike" in done.stdout


def test_a_price_that_changed(run: Run, tmp_path: Path) -> None:
    dearer = tmp_path / "lyo.yaml"
    dearer.write_text(LYO.read_text().replace("price: 20", "price: 25").replace("[it, en]", "[it, en, fr]"))
    done = run("--config", str(dearer))
    assert done.exit_code == 1
    assert "Piega costa 20 €" in done.stdout
    assert "Piega costa 25 €" in done.stdout
    assert "2 turns alike" in done.stdout


def test_for_programs(run: Run) -> None:
    done = json.loads(run("--json").stdout)
    (found,) = done["conversations"]
    assert done["differs"] is found["differs"] is False
    assert [turn["handled"]["data"]["personal"]["text"] for turn in found["turns"]] == list(TEXTS)


def test_all_turns_are_shown_on_demand(run: Run) -> None:
    assert "Piega costa 20 €" in run("--all").stdout


@pytest.mark.parametrize(
    "options", [["--config", "Makefile"], ["--since", "whenever"], ["--code", "nowhere"]]
)
def test_what_is_not_understood(run: Run, options: list[str]) -> None:
    assert run(*options).exit_code == 2


def test_nothing_found(run: Run) -> None:
    assert run("another-conversation").exit_code == 3
    assert run("--tenant", "another-business").exit_code == 3


def test_any_id_names_the_conversation(run: Run, lyo: TenantConfig) -> None:
    assert run(str(script(lyo, TEXTS).handled[1].id)).exit_code == 0


def test_a_line_that_is_no_event_is_named(record: Path, run: Run) -> None:
    record.write_text(record.read_text() + "{}\n")
    done = run()
    assert done.exit_code == 2
    assert "line" in done.stdout


def test_a_record_without_configuration_asks_for_one(
    record: Path, run: Run, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("BELLHOP_DATA_DIR", str(tmp_path))  # where nothing runs
    monkeypatch.delenv("BELLHOP_GATEWAY_URL", raising=False)
    record.write_text("".join(record.read_text().splitlines(keepends=True)[1:]))
    assert "--config" in run().stdout
    assert run("--config", str(LYO)).exit_code == 0


def test_it_says_what_it_needs() -> None:
    assert CliRunner().invoke(app, ["replay"]).exit_code == 2


def test_a_broker_that_is_away_is_said_and_no_fault(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("BELLHOP_RABBITMQ_URL", "amqp://guest:guest@127.0.0.1:1/")
    done = CliRunner().invoke(app, ["replay", "--tenant", "lyo"])
    assert done.exit_code == 2
    assert "RabbitMQ does not answer" in done.stdout.replace("\n", " ")
