"""`bellhop ai check`: a line per key, and what to do."""

import json

import pytest

from ops.ai.checking import FINE, WRONG, check, remedy


def result(key: str, reason: str | None = None, **more):
    vendor, ok = key.partition("-")[0], reason is None
    found = {
        "key": key,
        "shown": f"{key} …Ab12",
        "vendor": vendor,
        "model": "small-one",
        "ok": ok,
        "seconds": 0.3,
    }
    return found | {"reason": reason, "detail": "", "revived": False} | more


@pytest.fixture
def keys(gateway, told):
    gateway.answers["GET /api/v1/ai"] = told
    results = {key["key"]: result(key["key"]) for vendor in told["vendors"] for key in vendor["keys"]}
    gateway.answers["POST /api/v1/ai/check"] = lambda asked: {
        "items": [results[json.loads(asked.content)["key"]]]
    }
    return results


def test_every_key_is_tried_once(gateway, keys, capsys):
    assert check(raw=False) == FINE
    asked = [json.loads(one.content)["key"] for what, one in gateway.asked if what.endswith("/check")]
    assert asked == list(keys)
    assert capsys.readouterr().out.count("✓") == len(keys)


def test_one_that_fails_is_the_exit_code_and_says_what_to_do(keys, capsys):
    keys["openai-2"] = result("openai-2", "refused_key", detail="status 401")
    assert check(raw=False) == WRONG
    said = capsys.readouterr().out
    assert "refused_key: status 401" in said
    assert "replace it in BELLHOP_OPENAI_API_KEYS" in said


def test_a_retired_key_that_works_is_told(keys, capsys):
    keys["openai-3"] = result("openai-3", revived=True)
    check(raw=False)
    assert "is used again" in capsys.readouterr().out


def test_a_program_gets_the_remedies_too(keys, capsys):
    keys["anthropic-1"] = result("anthropic-1", "no_credit")
    assert check(raw=True) == WRONG
    items = {one["key"]: one for one in json.loads(capsys.readouterr().out)["items"]}
    assert "top it up" in items["anthropic-1"]["do"]
    assert items["openai-1"]["do"] == ""


def test_without_keys_it_says_what_to_set(gateway, capsys):
    gateway.answers["GET /api/v1/ai"] = {"offline": True, "vendors": []}
    assert check(raw=False) == FINE
    assert "offline: answering by rules" in capsys.readouterr().out


@pytest.mark.parametrize(
    "reason", ["refused_key", "rate_limited", "unreachable", "malformed", "timeout", "cut_off"]
)
def test_a_vendor_of_the_list_is_mended_there(reason):
    said = remedy(result("groq-1", reason))
    assert "BELLHOP_GROQ" not in said
    assert said
