"""Where the vendor fails: the sandbox that stands in for it, or a router beside the live one."""

from typing import Any, Final, Protocol

import httpx

from ops.ai.drill.wish import Fault, Wish
from ops.api import ApiProblem

_SANDBOX_SECONDS: Final = 10.0
_SPARE_SECONDS: Final = 10.0
"""So much longer the fault would last if the drill died before it could end it."""
_KINDS: Final[dict[Fault, str]] = {
    "429": "rate_limited", "500": "server_error", "timeout": "timeout", "slow": "slow", "cut": "cut",
}  # fmt: skip


class Lane(Protocol):
    """`router` is what trial questions and looks are told to go to."""

    router: str

    def fail(self) -> None:
        """From now on the vendor fails. Raises ApiProblem."""

    def heal(self) -> None:
        """The vendor is well again. Doing it twice is as once. Raises ApiProblem."""

    def body(self) -> dict[str, Any]:
        """What a trial question says of the lane."""


class SandboxLane:
    """The simulated vendor really fails; the live router is asked."""

    router = "live"

    def __init__(self, wish: Wish, sandbox: httpx.Client) -> None:
        self._wish = wish
        self._sandbox = sandbox

    def fail(self) -> None:
        kind, lasts = _KINDS[self._wish.fault], self._wish.seconds + _SPARE_SECONDS
        self._ask("POST", {"json": {"vendor": self._wish.vendor, "kind": kind, "lasts": lasts}})

    def heal(self) -> None:
        self._ask("DELETE", {"params": {"vendor": self._wish.vendor}})

    def body(self) -> dict[str, Any]:
        return {"lane": "live"}

    def _ask(self, method: str, what: dict[str, Any]) -> None:
        try:
            answer = self._sandbox.request(method, "/sandbox/faults", timeout=_SANDBOX_SECONDS, **what)
            answer.raise_for_status()
        except httpx.HTTPError as error:
            raise ApiProblem(f"the sandbox does not do it: {error}") from error


class ShadowLane:
    """The fault is played inside a router of its own; each question says it anew."""

    router = "shadow"

    def __init__(self, wish: Wish) -> None:
        self._wish = wish
        self._failing = False

    def fail(self) -> None:
        self._failing = True

    def heal(self) -> None:
        self._failing = False

    def body(self) -> dict[str, Any]:
        fault = {"vendor": self._wish.vendor, "kind": self._wish.fault}
        return {"lane": "shadow", "fault": fault if self._failing else None}
