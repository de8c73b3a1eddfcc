"""`bellhop pause` and its sisters against a gateway that only knows what these tests need."""

import json
from typing import Any

import httpx
import pytest

from ops import pauses
from ops.api import Api

LYO = "/api/v1/tenants/lyo/pauses"


class Gateway:
    """Pauses at once; resumed, two messages less wait each time somebody looks."""

    def __init__(self) -> None:
        self.asked: list[str] = []
        self.item: dict[str, Any] | None = None

    def paused(self, reason: str = "", events: int = 0) -> None:
        self.item = {
            "capability": "replies", "paused": True, "since": "2026-11-20T12:00:00Z", "by": "ann@lyo.it",
            "reason": reason, "conversations": min(events, 2), "events": events,
        }  # fmt: skip

    def __call__(self, request: httpx.Request) -> httpx.Response:
        if request.url.path == "/api/v1/auth/login":
            return httpx.Response(200, json={"access_token": "t"})
        if request.url.path == "/api/v1/tenants":
            return httpx.Response(200, json={"items": [{"id": "lyo"}, {"id": "sdb"}]})
        if request.method == "GET":
            return self._look(request.url.path)
        self.asked.append(f"{request.method} {request.url.raw_path.decode()}")
        if request.method == "PUT":
            self.paused(json.loads(request.content)["reason"])
        if request.method == "DELETE" and self.item:
            self.item["paused"] = False
        return httpx.Response(202, json={"id": "1"})

    def _look(self, path: str) -> httpx.Response:
        if self.item and not self.item["paused"]:
            self.item["events"] -= 2
            self.item = self.item if self.item["events"] > 0 else None
        if path not in (LYO, LYO.replace("lyo", "sdb")):
            return httpx.Response(404, json={"title": "There is nothing at this address"})
        shown = [self.item] if self.item and path == LYO else []
        return httpx.Response(200, json={"items": shown})


@pytest.fixture
def gateway(monkeypatch: pytest.MonkeyPatch) -> Gateway:
    monkeypatch.setenv("COLUMNS", "200")
    monkeypatch.setattr(pauses, "_LOOK_SECONDS", 0)
    gateway = Gateway()

    def of_running_stack() -> Api:
        api = Api(httpx.Client(base_url="http://gateway", transport=httpx.MockTransport(gateway)))
        api.login()
        return api

    monkeypatch.setattr(Api, "of_running_stack", of_running_stack)
    return gateway


def test_a_pause_is_told_when_it_holds(gateway: Gateway, capsys: pytest.CaptureFixture[str]) -> None:
    assert pauses.pause("lyo", "replies", "new prices") == 0
    assert gateway.asked == [f"PUT {LYO}/replies"]
    assert "bellhop resume lyo replies" in capsys.readouterr().out


def test_resuming_is_followed_to_its_end(gateway: Gateway, capsys: pytest.CaptureFixture[str]) -> None:
    gateway.paused(events=5)
    assert pauses.resume("lyo", "replies", discard=False) == 0
    assert gateway.asked == [f"DELETE {LYO}/replies?discard=false"]
    assert "5 waiting messages of 2 conversations were handled, in order" in capsys.readouterr().out


def test_what_is_given_up_is_said_to_be(gateway: Gateway, capsys: pytest.CaptureFixture[str]) -> None:
    gateway.paused(events=1)
    assert pauses.resume("lyo", "replies", discard=True) == 0
    assert gateway.asked == [f"DELETE {LYO}/replies?discard=true"]
    assert "given up" in capsys.readouterr().out


def test_resuming_what_is_not_paused_asks_for_nothing(gateway: Gateway) -> None:
    assert (pauses.resume("lyo", "replies", discard=True), gateway.asked) == (0, [])


def test_what_does_not_go_on_is_not_watched_for_ever(
    gateway: Gateway, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr(pauses, "_STILL_SECONDS", -1)
    gateway.paused(events=5)
    assert pauses.resume("lyo", "replies", discard=False) == 1
    assert "5 still wait" in capsys.readouterr().out


def test_a_step_says_what_it_does(gateway: Gateway, capsys: pytest.CaptureFixture[str]) -> None:
    assert (pauses.step("lyo", "replies"), gateway.asked) == (0, [])
    gateway.paused(events=5)
    assert (pauses.step("lyo", "replies"), gateway.asked) == (0, [f"POST {LYO}/replies/step"])
    assert "2 conversations" in capsys.readouterr().out


def test_all_pauses_are_listed(gateway: Gateway, capsys: pytest.CaptureFixture[str]) -> None:
    assert pauses.show(None, raw=False) == 0
    assert "Nothing is paused" in capsys.readouterr().out
    gateway.paused("[b]prices", events=5)
    assert pauses.show(None, raw=True) == 0
    (shown,) = json.loads(capsys.readouterr().out)
    assert (shown["tenant"], shown["events"]) == ("lyo", 5)
    pauses.show("lyo", raw=False)
    out = capsys.readouterr().out
    assert all(word in out for word in ("lyo", "replies", "ann@lyo.it", "[b]prices"))


def test_what_cannot_be_paused_is_said(gateway: Gateway, capsys: pytest.CaptureFixture[str]) -> None:
    assert pauses.pause("lyo", "smiles", "") == 2
    assert "replies, reminders, campaigns, sending" in capsys.readouterr().out
    assert gateway.asked == []


def test_a_business_that_is_not_there_is_said(gateway: Gateway, capsys: pytest.CaptureFixture[str]) -> None:
    assert pauses.show("nobody", raw=False) == 1
    assert "no business is called nobody" in capsys.readouterr().out
