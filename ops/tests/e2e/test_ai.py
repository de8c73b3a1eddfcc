"""AI vendors that fail while questions come: nothing is lost, and administrators see and change all of it."""

import json
import time
from typing import Any

import pytest

pytestmark = pytest.mark.e2e

SETTINGS = {"BELLHOP_SANDBOX_AI": "1", "BELLHOP_AI_BREAKER_SECONDS": "2", "BELLHOP_REPLICAS": "ai-router=2"}


def vendors(product: Any) -> dict[str, Any]:
    told = json.loads(product.bellhop("ai", "status", "--json").stdout)
    return {one["vendor"]: one for one in told["vendors"]}


def test_every_key_works_and_none_is_shown(product):
    done = product.bellhop("ai", "check")
    assert (done.returncode, done.stdout.count("✓")) == (0, 6)
    assert "sandbox-openai" not in done.stdout + product.bellhop("ai", "status", "--json").stdout


def calls(product: Any, vendor: str) -> int:
    """What all its keys were used for; replicas tell it once a second."""
    return sum(key["calls"] for key in vendors(product)[vendor]["keys"])


def test_a_vendor_that_fails_loses_no_question_and_is_asked_again_when_it_is_well(product, until):
    done = product.bellhop(
        "ai", "drill", "--vendor", "openai", "--fault", "500", "--for", "4s", "--every", "0.2s", "--json"
    )
    told = json.loads(done.stdout)
    assert (told["lane"], told["lost"], told["fine"], done.returncode) == ("sandbox", [], True, 0)
    assert told["answered_by"].keys() - {"openai"}
    assert told["circuit"]["closed_at"] > told["circuit"]["opened_at"]
    until(lambda: calls(product, "openai") >= told["calls_of_vendor"])


def test_a_drill_beside_the_live_router_leaves_that_alone(product):
    time.sleep(1.5)  # the last questions of the drill before are told by then
    before = calls(product, "anthropic")
    done = product.bellhop(
        "ai", "drill", "--vendor", "anthropic", "--fault", "500", "--for", "2s", "--every", "0.2s",
        "--lane", "shadow", "--json",
    )  # fmt: skip
    told = json.loads(done.stdout)
    assert (told["lost"], told["fine"], done.returncode) == ([], True, 0)
    assert (calls(product, "anthropic"), vendors(product)["anthropic"]["state"]) == (before, "ready")


def test_a_vendor_is_switched_off_and_on_while_all_runs(product, until):
    assert product.bellhop("ai", "policy", "off", "gemini").returncode == 0
    until(lambda: vendors(product)["gemini"]["state"] == "off")
    assert product.bellhop("ai", "policy", "on", "gemini").returncode == 0
    until(lambda: vendors(product)["gemini"]["state"] == "ready")
