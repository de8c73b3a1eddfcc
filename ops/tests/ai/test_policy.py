"""`bellhop ai policy`: showing it, and changing it while all runs."""

import json

import httpx
import pytest

from ops.ai import policy
from ops.ai.policy import FINE, MISUNDERSTOOD, WRONG

POLICY = {
    "tiers": {
        "small": [
            {"vendor": "openai", "model": "gpt-4o-mini", "weight": 3, "enabled": True},
            {"vendor": "gemini", "model": "gemini-flash", "weight": 1, "enabled": True},
        ],
        "medium": [{"vendor": "anthropic", "model": "claude", "weight": 1, "enabled": True}],
    },
    "purposes": {"answer": ["small", "medium"]},
    "off": [], "budget": {"day": "1.5", "month": None}, "concurrency": 20, "warn_at": 0.8, "cheaper_at": 0.9,
}  # fmt: skip


@pytest.fixture
def stored(gateway):
    told = {
        "version": 2,
        "set_at": "2026-03-02T12:00:00Z",
        "set_by": "ann@b.c",
        "in_force": 2,
        "unpriced": [],
        "policy": POLICY,
    }

    def put(request):
        told.update(
            version=3, in_force=3, policy=json.loads(request.content), query=request.url.query.decode()
        )
        return {"version": 3}

    gateway.answers |= {"GET /api/v1/ai/policy": lambda _: told, "PUT /api/v1/ai/policy": put}
    return told


def test_it_shows_who_gets_which_part(stored, capsys):
    assert policy.show(raw=False) == FINE
    said = capsys.readouterr().out
    for word in ("Version 2", "ann@b.c", "75 %", "small, then medium", "$1.50 a day and any amount a month"):
        assert word in said


def test_bellhops_own_is_called_so(stored, capsys):
    stored.update(version=0, in_force=0, set_by=None, set_at=None)
    policy.show(raw=False)
    assert "Bellhop's own: none was set" in capsys.readouterr().out


def test_what_is_shown_to_a_program_can_be_set_again(stored, capsys, tmp_path):
    policy.show(raw=True)
    file = tmp_path / "policy.yaml"
    file.write_text(capsys.readouterr().out)
    assert policy.set_from(file) == FINE
    assert stored["policy"] == POLICY


def test_a_vendor_is_switched_off_only_in_the_policy_that_was_seen(stored, capsys):
    assert policy.switch("gemini", on=False) == FINE
    assert (stored["policy"]["off"], stored["query"]) == (["gemini"], "replaces=2")
    policy.show(raw=False)
    assert "100 %" in capsys.readouterr().out
    assert policy.switch("gemini", on=True) == FINE
    assert stored["policy"]["off"] == []


def test_what_is_so_already_is_not_set_again(gateway, stored, capsys):
    assert policy.switch("gemini", on=True) == FINE
    assert [what for what, _ in gateway.asked if what.startswith("PUT")] == []


def test_a_vendor_that_nobody_named_is_not_switched(stored, capsys):
    assert policy.switch("opnai", on=False) == MISUNDERSTOOD
    assert "openai, gemini, anthropic" in capsys.readouterr().err


def test_the_last_vendor_can_be_switched_off_with_a_word(stored, capsys):
    stored["policy"] = POLICY | {"off": ["openai", "anthropic"]}
    assert policy.switch("gemini", on=False) == FINE
    assert "answered by rules" in capsys.readouterr().out


def test_mistakes_are_told_one_by_one(gateway, stored, capsys, tmp_path):
    errors = [{"field": "ofl", "problem": "is unknown; did you mean off?"}]
    refused = httpx.Response(422, json={"title": "The policy cannot be used", "errors": errors})
    gateway.answers["PUT /api/v1/ai/policy"] = refused
    (tmp_path / "p.yaml").write_text("ofl: []")
    assert policy.set_from(tmp_path / "p.yaml") == WRONG
    assert "ofl: is unknown; did you mean off?" in capsys.readouterr().err


def test_models_of_unknown_price_are_warned_of_when_set_and_when_shown(stored, capsys, tmp_path):
    stored["unpriced"] = ["ollama/llama", "groq/qwen"]
    (tmp_path / "p.yaml").write_text(json.dumps(POLICY))
    assert policy.set_from(tmp_path / "p.yaml") == FINE
    set_, _ = capsys.readouterr()
    assert policy.show(raw=False) == FINE
    for said in (set_, capsys.readouterr().out):
        assert "No price is known of ollama/llama, groq/qwen" in said
        assert "BELLHOP_AI_PRICES" in said


@pytest.mark.parametrize("text", ["{", "", "hello", "- openai"])
def test_a_file_that_holds_no_policy_is_not_sent(gateway, stored, capsys, tmp_path, text):
    (tmp_path / "p.yaml").write_text(text)
    assert policy.set_from(tmp_path / "p.yaml") == MISUNDERSTOOD
    assert [what for what, _ in gateway.asked] == []


def test_a_router_that_does_not_hear_of_it_is_told(gateway, stored, capsys, monkeypatch):
    monkeypatch.setattr(policy, "_HEARD_SECONDS", 0)
    gateway.answers["PUT /api/v1/ai/policy"] = {"version": 9}
    assert policy.switch("gemini", on=False) == WRONG
    assert "does not go by it yet" in capsys.readouterr().err
