"""`bellhop partitions` against a gateway that only knows what these tests need."""

import json
from typing import Any

import httpx
import pytest

from ops import partitions
from ops.api import Api


def inbox(service: str, count: int, waiting: int = 0) -> dict[str, Any]:
    parts = [{"number": n, "waiting": 0, "consumers": 1, "ended": False} for n in range(count)]
    parts[0]["waiting"] = waiting
    return {
        "service": service, "generation": 0, "count": count, "partitions": parts, "change": None,
        "wished": None,
    }  # fmt: skip


class Gateway:
    """Once asked, one old partition more is gone each time somebody looks."""

    def __init__(self) -> None:
        self.items = [inbox("conversation", 4, waiting=3), inbox("notifier", 4)]
        self.unreachable: list[dict[str, str]] = []
        self.asked: list[int] = []
        self.stuck = False

    def __call__(self, request: httpx.Request) -> httpx.Response:
        if request.url.path == "/api/v1/auth/login":
            return httpx.Response(200, json={"access_token": "t"})
        if request.method == "POST":
            self.asked.append(json.loads(request.content)["count"])
            change = {"generation": 1, "count": self.asked[-1], "waiting": 7, "asked_by": "ann@b.c"}
            self.items[0]["change"] = change
            return httpx.Response(202, json={"id": "1"})
        if self.items[0]["change"] and not self.stuck:
            self._go_on()
        return httpx.Response(200, json={"items": self.items, "unreachable": self.unreachable})

    def _go_on(self) -> None:
        left = [one for one in self.items[0]["partitions"] if not one["ended"]]
        if left:
            left[0]["ended"] = True
        else:
            self.items[0] = inbox("conversation", self.asked[-1])


@pytest.fixture
def gateway(monkeypatch: pytest.MonkeyPatch) -> Gateway:
    monkeypatch.setenv("COLUMNS", "200")
    monkeypatch.setattr(partitions, "_LOOK_SECONDS", 0)
    gateway = Gateway()

    def of_running_stack() -> Api:
        api = Api(httpx.Client(base_url="http://gateway", transport=httpx.MockTransport(gateway)))
        api.login()
        return api

    monkeypatch.setattr(Api, "of_running_stack", of_running_stack)
    return gateway


def test_it_shows_every_inbox_and_what_waits(gateway, capsys):
    assert partitions.show(None, raw=False) == partitions.FINE
    said = capsys.readouterr().out
    assert "conversation" in said
    assert "notifier" in said
    assert "3, most in 0: 3" in said


def test_it_shows_each_partition_of_one_inbox(gateway, capsys):
    gateway.items[0]["partitions"][2]["consumers"] = 0
    partitions.show("conversation", raw=False)
    said = capsys.readouterr().out
    assert "notifier" not in said
    assert said.count("yes") == 3


def test_a_program_gets_json_and_hears_of_what_is_away_by_the_exit_code(gateway, capsys):
    gateway.unreachable = [{"service": "notifier", "problem": "away"}]
    assert partitions.show(None, raw=True) == partitions.WRONG
    told = capsys.readouterr()
    assert json.loads(told.out)["items"][0]["count"] == 4
    assert "notifier does not tell: away" in told.err


def test_a_change_is_watched_to_its_end(gateway, capsys):
    assert partitions.change("conversation", 8) == partitions.FINE
    assert gateway.asked == [8]
    assert "conversation has 8 partitions" in capsys.readouterr().out


def test_a_change_that_goes_on_is_seen_by_whoever_looks(gateway, capsys):
    gateway.stuck = True
    gateway(httpx.Request("POST", "http://gateway/api/v1/partitions/conversation", json={"count": 8}))
    partitions.show(None, raw=False)
    assert "to 8 for ann@b.c: 4 old ones left, 7 wait in the new ones" in capsys.readouterr().out


def test_as_many_as_there_are_is_not_asked_for(gateway, capsys):
    assert partitions.change("conversation", 4) == partitions.FINE
    assert gateway.asked == []


def test_a_change_that_stands_still_is_told_with_what_to_do(gateway, capsys, monkeypatch):
    monkeypatch.setattr(partitions, "_STILL_SECONDS", 0.05)
    gateway.stuck = True
    assert partitions.change("conversation", 8) == partitions.WRONG
    assert "runbooks/partitions.md" in capsys.readouterr().err.replace("\n", "")


def test_a_service_without_partitions_is_refused_before_anything_is_asked(gateway, capsys):
    assert partitions.change("scheduler", 8) == partitions.MISUNDERSTOOD
    assert "conversation, notifier" in capsys.readouterr().err
