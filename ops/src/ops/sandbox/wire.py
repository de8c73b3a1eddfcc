"""What went over the wire lately, for the page and for tests."""

from collections import deque
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any, Literal

KEPT = 200


@dataclass(frozen=True)
class Call:
    """One HTTP call: `in` to us (the business calls a vendor) or `out` (a webhook). Status 0: no answer."""

    direction: Literal["in", "out"]
    vendor: str
    tenant: str
    what: str
    status: int
    body: Any
    answer: Any = None
    at: datetime = field(default_factory=lambda: datetime.now(UTC))


class Wire:
    """The latest calls, newest first; `version` grows with each."""

    def __init__(self) -> None:
        self.calls: deque[Call] = deque(maxlen=KEPT)
        self.version = 0

    def add(self, call: Call) -> None:
        """Notes a call."""
        self.calls.appendleft(call)
        self.version += 1
