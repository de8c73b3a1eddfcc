"""Two vendors with keys, a policy for them, and how their keys and circuits are."""

from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any

import pytest

from ai_router.domain.standings.overview import KeyShown, Overview
from ai_router.domain.standings.standing import Standing
from ai_router.domain.ways import Key
from ai_router.vendors import Named
from contracts.ai import AiPolicy, Candidate

NOON = datetime(2026, 3, 2, 12, 0, tzinfo=UTC)
A1, A2 = Key("a", "a-1", "secret-of-a-Ab12"), Key("a", "a-2", "secret-of-a-Cd34")
B1 = Key("b", "b-1", "secret-of-b-Ef56")


@pytest.fixture
def vendors() -> tuple[Named, ...]:
    return (
        Named("a", "openai", "https://user:pass@api.a.example/v1?key=1", (A1, A2)),
        Named("b", "anthropic", "https://api.b.example", (B1,)),
    )


@pytest.fixture
def policy() -> AiPolicy:
    small = (Candidate(vendor="a", model="mini"), Candidate(vendor="b", model="old", enabled=False))
    large = (Candidate(vendor="a", model="maxi"), Candidate(vendor="b", model="big"))
    return AiPolicy(tiers={"small": small, "large": large}, purposes={"answer": ("small", "large")})


@dataclass
class Standings:
    """Lets everybody in, keeps what was noted and revived; keys and circuits are what the test says."""

    states: dict[str, str] = field(default_factory=dict)
    circuits: tuple[Any, ...] = ()
    revived: list[str] = field(default_factory=list)
    noted: list[Any] = field(default_factory=list)

    async def overview(self) -> Overview:
        return Overview(self.circuits, tuple(self._shown(key) for key in (A1, A2, B1)))

    def _shown(self, key: Key) -> KeyShown:
        state: Any = self.states.get(key.alias, "ready")
        until = NOON.timestamp() + 30 if state == "resting" else None
        return KeyShown(key.vendor, key.alias, key.shown, state, until, "" if state == "ready" else "told", 7)

    async def revive(self, key: Key) -> None:
        self.revived.append(key.alias)

    async def look(self) -> Standing:
        return Standing({"a": (A1, A2), "b": (B1,)}, {}, frozenset("ab"))

    async def admit(self, way: Any, key: Key) -> bool:
        return True

    async def note(self, way: Any, key: Key, seconds: float, failure: Any) -> None:
        self.noted.append((key.alias, failure and failure.reason))

    async def release(self, way: Any, key: Key) -> None:
        """Nobody counts."""


@pytest.fixture
def standings() -> Standings:
    return Standings()


@dataclass
class Policies:
    """The policy of the test, and the businesses it knows."""

    policy: AiPolicy
    tenants: dict[str, Any] = field(default_factory=dict)

    async def installation(self) -> AiPolicy:
        return self.policy

    async def version(self) -> int:
        return 3

    async def tenant(self, tenant: str) -> Any:
        return self.tenants.get(tenant)


@pytest.fixture
def policies(policy: AiPolicy) -> Policies:
    return Policies(policy)
