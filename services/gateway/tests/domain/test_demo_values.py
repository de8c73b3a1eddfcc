"""Demo secrets and logins are refused in production, whatever the tenant is called."""

from pathlib import Path
from typing import Any

import pytest

from gateway.adapters.tenant_folder import read_folder, read_path
from gateway.domain.demo_values import demo_values
from gateway.domain.tenant_file import TenantFile, TenantFileMistaken, User

EXAMPLES = Path(__file__).parents[4] / "deploy" / "tenants"


@pytest.mark.parametrize("name", ["lyo", "sdb", "lily", "feelori", "academy"])
def test_every_example_is_refused_entirely(name: str) -> None:
    file = read_path(EXAMPLES / f"{name}.yaml", allow_demo=True)
    assert {one.field for one in demo_values(file)} == {
        "channels.whatsapp.access_token",
        "channels.whatsapp.app_secret",
        "channels.whatsapp.verify_token",
        "channels.telegram.bot_token",
        "channels.telegram.secret_token",
        "users[0].email",
        "users[0].password",
    }


def test_the_folder_says_which_file(tmp_path: Path) -> None:
    with pytest.raises(
        TenantFileMistaken, match=r"academy\.yaml: channels\.whatsapp\.access_token: is a demo value"
    ):
        read_folder(EXAMPLES, allow_demo=False)


def test_all_five_examples_load() -> None:
    files = {file.id: file for file in read_folder(EXAMPLES, allow_demo=True)}
    numbers = [files[one].channels.whatsapp for one in ("lyo", "sdb", "lily", "feelori", "academy")]
    assert [one.phone_number_id[-1] for one in numbers if one] == ["1", "2", "3", "4", "5"]


def test_the_salon_is_complete() -> None:
    lyo = read_path(EXAMPLES / "lyo.yaml", allow_demo=True)
    prices = {one.id: (one.duration, int(one.price or 0)) for one in lyo.services}
    assert prices == {
        "taglio-donna": (45, 35),
        "taglio-uomo": (30, 22),
        "piega": (30, 20),
        "colore": (90, 60),
        "barba": (20, 12),
    }
    assert {len(lyo.resources_for(service.id)) for service in lyo.services} == {2}
    assert set(lyo.hours) == {"tuesday", "wednesday", "thursday", "friday", "saturday"}


@pytest.mark.parametrize("word", ["taglio", "haircut", "coupe"])
def test_an_ambiguous_word_is_nobodys_alias(word: str) -> None:
    lyo = read_path(EXAMPLES / "lyo.yaml", allow_demo=True)
    assert word not in {alias.lower() for service in lyo.services for alias in service.aliases}


def test_own_secrets_are_fine(tenant: Any) -> None:
    users = (User(email="boss@rosa.it", password="something of her own"),)
    assert not demo_values(TenantFile(**tenant.model_dump(), users=users))


@pytest.mark.parametrize(
    ("content", "words"),
    [
        ("id: [", "line 1: is not readable YAML"),
        ("id: rosa\n\tname: x", "line 2: is not readable YAML"),
        ("id: !!python/object/apply:os.system [ls]", "is not readable YAML"),
        ("", "the file: must be fields"),
        ("- a\n- b\n", "the file: must be fields"),
    ],
)
def test_a_file_that_is_no_tenant(tmp_path: Path, content: str, words: str) -> None:
    (tmp_path / "rosa.yaml").write_text(content)
    with pytest.raises(TenantFileMistaken, match=words) as caught:
        read_folder(tmp_path, allow_demo=True)
    assert str(tmp_path / "rosa.yaml") in str(caught.value)


def test_a_file_that_is_no_text(tmp_path: Path) -> None:
    (tmp_path / "rosa.yaml").write_bytes(b"\xff\xfe\x00")
    with pytest.raises(TenantFileMistaken, match="is not UTF-8 text"):
        read_folder(tmp_path, allow_demo=True)


def test_a_folder_that_is_not_there(tmp_path: Path) -> None:
    with pytest.raises(TenantFileMistaken, match="BELLHOP_TENANTS_DIR: there is no such folder"):
        read_folder(tmp_path / "nowhere", allow_demo=True)
