"""What each AI vendor does in its own way."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Literal, Protocol

from ops.sandbox.ai.question import Question, Reply

Trouble = Literal[
    "no_key", "unauthorized", "no_credit", "rate_limited", "server_error", "overloaded", "refused"
]


@dataclass(frozen=True)
class Post:
    """A request as it came. `call`: the end of a path that a route leaves open; `body` None: it is no "
    "JSON."""

    headers: Mapping[str, str]
    query: Mapping[str, str]
    body: Any
    call: str = ""

    def member(self, name: str) -> str:
        """A text in the body; empty if there is none."""
        found = self.body.get(name) if isinstance(self.body, dict) else None
        return found if isinstance(found, str) else ""

    @property
    def bearer(self) -> str:
        """The token of the Authorization header; empty if there is none."""
        scheme, _, token = self.headers.get("authorization", "").partition(" ")
        return token.strip() if scheme.lower() == "bearer" else ""


@dataclass(frozen=True)
class Said:
    """An answer in a vendor's words. `parts` of a stream follow each other; without one they are one body."""

    parts: Sequence[str]
    media_type: str = "application/json"
    status: int = 200
    headers: Mapping[str, str] = field(default_factory=dict)


class Refusal(Exception):
    """The vendor's own error answer."""

    def __init__(self, said: Said) -> None:
        super().__init__(said.status)
        self.said = said


class Dialect(Protocol):
    """One vendor's language. `name` is what faults, counts and settings call it."""

    name: str
    title: str

    @property
    def paths(self) -> tuple[str, ...]:
        """Where questions are posted, as routes."""

    def key(self, post: Post) -> str:
        """The key that a request shows; empty if none."""

    def model(self, post: Post) -> str:
        """The model that is asked for, whatever else the request lacks."""

    def question(self, post: Post) -> Question:
        """Reads a request as strictly as the vendor does. Raises Refusal."""

    def whole(self, question: Question, reply: Reply) -> Said:
        """The answer in one piece."""

    def stream(self, question: Question, reply: Reply) -> Said:
        """The answer as a stream, event by event."""

    def error(self, trouble: Trouble, retry_after: int | None = None) -> Said:
        """How the vendor words a trouble; `retry_after` in seconds, None: it does not say."""

    def headers(self, request_id: str) -> dict[str, str]:
        """What stands over every answer."""
