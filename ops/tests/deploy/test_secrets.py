"""The script that makes an installation's secrets."""

import shutil
import stat
import subprocess
from pathlib import Path
from urllib.parse import urlsplit

import pytest
import yaml

from ai_router.settings import AiRouterSettings
from chassis.settings import ServiceSettings
from gateway.settings import GatewaySettings

AI_SECRETS = {
    "bellhop_openai_api_keys", "bellhop_anthropic_api_keys", "bellhop_gemini_api_keys",
    "bellhop_openrouter_api_keys", "bellhop_ai_vendors",
}  # fmt: skip
COMPOSE = Path(__file__).parents[3] / "deploy" / "compose"


def make_secrets(folder: Path) -> subprocess.CompletedProcess[str]:
    shutil.copy(COMPOSE / "secrets.sh", folder)
    return subprocess.run([folder / "secrets.sh"], capture_output=True, text=True, check=False)


@pytest.fixture
def secrets(tmp_path: Path) -> Path:
    made = make_secrets(tmp_path)
    assert made.returncode == 0, made.stderr
    return tmp_path / "secrets"


def test_makes_every_file_that_the_deployment_names_and_no_other(secrets):
    declared = yaml.safe_load((COMPOSE / "compose.yaml").read_text())["secrets"].values()
    assert {Path(one["file"]).name for one in declared} == {one.name for one in secrets.iterdir()}


def test_never_overwrites(secrets):
    before = {one.name: one.read_text() for one in secrets.iterdir()}
    again = make_secrets(secrets.parent)
    assert again.returncode == 1
    assert "nothing was changed" in again.stderr
    assert {one.name: one.read_text() for one in secrets.iterdir()} == before
    assert sorted(one.name for one in secrets.parent.iterdir()) == ["secrets", "secrets.sh"]


def test_any_container_reads_the_files_but_no_other_user_of_the_machine(secrets):
    assert stat.S_IMODE(secrets.stat().st_mode) == 0o700
    assert {stat.S_IMODE(one.stat().st_mode) for one in secrets.iterdir()} == {0o444}


@pytest.mark.parametrize(
    ("url", "server", "line"),
    [
        ("bellhop_rabbitmq_url", "rabbitmq_user.conf", "default_user = bellhop\ndefault_pass = {}"),
        ("bellhop_redis_url", "redis_password.conf", "requirepass {}"),
        ("bellhop_store_url", "mongo_password", "{}"),
    ],
)
def test_services_and_servers_are_told_the_same_password(secrets, url, server, line):
    password = urlsplit((secrets / url).read_text().strip()).password
    assert len(password or "") >= 32
    assert (secrets / server).read_text().strip() == line.format(password)


def test_production_takes_them(secrets, monkeypatch):
    for name in ("SEALING_KEY", "INTERNAL_TOKEN", "TOKEN_KEY", "ADMIN_PASSWORD"):
        monkeypatch.delenv(f"BELLHOP_{name}", raising=False)
    monkeypatch.setenv("BELLHOP_ENV", "production")
    monkeypatch.setenv("BELLHOP_ADMIN_EMAIL", "desk@example.com")
    told = GatewaySettings(_secrets_dir=secrets)
    assert told.admin_password.get_secret_value() == (secrets / "bellhop_admin_password").read_text().strip()
    assert isinstance(told, ServiceSettings)


def test_the_ai_router_starts_without_any_ai(secrets, monkeypatch):
    for name in AI_SECRETS:
        monkeypatch.delenv(name.upper(), raising=False)
    told = AiRouterSettings(_secrets_dir=secrets)
    assert (told.openai_api_keys.get_secret_value(), tuple(told.ai_vendors)) == ("", ())


def test_two_installations_share_no_secret(secrets, tmp_path):
    other = tmp_path / "other"
    other.mkdir()
    make_secrets(other)
    same = [
        one.name for one in secrets.iterdir() if one.read_text() == (other / "secrets" / one.name).read_text()
    ]
    assert set(same) == AI_SECRETS
