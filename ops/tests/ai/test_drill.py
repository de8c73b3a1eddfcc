"""`bellhop ai drill`: what may be drilled, and what it tells, against a router of a few lines."""

import json
import threading
from decimal import Decimal
from typing import Any

import httpx
import pytest

from ops.ai.drill import command, running
from ops.ai.drill.command import FINE, MISUNDERSTOOD, WRONG, drill
from ops.ai.drill.course import Course, Question, percentile, report
from ops.ai.drill.lanes import SandboxLane
from ops.ai.drill.wish import Unfit, Wish, lane_for, wish_of
from ops.ai.words import Told

SANDBOX = "http://127.0.0.1:8010"


def wish(**other: Any) -> Wish:
    usual: Told = {"vendor": "openai", "fault": "500", "seconds": 0.4, "every": 0.05}
    usual |= {"lane": "shadow", "yes": True}
    return Wish(**(usual | other))


def attempt(vendor: str, outcome: str, asked: bool = True) -> Told:
    return {"vendor": vendor, "model": "m", "key": f"{vendor}-1", "asked": asked, "outcome": outcome}


class Router:
    """Opens openai's circuit after five failures; the first question after that it is well closes it."""

    def __init__(self, told: Told) -> None:
        self.told = told | {"circuits": []}
        self.failures, self.lock, self.loses = 0, threading.Lock(), False
        for one in self.told["vendors"]:
            one.update(state="ready", address=f"{SANDBOX}/ai/{one['vendor']}")
            for key in one["keys"]:
                key["state"] = "ready"

    def look(self, _: httpx.Request) -> Told:
        return self.told

    def trial(self, request: httpx.Request) -> Told:
        asked = json.loads(request.content)
        with self.lock:
            attempts = self._attempts(failing=bool(asked.get("fault")))
        vendor = None if self.loses and attempts[-1]["vendor"] != "openai" else attempts[-1]["vendor"]
        reason = None if vendor else "timeout"
        return {"vendor": vendor, "reason": reason, "seconds": 0.2, "cost": "0.0001", "attempts": attempts}

    def _attempts(self, *, failing: bool) -> list[Told]:
        if not failing:
            self.told["circuits"] = []
            return [attempt("openai", "generated")]
        self.failures += 1
        if self.failures >= 5:
            self.told["circuits"] = [
                {"vendor": "openai", "model": "m", "key": "", "state": "half-open", "since": "2026",
                 "until": None, "why": "5 failures in a row", "failures": 5},
            ]  # fmt: skip
        over = self.failures > 5
        first = attempt("openai", "circuit_open", asked=False) if over else attempt("openai", "overloaded")
        return [first, attempt("anthropic", "generated")]


@pytest.fixture
def router(gateway, told, monkeypatch) -> Router:
    monkeypatch.setattr(running, "_LOOK_SECONDS", 0.02)
    monkeypatch.setattr(running, "_RECOVERS_WITHIN", 5)
    monkeypatch.setattr(command, "_sandbox", lambda: SANDBOX)
    one = Router(told)
    gateway.answers |= {"GET /api/v1/ai": one.look, "POST /api/v1/ai/trial": one.trial}
    return one


def test_a_drill_that_goes_well_tells_its_course(router, capsys):
    assert drill(wish(), raw=True) == FINE
    told = json.loads(capsys.readouterr().out)
    assert told["lost"] == []
    assert told["answered_by"].keys() == {"anthropic", "openai"}
    assert told["circuit"]["opened_after"] >= 5
    assert told["circuit"]["closed_at"] >= told["circuit"]["healed_at"]
    assert told["failover"]["count"] == 5
    assert told["circuit"]["probes"] == 1
    assert Decimal(told["cost"]) == told["questions"] * Decimal("0.0001")


def test_people_read_it_in_sentences(router, capsys):
    drill(wish(), raw=False)
    said = capsys.readouterr().out
    assert "No customer is touched" in said
    assert "lost: 0" in said
    assert "5 of our calls had failed (5 failures in a row)" in said


def test_a_question_that_is_lost_fails_the_drill(router, capsys):
    router.loses = True
    assert drill(wish(), raw=False) == WRONG
    assert "timeout" in capsys.readouterr().out


def test_a_circuit_that_never_opens_fails_the_drill(router, capsys):
    router.failures = -1000
    assert drill(wish(), raw=False) == WRONG
    assert "did not open" in capsys.readouterr().out


def test_ctrl_c_heals_the_vendor_and_waits_for_it(router, monkeypatch, capsys):
    faults = []

    class Lane:
        router = "live"
        fail = staticmethod(lambda: faults.append("fails"))
        heal = staticmethod(lambda: faults.append("well"))

        def body(self) -> Told:
            return {"fault": {"vendor": "openai"} if faults[-1] == "fails" else None}

    def interrupted(course, phase):
        if course.opened_at is not None and faults[-1] == "fails":
            raise KeyboardInterrupt
        return phase

    monkeypatch.setattr(running, "board", interrupted)
    monkeypatch.setattr(command, "ShadowLane", lambda _: Lane())
    assert drill(wish(seconds=60), raw=False) == FINE
    assert faults == ["fails", "well"]


def test_the_sandbox_is_told_to_fail_and_to_be_well_again():
    asked = []
    transport = httpx.MockTransport(lambda one: (asked.append(one), httpx.Response(204))[1])
    with httpx.Client(transport=transport, base_url=SANDBOX) as client:
        lane = SandboxLane(wish(fault="cut", seconds=30), client)
        lane.fail()
        lane.heal()
    assert json.loads(asked[0].content) == {"vendor": "openai", "kind": "cut", "lasts": 40}
    assert (asked[1].method, asked[1].url.params["vendor"]) == ("DELETE", "openai")


def test_what_makes_no_sense_is_refused_with_a_reason(router, told, capsys):
    only = {"vendors": router.told["vendors"][:1]}
    no_keys = {"vendors": []}
    for given, vendor, words in (
        (router.told, "mistral", "no vendor called 'mistral' has a key: there are openai"),
        (no_keys, "openai", "no vendor has a key"),
        (only, "openai", "no other vendor to fail over to"),
    ):
        with pytest.raises(Unfit, match=words):
            lane_for(wish(vendor=vendor), given, SANDBOX)
    assert drill(wish(vendor="mistral"), raw=False) == MISUNDERSTOOD
    assert "mistral" in capsys.readouterr().err


def test_the_lane_follows_from_where_the_vendor_is(router):
    assert lane_for(wish(lane=None, yes=False), router.told, SANDBOX) == "sandbox"
    with pytest.raises(Unfit, match="is not simulated here"):
        lane_for(wish(lane="sandbox"), router.told, "http://127.0.0.1:9")
    with pytest.raises(Unfit, match="which costs money: add --yes"):
        lane_for(wish(lane=None, yes=False), router.told, None)
    assert lane_for(wish(lane=None), router.told, None) == "shadow"


def test_a_vendor_that_cannot_be_asked_anyway_is_no_drill(router):
    router.told["vendors"][0]["state"] = "off"
    with pytest.raises(Unfit, match="cannot be asked as it is"):
        lane_for(wish(), router.told, SANDBOX)


@pytest.mark.parametrize(
    ("fault", "seconds", "every", "lane"),
    [("503", "60s", "1s", None), ("500", "60", "1s", None), ("500", "1s", "2s", None),
     ("500", "2h", "1s", None), ("500", "1m", "1ms", None), ("500", "1m", "1s", "fast"),
     ("slow", "10s", "1s", None)],
)  # fmt: skip
def test_what_is_typed_wrong_is_refused(fault, seconds, every, lane):
    with pytest.raises(Unfit):
        wish_of("openai", fault, seconds, every, lane, yes=False)


def test_what_is_typed_is_understood():
    assert wish_of("openai", "cut", "1.5m", "500ms", None, yes=True) == wish(
        fault="cut", seconds=90.0, every=0.5, lane=None
    )


def test_keys_that_rest_count_as_left_alone():
    course = Course("openai", healed_at=1.0)
    keys = [{"state": "resting"}]
    course.looked({"vendors": [{"vendor": "openai", "keys": keys}], "circuits": []}, 0.5)
    course.questions.append(Question(2.0, 0.1, "openai"))
    keys[0]["state"] = "ready"
    course.looked({"vendors": [{"vendor": "openai", "keys": keys}], "circuits": []}, 2.5)
    assert course.fine
    assert report(course)["keys_rested_at"] == 0.5


def test_percentiles():
    assert percentile([], 0.95) is None
    assert percentile([3, 1, 2], 0.5) == 2
    assert percentile(list(range(100)), 0.95) == 95
