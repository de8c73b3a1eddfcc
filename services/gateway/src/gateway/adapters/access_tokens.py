"""Access tokens: who has logged in, signed (JWT, HS256)."""

from datetime import timedelta
from typing import Final

import jwt

from chassis.clock import Clock
from gateway.domain.access import Principal

_ALGORITHM: Final = "HS256"
_ISSUER: Final = "bellhop"
_ADMIN: Final = "admin"


class InvalidToken(Exception):
    """Not a token of ours, altered, or expired."""


class AccessTokens:
    """Issues and reads tokens. The scope is `admin` or the list of tenants."""

    def __init__(self, key: str, minutes: int, clock: Clock) -> None:
        self._key = key
        self.lifetime = timedelta(minutes=minutes)
        self._clock = clock

    def issue(self, principal: Principal) -> str:
        now = self._clock()
        claims = {
            "iss": _ISSUER,
            "sub": principal.email,
            "iat": now,
            "exp": now + self.lifetime,
            "scope": _ADMIN if principal.admin else sorted(principal.tenants),
        }
        return jwt.encode(claims, self._key, algorithm=_ALGORITHM)

    def read(self, token: str) -> Principal:
        """Who the bearer is. Raises InvalidToken."""
        required = ["iss", "sub", "exp", "scope"]
        try:
            claims = jwt.decode(
                token, self._key, algorithms=[_ALGORITHM], issuer=_ISSUER, options={"require": required}
            )
        except (jwt.InvalidTokenError, ValueError) as error:
            raise InvalidToken(str(error)) from error
        if claims["scope"] == _ADMIN:
            return Principal(claims["sub"], admin=True)
        return Principal(claims["sub"], tenants=frozenset(claims["scope"]))
