"""The doctor finds what is wrong and says what to do."""

import os
import socket
import time
from collections.abc import Iterable
from pathlib import Path

import pytest

from ops.examination.finding import Finding
from ops.examination.machine import examine_machine
from ops.examination.servers import examine_servers
from ops.examination.settings import examine_settings
from ops.servers.address import free_ports


def of(organ: str, findings: Iterable[Finding]) -> Finding:
    return next(one for one in findings if one.organ == organ)


def test_a_taken_port(tmp_path: Path) -> None:
    with socket.create_server(("127.0.0.1", 0)) as listener:
        port = listener.getsockname()[1]
        found = of("Gateway port", examine_machine(tmp_path, port, None))
    assert not found.well
    assert f"PORT={port + 1}" in found.next_step
    assert of("Gateway port", examine_machine(tmp_path, free_ports(1)[0], None)).well


def test_a_clock_that_was_set_back(tmp_path: Path) -> None:
    assert of("Clock", examine_machine(tmp_path, 1, None)).well
    (written := tmp_path / "run.json").write_text("{}")
    os.utime(written, (time.time() + 7200,) * 2)
    assert not of("Clock", examine_machine(tmp_path, 1, None)).well


def test_servers_that_do_not_answer_are_named_without_their_password() -> None:
    (dead,) = free_ports(1)
    url = f"amqp://bellhop:secret@127.0.0.1:{dead}/"
    found = of("RabbitMQ", examine_servers({"BELLHOP_RABBITMQ_URL": url, "BELLHOP_REDIS_URL": url}))
    assert not found.well
    assert f"127.0.0.1:{dead}" in found.words
    assert "secret" not in found.words + found.next_step


def test_a_server_that_answers() -> None:
    with socket.create_server(("127.0.0.1", 0)) as listener:
        url = f"redis://127.0.0.1:{listener.getsockname()[1]}/0"
        assert of("Redis", examine_servers({"BELLHOP_RABBITMQ_URL": url, "BELLHOP_REDIS_URL": url})).well


def test_demo_secrets_in_production(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    assert of("Settings", examine_settings({}, tmp_path)).well
    monkeypatch.setenv("BELLHOP_ENV", "production")
    found = of("Settings", examine_settings({}, tmp_path))
    assert not found.well
    assert "BELLHOP_" in found.words


def test_businesses_missing_and_mistaken(tmp_path: Path) -> None:
    assert not of("Businesses", examine_settings({}, tmp_path)).well
    (tmp_path / "bakery.yaml").write_text("id: bakery\nname: Forno\ntimezone: Rome\nlanguages: [it]\n")
    first, *_ = (one for one in examine_settings({}, tmp_path) if one.organ == "Businesses")
    assert (first.well, first.words) == (False, "bakery.yaml: timezone")
    assert "Europe/Rome" in first.next_step


def test_ai_by_rules_or_by_key(tmp_path: Path) -> None:
    assert of("AI", examine_settings({}, tmp_path)).words == "offline: answering by rules"
    found = of("AI", examine_settings({"BELLHOP_OPENAI_API_KEYS": "secret-1, secret-2"}, tmp_path))
    assert found.words == "openai (2 keys)"
    played = of("AI", examine_settings({"BELLHOP_SANDBOX_AI": "1"}, tmp_path))
    assert played.words.startswith("sandbox: openai (3 keys), anthropic (1 key)")
