"""A token says who logged in, until it expires, and cannot be altered."""

from datetime import UTC, datetime, timedelta

import jwt
import pytest

from gateway.adapters.access_tokens import AccessTokens, InvalidToken
from gateway.domain.access import Principal

KEY = "a key of the tests, thirty-two characters"
ADMIN = Principal("admin@x.it", admin=True)
OWNER = Principal("boss@rosa.it", tenants=frozenset({"rosa"}))


def tokens(age: timedelta = timedelta(), key: str = KEY) -> AccessTokens:
    return AccessTokens(key, 30, lambda: datetime.now(UTC) - age)


@pytest.mark.parametrize("who", [ADMIN, OWNER])
def test_there_and_back(who: Principal) -> None:
    assert tokens().read(tokens().issue(who)) == who


def test_it_expires() -> None:
    assert tokens().read(tokens(timedelta(minutes=29)).issue(OWNER)) == OWNER
    with pytest.raises(InvalidToken):
        tokens().read(tokens(timedelta(minutes=31)).issue(OWNER))


CLAIMS = {"iss": "bellhop", "sub": "x", "exp": 4_000_000_000, "scope": "admin"}


@pytest.mark.parametrize(
    "token",
    [
        "",
        "x",
        "a.b.c",
        "é.é.é",
        "\udc80",
        jwt.encode(CLAIMS, "another key of thirty-two characters", algorithm="HS256"),
        jwt.encode(CLAIMS, "", algorithm="none"),
        jwt.encode(CLAIMS, KEY * 2, algorithm="HS512"),
        jwt.encode(CLAIMS | {"iss": "somebody"}, KEY, algorithm="HS256"),
        *(
            jwt.encode({k: v for k, v in CLAIMS.items() if k != left_out}, KEY, algorithm="HS256")
            for left_out in CLAIMS
        ),
    ],
)
def test_anything_else_is_refused(token: str) -> None:
    with pytest.raises(InvalidToken):
        tokens().read(token)


def test_who_sees_what() -> None:
    assert ADMIN.sees("rosa")
    assert OWNER.sees("rosa")
    assert not OWNER.sees("nero")
