"""`bellhop prompts` against a gateway that only knows what these tests need."""

import json
from pathlib import Path
from typing import Any

import httpx
import pytest
from typer.testing import CliRunner, Result

from ops.api import Api
from ops.cli import app
from ops.prompts.views import differing

ITEM: dict[str, Any] = {
    "purpose": "answer", "in_force": "own-1", "published": "own-1", "before": [None, "1"],
    "draft": {"any": "one\nthree [bold]"}, "split": {"version": "1", "percent": 30},
    "versions": [
        {"version": "1", "of": "house", "texts": {"any": "the house's"}},
        {"version": "own-1", "of": "lyo", "texts": {"any": "one\ntwo", "it": "uno"}},
    ],
    "preview": {"version": "draft", "language": "it", "text": "one"},
}  # fmt: skip
PROMPTS = "/api/v1/tenants/lyo/prompts"


AROUND = {
    "/api/v1/auth/login": (200, {"access_token": "t"}),
    "/api/v1/tenants": (200, {"items": [{"id": "lyo"}]}),
    "/api/v1/tenants/nobody/prompts": (404, {"title": "There is nothing at this address"}),
}
PREVIEW = {"version": "1", "language": "fr", "text": "rempli {} [red]"}
FIGURES = {"questions": 10, "answered": 8, "used": 6, "refused": 2, "average_seconds": 0.8, "cost": "0.012"}
USAGE = {"since": "2026-11-01", "prompts": [{"name": "answer/own-1", "figures": FIGURES}]}
READS = {
    PROMPTS: {"version": 4, "items": [ITEM]}, f"{PROMPTS}/answer/preview": PREVIEW, "/api/v1/ai/usage": USAGE,
}  # fmt: skip


class Gateway:
    """Says yes to every change, or what `refuses` is."""

    def __init__(self) -> None:
        self.asked: list[tuple[str, Any]] = []
        self.refuses: httpx.Response | None = None

    def __call__(self, request: httpx.Request) -> httpx.Response:
        path = request.url.path
        if path in AROUND:
            status, found = AROUND[path]
            return httpx.Response(status, json=found)
        wish = json.loads(request.content) if request.content else None
        self.asked.append((f"{request.method} {request.url.raw_path.decode().removeprefix(PROMPTS)}", wish))
        if self.refuses:
            return self.refuses
        decided = {name: value for name, value in ITEM.items() if name not in ("versions", "preview")}
        return httpx.Response(200, json=READS.get(path, {"version": 5, **decided}))


@pytest.fixture
def gateway(monkeypatch: pytest.MonkeyPatch) -> Gateway:
    monkeypatch.setenv("COLUMNS", "160")
    gateway = Gateway()

    def of_running_stack() -> Api:
        api = Api(httpx.Client(base_url="http://gateway", transport=httpx.MockTransport(gateway)))
        api.login()
        return api

    monkeypatch.setattr(Api, "of_running_stack", of_running_stack)
    return gateway


def run(*words: str, typed: str = "") -> Result:
    return CliRunner().invoke(app, ["prompts", *words], input=typed)


@pytest.mark.parametrize("words", [(), ("lyo",), ("list",), ("list", "lyo")])
def test_the_list(gateway: Gateway, words: tuple[str, ...]) -> None:
    result = run(*words)
    assert result.exit_code == 0
    for shown in ("lyo", "own-1", "1 for 30 %", "1, house"):
        assert shown in result.output


@pytest.mark.parametrize("words", [("--json",), ("lyo", "--json"), ("list", "--json")])
def test_the_list_for_programs(gateway: Gateway, words: tuple[str, ...]) -> None:
    assert json.loads(run(*words).output) == [{"tenant": "lyo", **ITEM}]


def test_what_became_of_the_questions_of_each_version(gateway: Gateway) -> None:
    result = run("outcomes", "lyo", "--since", "2026-11-01")
    assert result.exit_code == 0
    row = next(line for line in result.output.splitlines() if "own-1" in line)
    cells = [cell.strip() for cell in row.strip("│").split("│")]
    assert cells == ["answer", "own-1", "10", "8", "6 (75 %)", "2", "800 ms", "$0.01"]
    assert gateway.asked[-1][0] == "GET /api/v1/ai/usage?tenant=lyo&since=2026-11-01"
    assert json.loads(run("outcomes", "lyo", "--json").output) == USAGE["prompts"]
    assert gateway.asked[-1][0] == "GET /api/v1/ai/usage?tenant=lyo"


def test_before_any_question_there_are_no_outcomes(gateway: Gateway, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(READS, "/api/v1/ai/usage", {"since": "2026-11-01", "prompts": []})
    assert "No AI was asked since 2026-11-01." in run("outcomes", "lyo").output


def test_texts_as_they_are_written(gateway: Gateway) -> None:
    everything = run("show", "lyo", "answer").output
    assert "own-1 · it · in force" in everything
    assert "1 · any · 1 for 30 %" in everything
    one = run("show", "lyo", "answer", "draft").output
    assert "three [bold]" in one
    assert "uno" not in one


def test_a_preview(gateway: Gateway) -> None:
    assert "rempli {} [red]" in run("preview", "lyo", "answer", "1", "--language", "fr").output
    assert gateway.asked == [("GET /answer/preview?version=1&language=fr", None)]


def test_the_draft_beside_what_is_in_force(gateway: Gateway) -> None:
    result = run("diff", "lyo", "answer")
    assert result.exit_code == 1
    for line in ("--- own-1/any", "+++ draft/any", "-two", "+three [bold]", "-uno"):
        assert line in result.output.splitlines()
    alike = run("diff", "lyo", "answer", "1", "1")
    assert (alike.exit_code, alike.output.strip()) == (0, "1 says the same as 1.")
    assert json.loads(run("diff", "lyo", "answer", "--json").output)[0] == "--- own-1/any"


@pytest.mark.parametrize(
    ("words", "asked"),
    [
        (("draft", "--file", "FILE"), ("PUT /answer/draft", {"based_on": None, "texts": {"any": "new"}})),
        (("draft", "--file", "FILE", "--language", "it"), ("PUT /answer/draft", {"texts": {"it": "new"}})),
        (
            ("draft", "--file", "FILE", "--language", "it", "--based-on", "1"),
            ("PUT /answer/draft", {"based_on": "1", "texts": {"it": "new"}}),
        ),
        (("draft", "--based-on", "1"), ("PUT /answer/draft", {"based_on": "1"})),
        (("draft", "--file", "-"), ("PUT /answer/draft", {"based_on": None, "texts": {"any": "typed"}})),
        (("draft", "--drop"), ("DELETE /answer/draft", None)),
        (("publish",), ("POST /answer/publish", {"version": "draft"})),
        (("publish", "own-1"), ("POST /answer/publish", {"version": "own-1"})),
        (("rollback",), ("POST /answer/rollback", None)),
        (("split", "own-1", "20"), ("PUT /answer/split", {"version": "own-1", "percent": 20})),
        (("split", "off"), ("DELETE /answer/split", None)),
    ],
)
def test_changes(gateway: Gateway, tmp_path: Path, words: tuple[str, ...], asked: Any) -> None:
    file = tmp_path / "it.md"
    file.write_text("new\n")
    what, *rest = (str(file) if one == "FILE" else one for one in words)
    result = run(what, "lyo", "answer", *rest, typed="typed\n")
    assert (result.exit_code, gateway.asked) == (0, [asked])
    assert "in force own-1" in result.output
    assert "configuration 5" in result.output


@pytest.mark.parametrize(
    ("words", "code", "says"),
    [
        (("show", "lyo", "summarise"), 2, "there are answer"),
        (("show", "lyo", "answer", "own-9"), 2, "there are 1, own-1, draft"),
        (("diff", "lyo", "answer", "own-9"), 2, "own-9 is not there"),
        (("diff", "nobody", "answer"), 2, "bellhop tenants list"),
        (("list", "nobody"), 1, "bellhop tenants list"),
        (("draft", "lyo", "answer"), 2, "--file"),
        (("draft", "lyo", "answer", "--drop", "--based-on", "1"), 2, "--drop"),
        (("draft", "lyo", "answer", "--file", "/nowhere.md"), 2, "cannot be read"),
        (("split", "lyo", "answer", "own-1"), 2, "how many of 100"),
        (("split", "lyo", "answer", "off", "5"), 2, "off alone"),
        (("split", "lyo", "answer", "own-1", "101"), 2, "Invalid value"),
        (("pubish", "lyo", "answer"), 2, "publish"),
    ],
)
def test_what_is_not_possible_says_what_is(
    gateway: Gateway, words: tuple[str, ...], code: int, says: str
) -> None:
    result = run(*words)
    assert result.exit_code == code
    assert says in result.output
    assert not [one for one, _ in gateway.asked if not one.startswith("GET")]


def test_a_refusal_is_told_by_field(gateway: Gateway) -> None:
    errors = [{"field": "version", "problem": "there is no draft"}]
    gateway.refuses = httpx.Response(422, json={"title": "That cannot be done", "errors": errors})
    result = run("publish", "lyo", "answer")
    assert result.exit_code == 1
    assert "version: there is no draft" in result.output


def test_a_language_that_is_new_or_gone_differs() -> None:
    assert "+b" in differing(("1", "2"), ({"any": "a"}, {"any": "a", "it": "b"}))
    assert "-b" in differing(("1", "2"), ({"any": "a", "it": "b"}, {"any": "a"}))
