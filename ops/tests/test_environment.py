from pathlib import Path

import pytest

from ops.servers import Servers
from ops.up.environment import Layout, environment
from ops.up.programs import GATEWAY, SANDBOX, SERVICES

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
    env = environment(
        GATEWAY, layout({"BELLHOP_OPENAI_API_KEYS": "k", "PATH": "/bin", "BELLHOP_HTTP_PORT": "1"})
    )
    assert (env["BELLHOP_OPENAI_API_KEYS"], env["PATH"], env["BELLHOP_HTTP_PORT"]) == ("k", "/bin", "8000")
