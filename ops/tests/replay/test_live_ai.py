"""An AI is asked only on demand, and only what was not asked then."""

import json
import threading
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any
from uuid import uuid4

import pytest
from typer.testing import CliRunner

from contracts.events import first
from contracts.tenants import TenantConfig, TenantConfigured
from ops.cli import app
from ops.replay.rehearsal import BEGINNING, script

LYO = Path(__file__).parents[3] / "deploy" / "tenants" / "lyo.yaml"


class Vendor(ThreadingHTTPServer):
    """Answers every question in the same words."""

    def __init__(self) -> None:
        super().__init__(("127.0.0.1", 0), _Answering)
        self.questions: list[dict[str, Any]] = []


class _Answering(BaseHTTPRequestHandler):
    server: Vendor

    def do_POST(self) -> None:
        self.server.questions.append(json.loads(self.rfile.read(int(self.headers["content-length"]))))
        choice = {"message": {"content": "Lo chiedo a una collega."}, "finish_reason": "stop"}
        usage = {"prompt_tokens": 3, "completion_tokens": 4}
        body = {"choices": [choice], "model": "asked-now", "usage": usage}
        self.send_response(200)
        self.end_headers()
        self.wfile.write(json.dumps(body).encode())

    def log_message(self, *_: Any) -> None:
        pass


@pytest.fixture
def vendor(monkeypatch: pytest.MonkeyPatch) -> Iterator[Vendor]:
    with Vendor() as server:
        threading.Thread(target=server.serve_forever).start()
        monkeypatch.setenv("BELLHOP_OPENAI_BASE_URL", f"http://127.0.0.1:{server.server_port}")
        monkeypatch.setenv("BELLHOP_OPENAI_API_KEYS", "a-key")
        yield server
        server.shutdown()


@pytest.fixture
def record(tmp_path: Path, lyo: TenantConfig) -> Path:
    history = script(lyo, ("consegnate anche in Patagonia?", "ok grazie"), ai="Una collega se ne occupa.")
    configured = first(
        TenantConfigured(version=1, config=lyo), event_id=uuid4(), source="gateway", tenant="lyo",
        partition="lyo", time=BEGINNING,
    )  # fmt: skip
    file = tmp_path / "record.jsonl"
    file.write_text("".join(one.model_dump_json() + "\n" for one in (configured, *history.events)))
    return file


def run(record: Path, *options: str) -> tuple[int, str]:
    done = CliRunner().invoke(app, ["replay", "--record", str(record), *options], env={"COLUMNS": "200"})
    return done.exit_code, done.stdout


def test_what_was_asked_then_is_not_asked_again(record: Path, vendor: Vendor) -> None:
    code, shown = run(record, "--live-ai")
    assert code == 0
    assert "No AI has to be asked" in shown
    assert vendor.questions == []


def test_without_it_the_conversation_stops_there(record: Path, vendor: Vendor, dearer: Path) -> None:
    code, shown = run(record, "--config", str(dearer))
    assert code == 1
    assert "stopped" in shown
    assert vendor.questions == []


def test_the_ai_carries_the_conversation_on(record: Path, vendor: Vendor, dearer: Path) -> None:
    code, shown = run(record, "--config", str(dearer), "--live-ai")
    assert code == 1
    assert "1 conversation" in shown
    assert "Lo chiedo a una collega." in shown
    assert "stopped" not in shown
    assert len(vendor.questions) == 1


def test_where_one_vendor_fails_the_next_is_asked(
    record: Path, vendor: Vendor, dearer: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("BELLHOP_ANTHROPIC_BASE_URL", "http://127.0.0.1:9")
    monkeypatch.setenv("BELLHOP_ANTHROPIC_API_KEYS", "another-key")
    code, shown = run(record, "--config", str(dearer), "--live-ai")
    assert code == 1
    assert "Asking openai, anthropic about" in shown
    assert "Lo chiedo a una collega." in shown
    assert len(vendor.questions) == 1


def test_without_any_answer_the_rules_carry_it_on(
    record: Path, dearer: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("BELLHOP_OPENAI_BASE_URL", "http://127.0.0.1:9")
    monkeypatch.setenv("BELLHOP_OPENAI_API_KEYS", "a-key")
    code, shown = run(record, "--config", str(dearer), "--live-ai")
    assert code == 1
    assert "completion.failed" in shown
    assert "stopped" not in shown


def test_without_a_key_nobody_is_asked(record: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("BELLHOP_OPENAI_API_KEYS", raising=False)
    code, shown = run(record, "--live-ai")
    assert code == 2
    assert "BELLHOP_OPENAI_API_KEYS" in shown


@pytest.fixture
def dearer(tmp_path: Path) -> Path:
    """The business with another price: its AI is told so."""
    file = tmp_path / "lyo.yaml"
    file.write_text(LYO.read_text().replace("price: 20", "price: 25").replace("[it, en]", "[it, en, fr]"))
    return file
