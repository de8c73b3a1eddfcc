"""Who called which AI vendor lately: never what was said."""

from collections import Counter, deque
from dataclasses import asdict, dataclass, field
from datetime import UTC, datetime
from typing import Any

KEPT = 200


@dataclass(frozen=True, slots=True)
class AiCall:
    """One call. `key` is the end of the key; status 0: the connection was closed before an answer."""

    vendor: str
    model: str
    key: str
    status: int
    seconds: float
    fault: str | None = None
    streamed: bool = False
    input_tokens: int = 0
    output_tokens: int = 0
    at: datetime = field(default_factory=lambda: datetime.now(UTC))

    def shown(self) -> dict[str, Any]:
        """As JSON."""
        return asdict(self) | {"seconds": round(self.seconds, 3), "at": self.at.isoformat()}


@dataclass
class Counts:
    """All calls of one vendor since they were last cleared."""

    calls: int = 0
    by_status: Counter[str] = field(default_factory=Counter)
    by_key: Counter[str] = field(default_factory=Counter)
    by_model: Counter[str] = field(default_factory=Counter)
    by_fault: Counter[str] = field(default_factory=Counter)

    def add(self, call: AiCall) -> None:
        """Counts a call."""
        self.calls += 1
        self.by_status[str(call.status)] += 1
        self.by_key[call.key] += 1
        self.by_model[call.model] += 1
        if call.fault:
            self.by_fault[call.fault] += 1


class AiCalls:
    """The latest calls, newest first, and counts of all; `version` grows with each change."""

    def __init__(self, vendors: tuple[str, ...]) -> None:
        self._latest: deque[AiCall] = deque(maxlen=KEPT)
        self._counts = {name: Counts() for name in vendors}
        self.version = 0

    def add(self, call: AiCall) -> None:
        """Notes a call."""
        self._latest.appendleft(call)
        self._counts[call.vendor].add(call)
        self.version += 1

    def latest(self, vendor: str | None = None) -> list[AiCall]:
        """The latest calls, of one vendor or of all."""
        return [one for one in self._latest if vendor in (None, one.vendor)]

    def counts(self, vendor: str) -> Counts:
        """One vendor's counts."""
        return self._counts[vendor]

    def clear(self, vendor: str | None = None) -> None:
        """Forgets one vendor's calls, or all."""
        kept = [one for one in self._latest if vendor not in (None, one.vendor)]
        self._latest = deque(kept, maxlen=KEPT)
        for name in self._counts if vendor is None else (vendor,):
            self._counts[name] = Counts()
        self.version += 1
