from dataclasses import replace
from pathlib import Path

import pytest
from pydantic import ValidationError

from ai_router.settings import AiRouterSettings
from ops.servers import Servers
from ops.up.banner import ai
from ops.up.command import Options, Refused, check
from ops.up.environment import Layout, environment
from ops.up.programs import AI_ROUTER, GATEWAY, SANDBOX, SERVICES, Program

PORTS = {one.name: one.port for one in (*SERVICES, SANDBOX)}
SERVERS = Servers("amqp://rabbit", "redis://redis", "http://management")


def layout(user: dict[str, str], *, sandbox: bool = True) -> Layout:
    return Layout(PORTS, SERVERS, Path("/data"), Path("/tenants"), sandbox=sandbox, user=user)


def test_a_service_finds_servers_store_and_the_others() -> None:
    env = environment(GATEWAY, layout({}))
    assert env["BELLHOP_RABBITMQ_URL"] == "amqp://rabbit"
    assert env["BELLHOP_STORE_URL"] == "sqlite:///data/store"
    assert env["BELLHOP_SCHEDULER_URL"] == "http://127.0.0.1:8003"
    assert env["BELLHOP_HTTP_PORT"] == "8000"


def test_vendors_are_the_sandbox_unless_the_user_says_otherwise() -> None:
    user = {"BELLHOP_TELEGRAM_BASE_URL": "http://stand-in", "BELLHOP_WHATSAPP_BASE_URL": ""}
    env = environment(GATEWAY, layout(user))
    assert env["BELLHOP_WHATSAPP_BASE_URL"] == "http://127.0.0.1:8010"
    assert env["BELLHOP_TELEGRAM_BASE_URL"] == "http://stand-in"


def test_in_production_the_real_vendors_are_used() -> None:
    assert "BELLHOP_WHATSAPP_BASE_URL" not in environment(GATEWAY, layout({}, sandbox=False))


@pytest.mark.parametrize("program", [*SERVICES, SANDBOX], ids=lambda one: one.name)
def test_only_the_gateway_may_be_opened_to_the_network(program) -> None:
    opened = Layout(PORTS, SERVERS, Path("/d"), Path("/t"), gateway_host="0.0.0.0", user={})
    assert (environment(program, opened)["BELLHOP_HTTP_HOST"] == "0.0.0.0") is (program is GATEWAY)


def test_the_users_own_settings_pass_through() -> None:
    env = environment(GATEWAY, layout({"BELLHOP_CHAT_WAIT": "3", "PATH": "/bin", "BELLHOP_HTTP_PORT": "1"}))
    assert (env["BELLHOP_CHAT_WAIT"], env["PATH"], env["BELLHOP_HTTP_PORT"]) == ("3", "/bin", "8000")


def secrets(environment: dict[str, str]) -> set[str]:
    return {name for name in environment if "API_KEYS" in name or name == "BELLHOP_AI_VENDORS"}


@pytest.mark.parametrize("program", [*SERVICES, SANDBOX], ids=lambda one: one.name)
def test_ai_keys_reach_the_ai_router_alone(program) -> None:
    keys = {f"BELLHOP_{one}_API_KEYS": "k" for one in ("OPENAI", "ANTHROPIC", "GEMINI", "OPENROUTER")}
    told = environment(program, layout({**keys, "BELLHOP_AI_VENDORS": "[]"}))
    assert secrets(told) == ({*keys, "BELLHOP_AI_VENDORS"} if program == AI_ROUTER else set())


def played(user: dict[str, str], program: Program = AI_ROUTER) -> dict[str, str]:
    return environment(program, replace(layout(user), sandbox_ai=True))


def test_the_sandbox_stands_in_for_every_ai_vendor() -> None:
    told = played(
        {"BELLHOP_OPENAI_API_KEYS": "real", "BELLHOP_ANTHROPIC_BASE_URL": "https://api.anthropic.com"}
    )
    assert told["BELLHOP_OPENAI_API_KEYS"] == "sandbox-openai-1,sandbox-openai-2,sandbox-openai-3"
    assert told["BELLHOP_OPENAI_BASE_URL"] == "http://127.0.0.1:8010/ai/openai/v1"
    assert told["BELLHOP_ANTHROPIC_BASE_URL"] == "http://127.0.0.1:8010/ai/anthropic"
    assert told["BELLHOP_GEMINI_BASE_URL"] == "http://127.0.0.1:8010/ai/gemini"
    assert told["BELLHOP_OPENROUTER_BASE_URL"] == "http://127.0.0.1:8010/ai/openrouter/api/v1"
    assert secrets(played({}, GATEWAY)) == set()


def test_sandbox_keys_of_ones_own_stay() -> None:
    told = played({"BELLHOP_OPENAI_API_KEYS": "sandbox-revoked-1, sandbox-2"})
    assert told["BELLHOP_OPENAI_API_KEYS"] == "sandbox-revoked-1,sandbox-2"


def test_in_production_nothing_leads_to_the_sandbox() -> None:
    told = environment(AI_ROUTER, replace(layout({}, sandbox=False), sandbox_ai=True))
    assert secrets(told) == set()


@pytest.mark.parametrize(
    ("user", "sandbox", "words"),
    [
        ({}, False, "offline: answering by rules"),
        ({"BELLHOP_OPENAI_API_KEYS": " , "}, False, "offline: answering by rules"),
        (
            {"BELLHOP_OPENAI_API_KEYS": "a,b", "BELLHOP_GEMINI_API_KEYS": "c"},
            False,
            "openai (2 keys), gemini (1 key)",
        ),
        ({"BELLHOP_AI_VENDORS": '[{"name": "groq", "keys": ["k"]}]'}, False, "groq"),
        ({"BELLHOP_AI_VENDORS": "{"}, False, "what BELLHOP_AI_VENDORS names"),
        ({}, True, "sandbox: openai (3 keys), anthropic (1 key), gemini (1 key), openrouter (1 key)"),
    ],
)
def test_the_banner_names_vendors_and_never_a_key(user, sandbox, words) -> None:
    here = replace(layout(user), sandbox_ai=sandbox)
    assert ai(environment(AI_ROUTER, here), sandbox=sandbox) == words


def test_production_refuses_the_keys_of_the_sandbox(monkeypatch) -> None:
    monkeypatch.setenv("BELLHOP_ENV", "production")
    monkeypatch.setenv("BELLHOP_GEMINI_API_KEYS", "real, sandbox-gemini-1")
    with pytest.raises(ValidationError, match="BELLHOP_GEMINI_API_KEYS holds keys of the sandbox") as refused:
        AiRouterSettings()
    assert "sandbox-gemini-1" not in str(refused.value)


def test_production_does_not_come_up_with_the_sandboxs_ai(monkeypatch, tmp_path: Path) -> None:
    monkeypatch.setenv("BELLHOP_ENV", "production")
    with pytest.raises(Refused, match="leave BELLHOP_SANDBOX_AI empty"):
        check(Options(sandbox_ai=True), tmp_path)
