"""What the API tells of an AI router with three vendors, one of which is unwell."""

from typing import Any

import httpx
import pytest

from ops.api import Api

SOON = "2099-03-02T12:01:00Z"


def figures(calls: int = 0, failures: int = 0, p50: float | None = None, p95: float | None = None) -> Any:
    return {"calls": calls, "failures": failures, "p50": p50, "p95": p95}


def key(alias: str, last: str, state: str = "ready", why: str = "", **more: Any) -> dict[str, Any]:
    until = SOON if state == "resting" else None
    return {"key": alias, "shown": f"{alias} …{last}", "state": state, "until": until, "why": why} | (
        more or figures(12, 0, 0.41, 0.9)
    )


def vendor(name: str, model: str, keys: list[Any], state: str = "ready", why: str = "") -> dict[str, Any]:
    models = [{"model": model, "tiers": ["small", "medium"], **figures(36, 4, 0.44, 1.93)}]
    told = {
        "vendor": name,
        "address": f"https://api.{name}.example",
        "state": state,
        "until": None,
        "why": why,
    }
    return {**told, "keys": keys, "models": models}


@pytest.fixture
def told() -> dict[str, Any]:
    keys = [
        key("openai-1", "Ab12"),
        key("openai-2", "Cd34", "resting", "asked too often"),
        key("openai-3", "Ef56", "retired", "refused_key", **figures(3, 3, 0.1, 0.1)),
    ]
    return {
        "lane": "live", "offline": False, "minutes": 15, "policy_version": 3,
        "vendors": [
            vendor("openai", "gpt-4o-mini", keys),
            vendor("anthropic", "claude-haiku-4-5", [key("anthropic-1", "gH78")], "resting", "no_credit"),
            vendor("openrouter", "meta-llama/llama-3.3-70b-instruct", [key("openrouter-1", "iJ90")], "off"),
        ],
        "circuits": [
            {"vendor": "openai", "model": "gpt-4o-mini", "key": "", "state": "open",
             "since": "2026-03-02T12:00:00Z", "until": SOON,
             "why": "5 failures in a row", "calls": 5, "failures": 5, "slow": 0},
        ],
        "calls": {**figures(75, 7, 0.42, 1.9), "outcomes": {"generated": 68, "timeout": 5, "refused_key": 2}},
        "cache": {"hits": 3, "misses": 9},
        "in_hand": {"now": 4, "waiting": 0, "most": 100, "waited_p50": 0.01, "waited_p95": 0.3},
    }  # fmt: skip


@pytest.fixture
def usage() -> dict[str, Any]:
    def period(spent: str, limit: str | None) -> dict[str, Any]:
        return {"starts": "2026-03-01", "spent": spent, "limit": limit, "left": None}

    return {
        "budgets": [
            {"tenant": "lyo", "level": "cheaper", "day": period("0.93", "1"), "month": period("4.2", "20")},
            {"tenant": "sdb", "level": "normal", "day": period("0.0021", None), "month": period("0.4", None)},
            {"tenant": "lily", "level": "normal", "day": period("0", None), "month": period("0", None)},
            {"tenant": "feelori", "level": "rules", "day": period("1.02", "1"), "month": period("6", "20")},
        ]
    }


class Gateway:
    """Answers what `answers` says by method and path, and keeps what it was asked."""

    def __init__(self) -> None:
        self.answers: dict[str, Any] = {"POST /api/v1/auth/login": {"access_token": "t"}}
        self.asked: list[tuple[str, Any]] = []

    def __call__(self, request: httpx.Request) -> httpx.Response:
        what = f"{request.method} {request.url.path}"
        self.asked.append((what, request))
        answer = self.answers.get(what)
        if callable(answer):
            answer = answer(request)
        if isinstance(answer, httpx.Response):
            return answer
        return httpx.Response(200, json=answer) if answer is not None else httpx.Response(404, json={})

    def api(self) -> Api:
        api = Api(httpx.Client(base_url="http://gateway", transport=httpx.MockTransport(self)))
        api.login()
        return api


@pytest.fixture
def gateway(monkeypatch: pytest.MonkeyPatch) -> Gateway:
    monkeypatch.setenv("COLUMNS", "140")
    one = Gateway()
    monkeypatch.setattr(Api, "of_running_stack", one.api)
    return one
