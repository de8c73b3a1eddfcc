"""Reading from the other services' internal read APIs."""

from collections.abc import Mapping, Sequence
from typing import Any

import httpx

from chassis.errors import TransientError

_FINE = 200
_OUR_FAULTS = (401, 403, 429)


class ReadRefused(Exception):
    """The other service understood the question and says no, with this status and problem."""

    def __init__(self, status: int, problem: Mapping[str, Any]) -> None:
        super().__init__(f"{status}: {problem.get('title', '')}")
        self.status = status
        self.problem = problem


class InternalReads:
    """One service to read from."""

    def __init__(self, client: httpx.AsyncClient, internal_token: str) -> None:
        self._client = client
        self._headers = {"Authorization": f"Bearer {internal_token}"}

    async def get(self, path: str, query: Sequence[tuple[str, str]] = ()) -> Any:
        """The JSON at a path. Raises TransientError with the service away, ReadRefused on its 4xx."""
        return await self._answer(self._client.build_request("GET", path, params=list(query)))

    async def post(self, path: str, body: Any, *, within: float) -> Any:
        """Has the other service do something that takes up to `within` seconds. Raises as `get`."""
        return await self._answer(self._client.build_request("POST", path, json=body, timeout=within))

    async def _answer(self, request: httpx.Request) -> Any:
        request.headers.update(self._headers)
        path = request.url.path
        try:
            response = await self._client.send(request)
        except httpx.HTTPError as error:
            raise TransientError(f"{self._client.base_url.host}: {type(error).__name__}") from error
        if response.status_code == _FINE:
            return response.json()
        if response.is_client_error and response.status_code not in _OUR_FAULTS:
            raise ReadRefused(response.status_code, _problem(response))
        raise TransientError(f"{path} answered {response.status_code}")


def _problem(response: httpx.Response) -> Mapping[str, Any]:
    try:
        content = response.json()
    except ValueError:
        return {}
    return content if isinstance(content, dict) else {}
