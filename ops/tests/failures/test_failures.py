"""`bellhop failures` against a gateway that only knows what these tests need."""

import json
import tempfile
from pathlib import Path
from typing import Any
from urllib.parse import parse_qs

import httpx
import pytest
from typer.testing import CliRunner

from ops.api import Api
from ops.cli import app
from ops.failures import desk
from ops.failures.tables import changes

MAKE = {
    "service": "scheduler", "kind": "dead-letter", "queue": "scheduler.booking.requested.v1",
    "event_type": "booking.requested.v1", "exception": "PermanentError",
}  # fmt: skip
WHEN = {"first_at": "2026-11-20T12:00:00Z", "last_at": "2026-11-20T12:30:00Z"}
GROUP = MAKE | WHEN | {"id": "3f2a91", "count": 2, "tenants": ["lyo", "sdb"]}
ID = "51f9a1f5-3d8b-5d0f-9f0e-0a0c5d5b7c11"
FAILURE: dict[str, Any] = MAKE | WHEN | {
    "id": ID, "error": "PermanentError: no such calendar", "reason": "permanent", "tenant": "lyo",
    "conversation": "c", "event_id": ID, "event_time": "2026-11-20T12:00:00Z", "times": 3, "waiting": 0,
    "payload": {"type": "booking.requested.v1", "data": {"n": 1}}, "encoding": "json",
    "headers": {"tenantid": "lyo"}, "status": "open",
    "lines": [{"time": "2026-11-20T12:00:00.123Z", "level": "error", "event": "gone", "exception": "Trace"}],
    "history": [{"at": "2026-11-20T12:10:00Z", "by": "ada@x.it", "job": ID, "action": "edit", "reason": "",
                 "before": {"n": 0}, "after": {"n": 1}}],
}  # fmt: skip


class Gateway:
    """Two services have failures. A job is noticed late, half done, its service is away; then it is done."""

    def __init__(self) -> None:
        self.groups = [GROUP, GROUP | {"id": "77aa00", "service": "conversation", "kind": "parked"}]
        self.unreachable: list[dict[str, str]] = []
        self.wishes: list[dict[str, Any]] = []
        self.asked: list[dict[str, list[str]]] = []
        self.looks = 0
        self.mistakes: list[str] = []
        self.settled = False
        self.failure = FAILURE

    def __call__(self, request: httpx.Request) -> httpx.Response:
        path = request.url.path.removeprefix("/api/v1/")
        if path == "failures/jobs":
            self.wishes.append(json.loads(request.content))
        if path.startswith("failures/jobs/"):
            return self._job()
        if path == "failures/scheduler":
            self.asked.append(parse_qs(request.url.query.decode()))
        answers = {
            "auth/login": {"access_token": "t"},
            "failures": {"items": self.groups, "unreachable": self.unreachable},
            "failures/jobs": {"job": f"job-{len(self.wishes)}"},
            "failures/scheduler": {"items": [FAILURE], "next": None},
            f"failures/scheduler/{ID}": self.failure,
        }
        nothing = httpx.Response(404, json={"title": "There is nothing at this address"})
        return httpx.Response(200, json=answers[path]) if path in answers else nothing

    def _job(self) -> httpx.Response:
        self.looks += 1
        if self.looks == 1:
            return httpx.Response(404, json={"title": "There is nothing at this address"})
        if self.looks == 3:
            return httpx.Response(503, json={"title": "Try again shortly"})
        state, done = ("working", 1) if self.looks == 2 else ("done", 0 if self.settled else 2)
        progress = {"state": state, "done": done, "total": 2, "failed": len(self.mistakes)}
        return httpx.Response(200, json={"service": "scheduler", "mistakes": self.mistakes, **progress})


@pytest.fixture
def gateway(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Gateway:
    monkeypatch.setenv("COLUMNS", "200")
    monkeypatch.setattr(desk, "_LOOK_SECONDS", 0)
    monkeypatch.setattr(tempfile, "tempdir", str(tmp_path))
    gateway = Gateway()

    def of_running_stack() -> Api:
        api = Api(httpx.Client(base_url="http://gateway", transport=httpx.MockTransport(gateway)))
        api.login()
        return api

    monkeypatch.setattr(Api, "of_running_stack", of_running_stack)
    return gateway


def bellhop(*words: str) -> tuple[int, str]:
    result = CliRunner().invoke(app, ["failures", *words])
    return result.exit_code, result.output


def test_all_groups_are_shown(gateway: Gateway) -> None:
    code, said = bellhop()
    assert code == 0
    for word in ("3f2a91", "scheduler", "dead-letter", "PermanentError", "lyo, sdb"):
        assert word in said
    assert json.loads(bellhop("--json")[1])["items"] == gateway.groups


def test_a_service_that_could_not_be_asked_is_not_hidden(gateway: Gateway) -> None:
    gateway.unreachable = [{"service": "notifier", "problem": "ConnectError"}]
    code, said = bellhop()
    assert (code, "notifier could not be asked: ConnectError" in said) == (1, True)
    gateway.groups = []
    assert "No failures" not in bellhop()[1]


def test_nothing_open_is_good_news(gateway: Gateway) -> None:
    gateway.groups = []
    assert bellhop() == (0, "✓ No failures.\n")
    assert bellhop("retry", "--all") == (0, "✓ Nothing is open.\n")


def test_a_group_is_listed_one_by_one(gateway: Gateway) -> None:
    code, said = bellhop("list", "--group", "3f2a91", "--tenant", "lyo", "--limit", "7")
    assert (code, ID in said) == (0, True)
    (asked,) = gateway.asked
    assert (asked["tenant"], asked["limit"], asked["queue"]) == (["lyo"], ["7"], [MAKE["queue"]])


def test_of_a_settled_one_it_shows_what_became_of_it(gateway: Gateway) -> None:
    deed = {"at": "2026-11-20T12:10:00Z", "by": "the vendor", "job": None, "action": "resolve",
            "reason": "it is delivered", "before": None, "after": None}  # fmt: skip
    gateway.failure = FAILURE | {"status": "resolved", "payload": "", "lines": [], "history": [deed]}
    code, said = bellhop("show", ID)
    assert code == 0
    assert all(one in said for one in ("resolved", "the vendor", "it is delivered"))
    assert "Payload" not in said


def test_one_is_shown_with_all_that_is_known(gateway: Gateway) -> None:
    code, said = bellhop("show", ID)
    assert code == 0
    for word in ('"n": 1', "tenantid", "no such calendar", "gone", "Trace", "ada@x.it", "edit", "n: 0 -> 1"):
        assert word in said
    assert json.loads(bellhop("show", ID, "--json")[1]) == FAILURE
    code, said = bellhop("show", "nonsense")
    assert (code, "no service knows nonsense" in said) == (1, True)


@pytest.mark.parametrize(
    ("words", "services", "selection"),
    [
        ((ID,), ["scheduler"], {"ids": [ID]}),
        (("--group", "3f2a91"), ["scheduler"], {k: MAKE[k] for k in MAKE if k != "service"}),
        (("--all",), ["conversation", "scheduler"], {}),
        (("--all", "--tenant", "lyo"), ["conversation", "scheduler"], {"tenant": "lyo"}),
    ],
)
def test_what_is_chosen_is_retried(gateway: Gateway, words, services, selection) -> None:
    code, said = bellhop("retry", *words, "--per-second", "5")
    assert (code, "handed to their consumers again" in said) == (0, True)
    assert [one["service"] for one in gateway.wishes] == services
    for one in gateway.wishes:
        assert (one["action"], one["selection"], one["per_second"]) == ("retry", selection, 5)


@pytest.mark.parametrize("words", [(), (ID, "--all"), ("--all", "--group", "3f2a91"), ("--group", "nope")])
def test_without_a_clear_choice_nothing_is_done(gateway: Gateway, words) -> None:
    code, said = bellhop("retry", *words)
    assert (code, said.startswith("✗")) == (2, True)
    assert gateway.wishes == []


def test_what_could_not_be_retried_is_told(gateway: Gateway) -> None:
    gateway.mistakes = [f"{ID}: it is no event, so it fails again: edit it, or discard it"]
    code, said = bellhop("retry", ID)
    assert (code, "edit it, or discard it" in said) == (1, True)


def test_discarding_needs_a_reason(gateway: Gateway) -> None:
    assert bellhop("discard", ID)[0] == 2
    assert gateway.wishes == []
    assert bellhop("discard", ID, "--reason", "a test")[0] == 0
    assert (gateway.wishes[0]["action"], gateway.wishes[0]["reason"]) == ("discard", "a test")


def test_an_edit_comes_from_a_file_or_from_an_editor(gateway: Gateway, tmp_path, monkeypatch) -> None:
    (file := tmp_path / "event.json").write_text('{"from": "file"}')
    assert bellhop("edit", ID, "--file", str(file))[0] == 0
    monkeypatch.setenv("EDITOR", "sed -i s/1/2/")
    monkeypatch.delenv("VISUAL", raising=False)
    assert bellhop("edit", ID)[0] == 0
    assert [one["edited"] for one in gateway.wishes] == [
        {"from": "file"},
        {"type": "booking.requested.v2", "data": {"n": 2}},
    ]
    assert {one["action"] for one in gateway.wishes} == {"retry"}


def test_a_file_that_cannot_be_read_is_told(gateway: Gateway, tmp_path) -> None:
    code, said = bellhop("edit", ID, "--file", str(tmp_path / "none.json"))
    assert (code, "cannot be read" in said) == (1, True)
    assert gateway.wishes == []


def test_what_is_settled_already_is_not_told_as_done(gateway: Gateway) -> None:
    gateway.settled = True
    code, said = bellhop("retry", ID)
    assert (code, "none of that is open" in said, "✓" in said) == (0, True, False)


@pytest.mark.parametrize(
    ("editor", "why"),
    [("true", "nothing was changed"), ("sed -i s/{/[/", "is no JSON"), ("no-such-editor", "set EDITOR")],
)
def test_an_edit_that_came_to_nothing_does_nothing(gateway: Gateway, monkeypatch, editor, why) -> None:
    monkeypatch.setenv("EDITOR", editor)
    monkeypatch.delenv("VISUAL", raising=False)
    code, said = bellhop("edit", ID)
    assert (code, why in said) == (1, True)
    assert gateway.wishes == []


@pytest.mark.parametrize(
    ("before", "after", "said"),
    [
        ({"a": 1}, {"a": 1}, []),
        ({"a": {"b": 1, "c": 2}}, {"a": {"b": 3, "c": 2}}, ["a.b: 1 -> 3"]),
        ({}, {"a": "x"}, ['a: null -> "x"']),
        ({"a": [1]}, {"a": [2]}, ["a: [1] -> [2]"]),
        (None, None, []),
    ],
)
def test_what_was_edited_is_told_field_by_field(before, after, said) -> None:
    assert changes(before, after) == said


def test_a_service_that_never_tells_is_not_waited_for_without_end(gateway: Gateway, monkeypatch) -> None:
    monkeypatch.setattr(desk, "_PATIENCE_SECONDS", -1)
    code, said = bellhop("retry", ID)
    assert (code, "It goes on as soon as it can" in said) == (1, True)
