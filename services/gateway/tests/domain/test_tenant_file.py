"""A mistake in a tenant file is told by field, with what to write."""

from typing import Any

import pytest

from gateway.domain.tenant_file import TenantFile, TenantFileMistaken, read_tenant_file

GOOD: dict[str, Any] = {
    "id": "rosa",
    "name": "Rosa",
    "timezone": "Europe/Rome",
    "languages": ["it"],
    "channels": {"webchat": {"enabled": True}},
    "services": [{"id": "cut", "name": {"it": "Taglio"}, "duration": 30}],
    "staff": [{"id": "ada", "name": "Ada", "services": ["cut"]}],
    "hours": {"monday": ["09:00-12:30"]},
    "users": [{"email": " Boss@Rosa.it ", "password": "long enough"}],
}


def mistakes(**change: Any) -> list[tuple[str, str]]:
    content = {name: value for name, value in (GOOD | change).items() if value is not ...}
    with pytest.raises(TenantFileMistaken) as caught:
        read_tenant_file(content, "rosa.yaml")
    assert all(line.startswith("rosa.yaml: ") for line in str(caught.value).splitlines())
    return [(one.field, one.what) for one in caught.value.mistakes]


def test_a_good_file() -> None:
    file = read_tenant_file(GOOD)
    assert file.users is not None
    assert file.users[0].email == "boss@rosa.it"


def test_logins_stay_out_of_what_is_published() -> None:
    assert "long enough" not in read_tenant_file(GOOD).config().model_dump_json()
    assert "long enough" not in repr(read_tenant_file(GOOD))


@pytest.mark.parametrize(
    ("change", "field", "words"),
    [
        ({"id": ...}, "id", "is missing"),
        ({"id": "Rosa!"}, "id", "pattern"),
        ({"phone": 390655501742}, "phone", "put it in quotes"),
        ({"timezone": "Rome"}, "timezone", "Europe/Rome"),
        ({"languages": ["de"]}, "languages[0]", "'it', 'en' or 'fr'"),
        ({"languages": "it"}, "languages", "begin each line with a dash"),
        ({"hours": {"monday": ["9-12"]}}, "hours.monday[0].start", "09:00-12:30"),
        ({"hours": {"monday": ["12:00-09:00"]}}, "hours.monday[0]", "must come before"),
        ({"hours": {"montag": []}}, "hours.montag", "'monday'"),
        ({"services": [{"id": "cut", "name": "Cut"}]}, "services[0].duration", "is missing"),
        (
            {"staff": [{"id": "ada", "name": "Ada", "services": ["dance"]}]},
            "the file",
            "unknown services: dance",
        ),
        ({"openning_hours": {}}, "openning_hours", "is unknown"),
        ({"hour": {}}, "hour", "did you mean hours?"),
        (
            {"services": [{"id": "cut", "name": "Cut", "duration": 5, "prise": 1}]},
            "services[0].prise",
            "price",
        ),
        (
            {"hours": {"monday": [{"start": "09:00", "ende": "x"}]}},
            "hours.monday[0].ende",
            "did you mean end?",
        ),
        ({"channels": {"whatsap": {}}}, "channels.whatsap", "did you mean whatsapp?"),
        ({"users": [{"email": "boss", "password": "long enough"}]}, "users[0].email", "pattern"),
        ({"users": [{"email": "b@r.it", "password": "short"}]}, "users[0].password", "at least 8"),
    ],
)
def test_mistakes(change: dict[str, Any], field: str, words: str) -> None:
    found = dict(mistakes(**change))
    assert field in found
    assert words in found[field]


def test_all_mistakes_are_told_at_once() -> None:
    assert len(mistakes(id=..., phone=5, colour="red")) == 3


@pytest.mark.parametrize("content", [None, [], "text", 5])
def test_a_file_with_something_else(content: Any) -> None:
    with pytest.raises(TenantFileMistaken, match=r"rosa\.yaml: the file"):
        read_tenant_file(content, "rosa.yaml")


def test_what_was_entered_is_not_repeated() -> None:
    secret = {"email": "b@r.it", "password": "hunter2"}
    assert "hunter2" not in str(mistakes(users=[secret]))


def test_a_file_without_users_says_nothing_about_them() -> None:
    assert TenantFile.model_validate({k: v for k, v in GOOD.items() if k != "users"}).users is None
