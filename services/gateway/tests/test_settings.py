"""In production every demo value of the gateway's own settings is refused, with the variable's name."""

import pytest
from pydantic import ValidationError

from gateway.settings import GatewaySettings

SAFE = {
    "BELLHOP_ENV": "production",
    "BELLHOP_SEALING_KEY": "k" * 40,
    "BELLHOP_INTERNAL_TOKEN": "t" * 40,
    "BELLHOP_ADMIN_EMAIL": "boss@example.com",
    "BELLHOP_ADMIN_PASSWORD": "p" * 12,
    "BELLHOP_TOKEN_KEY": "j" * 32,
}


@pytest.fixture
def env(monkeypatch: pytest.MonkeyPatch) -> pytest.MonkeyPatch:
    for name, value in SAFE.items():
        monkeypatch.setenv(name, value)
    return monkeypatch


def test_safe_settings_are_accepted(env: pytest.MonkeyPatch) -> None:
    assert GatewaySettings().env == "production"


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("BELLHOP_ADMIN_EMAIL", "admin@bellhop.local"),
        ("BELLHOP_ADMIN_PASSWORD", "bellhop-demo"),
        ("BELLHOP_ADMIN_PASSWORD", "short"),
        ("BELLHOP_TOKEN_KEY", "bellhop-demo-token-key-not-for-production"),
        ("BELLHOP_TOKEN_KEY", "k" * 31),
    ],
)
def test_demo_and_weak_values_are_refused(env: pytest.MonkeyPatch, name: str, value: str) -> None:
    env.setenv(name, value)
    with pytest.raises(ValidationError, match=name):
        GatewaySettings()


@pytest.mark.parametrize("name", ["BELLHOP_ADMIN_EMAIL", "BELLHOP_ADMIN_PASSWORD", "BELLHOP_TOKEN_KEY"])
def test_defaults_are_refused(env: pytest.MonkeyPatch, name: str) -> None:
    env.delenv(name)
    with pytest.raises(ValidationError, match=name):
        GatewaySettings()


def test_lists_are_written_with_commas(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("BELLHOP_CORS_ORIGINS", "https://a.example, https://b.example")
    assert GatewaySettings().cors_origins == ("https://a.example", "https://b.example")
    assert GatewaySettings().trusted_proxies == ()
