"""Replicas of the AI router that share their standings, and a clock that is set by hand."""

import asyncio
from dataclasses import dataclass, field
from datetime import UTC, datetime

from redis.asyncio import Redis

from ai_router.adapters.standings import SharedStandings
from ai_router.domain.failures import VendorFailure
from ai_router.domain.standings.told import Said
from ai_router.domain.ways import Key, Way
from chassis.resilience.circuit_breaker import Limits

WAY = Way("openai", "gpt-4o-mini", "small")
LARGE = Way("openai", "gpt-4o", "large")
CLAUDE = Way("anthropic", "claude-haiku", "small")
ONE, TWO, THREE = (Key("openai", f"openai-{n}", f"sk-secret-number-{n}") for n in (1, 2, 3))
ONLY = Key("anthropic", "anthropic-1", "sk-ant-secret-1")
KEYS = {"openai": (ONE, TWO, THREE), "anthropic": (ONLY,)}
LIMITS = Limits()


class Watch:
    """A clock that is set by hand."""

    def __init__(self) -> None:
        self.now = 1_700_000_000.0

    def __call__(self) -> datetime:
        return datetime.fromtimestamp(self.now, UTC)

    def later(self, seconds: float) -> datetime:
        return datetime.fromtimestamp(self.now + seconds, UTC)


@dataclass
class Replicas:
    """So many replicas on one Redis; what they told is in `told`, whoever told it."""

    redis: Redis
    count: int = 1
    prefix: str = "ai"
    watch: Watch = field(default_factory=Watch)
    told: list[Said] = field(default_factory=list)
    heard: asyncio.Event = field(default_factory=asyncio.Event)

    def __post_init__(self) -> None:
        self.all = [self.another() for _ in range(self.count)]

    def another(self, keys=KEYS) -> SharedStandings:
        async def changed(change) -> None:
            self.told.append(change)
            self.heard.set()

        return SharedStandings(self.redis, self.watch, keys, LIMITS, changed, prefix=self.prefix)

    def __getitem__(self, number: int) -> SharedStandings:
        return self.all[number]

    async def flush(self) -> None:
        for one in self.all:
            await one.flush()

    async def open_for(self, way: Way) -> list[bool]:
        """Whether each replica may go this way, as it sees at its next look."""
        return [bool((await one.look()).keys_for(way)) for one in self.all]


async def call(
    one: SharedStandings,
    failure: VendorFailure | None = None,
    way: Way = WAY,
    key: Key = ONE,
    seconds: float = 0.5,
) -> bool:
    """One whole call, if it may be made."""
    if not await one.admit(way, key):
        return False
    await one.note(way, key, seconds, failure)
    return True
