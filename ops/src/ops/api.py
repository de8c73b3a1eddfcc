"""The public API of the running stack, as an administrator uses it."""

import os
from typing import Any, Final

import httpx

from gateway.settings import DEMO_ADMIN_EMAIL, DEMO_ADMIN_PASSWORD
from ops.places import data_dir
from ops.up.running_stack import find_running

PATIENCE = 15.0
"""Seconds until an answer must have come."""


_LOGIN: Final = "/api/v1/auth/login"
_UNKNOWN: Final = 401
_AWAY: Final = 503
_AWAY_HINT: Final = "something is away, see `bellhop status`"


class ApiProblem(Exception):
    """The API cannot be used or says no; the message says why and what to do."""

    def __init__(
        self, message: str, errors: tuple[dict[str, str], ...] = (), status: int | None = None
    ) -> None:
        super().__init__(message)
        self.errors = errors
        self.status = status


def gateway_url() -> str:
    """BELLHOP_GATEWAY_URL, else where the running stack says. Raises ApiProblem when nothing runs."""
    if told := os.environ.get("BELLHOP_GATEWAY_URL"):
        return told.rstrip("/")
    if running := find_running(data_dir()):
        return running.gateway_url
    raise ApiProblem("Bellhop does not run here: start it with `make run`, or set BELLHOP_GATEWAY_URL")


class Api:
    """The API after a login: BELLHOP_ADMIN_EMAIL and BELLHOP_ADMIN_PASSWORD, else the demo administrator."""

    def __init__(self, client: httpx.Client) -> None:
        self._client = client

    @classmethod
    def of_running_stack(cls) -> "Api":
        """Raises ApiProblem when nothing runs or the login fails."""
        api = cls(httpx.Client(base_url=gateway_url(), timeout=PATIENCE, trust_env=False))
        api.login()
        return api

    def login(self) -> None:
        """Gets a token for what follows."""
        email = os.environ.get("BELLHOP_ADMIN_EMAIL") or DEMO_ADMIN_EMAIL
        password = os.environ.get("BELLHOP_ADMIN_PASSWORD") or DEMO_ADMIN_PASSWORD
        token = self.request("POST", _LOGIN, {"email": email, "password": password})
        self._client.headers["authorization"] = f"Bearer {token['access_token']}"

    def request(self, method: str, path: str, body: Any = None, patience: float = PATIENCE) -> Any:
        """The answer's JSON, within `patience` seconds. Raises ApiProblem."""
        answer = self._answer(method, path, body, patience)
        if answer.status_code == _UNKNOWN and path != _LOGIN:
            self.login()  # some commands run longer than a token is good for
            answer = self._answer(method, path, body, patience)
        if answer.is_success:
            return answer.json()
        raise _problem(answer)

    def _answer(self, method: str, path: str, body: Any, patience: float) -> httpx.Response:
        try:
            return self._client.request(method, path, json=body, timeout=patience)
        except httpx.HTTPError as error:
            raise ApiProblem(f"{self._client.base_url} does not answer: {error}") from error


def _problem(answer: httpx.Response) -> ApiProblem:
    """From application/problem+json (RFC 9457)."""
    try:
        said = answer.json()
    except ValueError:
        said = {}
    said = said if isinstance(said, dict) else {}
    detail = str(said.get("detail") or (_AWAY_HINT if answer.status_code == _AWAY else ""))
    words = [str(said.get("title") or f"HTTP {answer.status_code}"), detail]
    errors = tuple(said.get("errors") or ())
    return ApiProblem(": ".join(one for one in words if one), errors, answer.status_code)
