"""The doctor finds what is wrong and says what to do."""

import os
import socket
import time
from collections.abc import Iterable
from pathlib import Path

import pytest

from ops.ai.words import Told
from ops.api import Api, ApiProblem
from ops.examination.ai import examine_ai, in_force
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
    assert of("Settings", examine_settings(tmp_path)).well
    monkeypatch.setenv("BELLHOP_ENV", "production")
    found = of("Settings", examine_settings(tmp_path))
    assert not found.well
    assert "BELLHOP_" in found.words


def test_businesses_missing_and_mistaken(tmp_path: Path) -> None:
    assert not of("Businesses", examine_settings(tmp_path)).well
    (tmp_path / "bakery.yaml").write_text("id: bakery\nname: Forno\ntimezone: Rome\nlanguages: [it]\n")
    first, *_ = (one for one in examine_settings(tmp_path) if one.organ == "Businesses")
    assert (first.well, first.words) == (False, "bakery.yaml: timezone")
    assert "Europe/Rome" in first.next_step


def test_ai_of_the_settings_while_nothing_runs() -> None:
    def told(**environment: str) -> str:
        return of("AI", examine_ai(environment, running=False)).words

    assert told() == "offline: answering by rules"
    assert told(BELLHOP_OPENAI_API_KEYS="secret-1, secret-2") == "openai (2 keys)"
    assert told(BELLHOP_SANDBOX_AI="1").startswith("sandbox: openai (3 keys), anthropic (1 key)")


def vendor(
    name: str, state: str = "ready", *, why: str = "", keys: tuple[str, ...] = ("",), models: int = 1
) -> Told:
    """With a key for each of these reasons; the empty one is of a key that works."""
    held = [
        {"shown": f"{name}-{n} …Ab{n}", "state": "resting" if reason else "ready", "why": reason}
        for n, reason in enumerate(keys, 1)
    ]
    return {"vendor": name, "state": state, "why": why, "keys": held, "models": [{}] * models}


def router(*vendors: Told) -> Told:
    return {"offline": not vendors, "vendors": list(vendors)}


def test_an_ai_router_without_keys_is_well() -> None:
    (found,) = in_force(router())
    assert found.well
    assert found.words.startswith("offline: answering by rules")


def test_vendors_that_can_be_asked_are_named_and_passing_rests_are_not_told() -> None:
    rests = vendor("gemini", keys=("", "rate_limited"))
    (found,) = in_force(router(vendor("openai"), rests, vendor("anthropic", "off", models=0)))
    assert (found.well, found.words) == (True, "ready: openai, gemini")


def test_a_key_that_is_refused_is_told_with_the_setting_it_stands_in() -> None:
    _, found = in_force(router(vendor("openai", keys=("", "refused_key: status 401", "refused_key"))))
    assert not found.well
    assert found.words == "openai-2 …Ab2, openai-3 …Ab3: refused_key"
    assert "BELLHOP_OPENAI_API_KEYS" in found.next_step


@pytest.mark.parametrize(
    ("ill", "words"),
    [
        (vendor("groq", "resting", keys=("no_credit",)), "groq-1 …Ab1: no_credit"),
        (vendor("groq", "circuit open", why="slow"), "keeps failing and is left alone: slow"),
        (vendor("groq", models=0), "has a key, but no model in any tier"),
    ],
)  # fmt: skip
def test_when_nobody_can_be_asked_it_says_so_and_why(ill: Told, words: str) -> None:
    nobody, why = in_force(router(ill))
    assert (nobody.well, nobody.words) == (False, "no vendor can be asked: rules answer alone")
    assert (why.organ, why.well, why.words) == ("AI: groq", False, words)
    assert why.next_step


def test_a_router_that_cannot_be_asked_is_told(monkeypatch: pytest.MonkeyPatch) -> None:
    def away() -> None:
        raise ApiProblem("Try again shortly")

    monkeypatch.setattr(Api, "of_running_stack", away)
    (found,) = examine_ai({}, running=True)
    assert (found.well, found.words) == (False, "not told: Try again shortly")
