"""`bellhop tenants` against a gateway that only knows what these tests need."""

from pathlib import Path

import httpx
import pytest

from ops import tenants
from ops.api import Api

GOOD = """
id: bakery
name: Forno Rossi
timezone: Europe/Rome
languages: [it]
closed_days: [2026-12-25]
"""
MISSPELT = GOOD.replace("timezone: Europe/Rome", "timezone: Rome").replace("name:", "nmae:")


class Gateway:
    """Lets the demo administrator in, and takes tenants unless `refuses` says why not."""

    def __init__(self) -> None:
        self.taken: list[dict[str, object]] = []
        self.refuses: list[dict[str, str]] = []

    def __call__(self, request: httpx.Request) -> httpx.Response:
        if request.url.path == "/api/v1/auth/login":
            fine = b"bellhop-demo" in request.content
            return httpx.Response(200, json={"access_token": "t"}) if fine else httpx.Response(401, json={})
        assert request.headers["authorization"] == "Bearer t"
        if request.method == "GET":
            return httpx.Response(200, json={"id": "bakery", "name": "Forno Rossi", "version": 3})
        if self.refuses:
            problem = {"title": "The tenant cannot be used", "errors": self.refuses}
            return httpx.Response(422, json=problem)
        self.taken.append(httpx.Response(200, content=request.content).json())
        return httpx.Response(200, json={"id": "bakery", "version": 2})


@pytest.fixture
def gateway(monkeypatch: pytest.MonkeyPatch) -> Gateway:
    monkeypatch.setenv("COLUMNS", "200")
    gateway = Gateway()

    def of_running_stack() -> Api:
        api = Api(httpx.Client(base_url="http://gateway", transport=httpx.MockTransport(gateway)))
        api.login()
        return api

    monkeypatch.setattr(Api, "of_running_stack", of_running_stack)
    return gateway


@pytest.fixture
def good(tmp_path: Path) -> Path:
    (path := tmp_path / "good.yaml").write_text(GOOD)
    return path


def test_a_good_file_is_sent_as_json(
    gateway: Gateway, good: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert tenants.apply([good]) == tenants.FINE
    assert gateway.taken[0]["closed_days"] == ["2026-12-25"]
    assert "bakery is set up (version 2)" in capsys.readouterr().out


def test_mistakes_are_told_by_file_and_field_and_nothing_is_sent(
    gateway: Gateway, good: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    (bad := tmp_path / "bad.yaml").write_text(MISSPELT)
    (no_yaml := tmp_path / "no.yaml").write_text("id: [")
    assert tenants.apply([good, bad, no_yaml]) == tenants.WRONG
    said = capsys.readouterr().out
    assert "bad.yaml" in said
    assert "did you mean name?" in said
    assert "Europe/Rome" in said
    assert "is no YAML" in said
    assert gateway.taken == []


def test_brackets_in_a_mistake_are_told_as_they_are(
    gateway: Gateway, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    (bad := tmp_path / "bad.yaml").write_text(GOOD.replace("id: bakery", "id: The Bakery!"))
    assert tenants.apply([bad]) == tenants.WRONG
    assert "[a-z0-9]" in capsys.readouterr().out


def test_what_the_gateway_refuses_is_told_by_field(
    gateway: Gateway, good: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    gateway.refuses = [{"field": "channels.whatsapp", "problem": "is a demo value"}]
    assert tenants.apply([good]) == tenants.WRONG
    assert "is a demo value" in capsys.readouterr().out


def test_a_wrong_password_is_said(
    gateway: Gateway, good: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setenv("BELLHOP_ADMIN_PASSWORD", "wrong")
    assert tenants.apply([good]) == tenants.WRONG
    assert "401" in capsys.readouterr().out


def test_a_business_is_shown_as_yaml(gateway: Gateway, capsys: pytest.CaptureFixture[str]) -> None:
    assert tenants.show("bakery") == tenants.FINE
    assert "name: Forno Rossi\n" in capsys.readouterr().out
