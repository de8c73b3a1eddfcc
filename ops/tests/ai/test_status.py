"""`bellhop ai status`: what people and programs see of the router."""

import json

import httpx
import pytest
from rich.console import Console

from ops.ai.status import FINE, WRONG, shown, status
from ops.ai.words import bar, dollars, failed, seconds


@pytest.fixture(params=[80, 100, 140])
def width(request):
    return request.param


def text(what, width: int) -> str:
    console = Console(width=width)
    with console.capture() as captured:
        console.print(what)
    return captured.get()


def test_every_key_and_its_state_can_be_read_at_any_width(told, usage, width):
    said = text(shown(told, usage), width)
    assert max(map(len, said.splitlines())) <= width
    for word in (
        "openai-1 …Ab12",
        "resting",
        "retired",
        "off",
        "anthropic-1 …gH78",
        "no_credit",
        "3 (100 %)",
    ):
        assert word in said


def test_circuits_that_are_not_closed_say_since_when_and_why(told, usage):
    said = text(shown(told, usage), 140)
    assert "openai/gpt-4o-mini" in said
    assert "5 failures in a row" in said
    assert text(shown(told | {"circuits": []}, usage), 140).count("Circuit") == 0


def test_what_is_wrong_stands_above_the_long_table_of_models(told, usage):
    said = text(shown(told, usage), 140)
    assert said.index("Circuit") < said.index("Model")


def test_budgets_are_shown_of_those_whom_they_concern(told, usage):
    said = text(shown(told, usage), 100)
    assert "█████████░ $0.93 of $1.00" in said
    assert "$0.0021, no limit" in said
    assert "rules alone" in said
    assert "lily" not in said
    assert "Spent today $1.95, this month $10.60" in said


def test_sums_tell_the_cache_and_the_calls(told, usage):
    said = text(shown(told, usage), 100)
    assert "Cache: 3 of 12 questions (25 %)" in said
    assert "68 generated, 5 timeout, 2 refused_key" in said
    assert "In hand: 4 of 100 a replica, waited 300 ms (p95)" in said
    told["in_hand"] |= {"now": 100, "waiting": 37}
    assert "In hand: 100 of 100 a replica, 37 more wait for a place, waited" in text(shown(told, usage), 100)


def test_without_redis_there_are_states_but_no_figures(told, usage):
    for vendor in told["vendors"]:
        for one in (*vendor["keys"], *vendor["models"]):
            one.update(calls=None, failures=None, p50=None, p95=None)
    said = text(shown(told | {"calls": None, "cache": None}, usage), 100)
    assert "Redis is away" in said
    assert "retired" in said


def test_without_keys_it_says_what_to_set(gateway, capsys):
    gateway.answers["GET /api/v1/ai"] = {"offline": True, "vendors": []}
    gateway.answers["GET /api/v1/ai/usage"] = {"budgets": []}
    assert status(watch=False, raw=False) == FINE
    said = capsys.readouterr().out
    assert "offline: answering by rules" in said
    assert "BELLHOP_ANTHROPIC_API_KEYS" in said
    assert "bellhop up --sandbox-ai" in said


def test_a_program_gets_all_of_it_as_json(gateway, capsys, told, usage):
    gateway.answers |= {"GET /api/v1/ai": told, "GET /api/v1/ai/usage": usage}
    assert status(watch=False, raw=True) == FINE
    found = json.loads(capsys.readouterr().out)
    assert found["circuits"] == told["circuits"]
    assert found["usage"] == usage


def test_no_vendor_that_can_be_asked_is_the_exit_code(gateway, capsys, told, usage):
    for vendor in told["vendors"]:
        vendor["state"] = "resting"
    gateway.answers |= {"GET /api/v1/ai": told, "GET /api/v1/ai/usage": usage}
    assert status(watch=False, raw=False) == WRONG


def test_a_router_that_is_away_is_told(gateway, capsys):
    gateway.answers["GET /api/v1/ai"] = httpx.Response(503, json={"title": "Try again shortly"})
    assert status(watch=False, raw=False) == WRONG
    assert "Try again shortly" in capsys.readouterr().err


@pytest.mark.parametrize(
    ("amount", "written"),
    [("0", "$0.00"), ("1234.5", "$1,234.50"), ("0.0021", "$0.0021"), ("0.00000012", "< $0.0001"), (None, "")],
)
def test_money_is_written_so_that_small_sums_are_seen(amount, written):
    assert dollars(amount) == written


def test_other_words():
    assert (seconds(0.34), seconds(2.44), seconds(None)) == ("340 ms", "2.4 s", "")
    assert failed(0, 9) == "0"
    assert "1.0 %" in failed(1, 100)
    assert bar(2.0, "red").count("█") == 10
