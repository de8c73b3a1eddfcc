"""The failure desks of the running stack, over the public API."""

import time
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any, Final

import httpx

from ops.api import Api, ApiProblem

SERVICES: Final = ("conversation", "ai-router", "scheduler", "notifier")

_PATH: Final = "/api/v1/failures"
_MAKE: Final = ("kind", "queue", "event_type", "exception")
_LOOK_SECONDS: Final = 0.2
_PATIENCE_SECONDS: Final = 30.0  # with a service that has not heard of a job, or starts anew
_LOGGED_OUT: Final = 401
_NOT_FOUND: Final = 404
_MISUNDERSTOOD: Final = 422
_AWAY: Final = 503

Found = dict[str, Any]


class NotChosen(Exception):
    """Nothing, or not clearly, was said about which failures are meant."""


@dataclass(frozen=True)
class Wish:
    """What shall be done about which failures of one service."""

    service: str
    selection: dict[str, Any]
    edited: dict[str, Any] | None = None


@dataclass(frozen=True)
class Choice:
    """How failures are named on the command line: by id, by group, or all; of one business if given."""

    ids: Sequence[str] = ()
    groups: Sequence[str] = ()
    all: bool = False
    tenant: str | None = None

    def __post_init__(self) -> None:
        if bool(self.ids) + bool(self.groups) + self.all != 1:
            raise NotChosen("say which: the ids of failures, or --group with the name of a group, or --all")


@dataclass(frozen=True)
class Desk:
    """Raises ApiProblem wherever the API says no."""

    api: Api

    def groups(self) -> Found:
        """`items`, and the services that are `unreachable`."""
        found: Found = self.api.request("GET", _PATH)
        return found

    def failures(self, choice: Choice, limit: int) -> list[Found]:
        """Those chosen, `limit` at most."""
        found: list[Found] = []
        for wish in self.wishes(choice):
            given = {name: value for name, value in wish.selection.items() if value and name != "ids"}
            found += self._page(wish.service, given, limit - len(found)) if limit > len(found) else []
        return found

    def one(self, failure: str) -> Found:
        """One failure with all that is known of it. Asks one service after the other."""
        silent = []
        for service in SERVICES:
            try:
                found: Found = self.api.request("GET", f"{_PATH}/{service}/{failure}")
                return found
            except ApiProblem as problem:
                if problem.status == _AWAY:
                    silent.append(service)
                elif problem.status not in (_NOT_FOUND, _MISUNDERSTOOD):
                    raise
        but = f" ({', '.join(silent)} could not be asked)" if silent else ""
        raise ApiProblem(f"no service knows {failure}{but}; `bellhop failures list` tells the ids")

    def wishes(self, choice: Choice) -> list[Wish]:
        """The choice, service by service. Raises NotChosen for a group that is not there."""
        if choice.ids:
            return _by_service([self.one(one) for one in choice.ids])
        groups = self.groups()["items"]
        of_tenant = {"tenant": choice.tenant} if choice.tenant else {}
        if choice.all:
            return [Wish(one, of_tenant) for one in sorted({group["service"] for group in groups})]
        named = {group["id"]: group for group in groups}
        if missing := [one for one in choice.groups if one not in named]:
            raise NotChosen(f"no group is called {', '.join(missing)}; `bellhop failures` lists them")
        return [
            Wish(named[one]["service"], {name: named[one][name] for name in _MAKE} | of_tenant)
            for one in choice.groups
        ]

    def ask(self, wish: Wish, action: str, *, per_second: float = 50, reason: str = "") -> str:
        """The id of the job."""
        body = {
            "service": wish.service, "action": action, "selection": wish.selection,
            "per_second": per_second, "reason": reason, "edited": wish.edited,
        }  # fmt: skip
        return str(self.api.request("POST", f"{_PATH}/jobs", body)["job"])

    def progress(self, service: str, job: str) -> Iterator[Found]:
        """How far a job is, again and again until it is done. Raises ApiProblem if nobody tells for long."""
        heard, state = time.monotonic(), ""
        while state != "done":
            try:
                found: Found = self.api.request("GET", f"{_PATH}/jobs/{service}/{job}")
                heard, state = time.monotonic(), found["state"]
                yield found
            except ApiProblem as problem:
                self._bear(problem, service, late=time.monotonic() - heard > _PATIENCE_SECONDS)
            time.sleep(_LOOK_SECONDS if state != "done" else 0)

    def _page(self, service: str, given: dict[str, Any], limit: int) -> list[Found]:
        found: list[Found] = []
        after: str | None = ""
        while after is not None and len(found) < limit:
            asked = httpx.QueryParams(given | {"limit": min(limit - len(found), 500), "after": after})
            page = self.api.request("GET", f"{_PATH}/{service}?{asked}")
            found += page["items"]
            after = page["next"]
        return found

    def _bear(self, problem: ApiProblem, service: str, *, late: bool) -> None:
        """A service may not have heard of a job yet, or start anew; a login ends before a long job does."""
        if problem.status == _LOGGED_OUT:
            self.api.login()
        elif problem.status not in (_NOT_FOUND, _AWAY):
            raise problem
        elif late:
            raise ApiProblem(
                f"asked for and recorded, but {service} does not tell how far it is. It goes on as soon as"
                " it can; `bellhop status` shows how it is"
            ) from problem


def _by_service(failures: list[Found]) -> list[Wish]:
    services = sorted({one["service"] for one in failures})
    return [
        Wish(service, {"ids": [one["id"] for one in failures if one["service"] == service]})
        for service in services
    ]
