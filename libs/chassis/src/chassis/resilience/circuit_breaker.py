"""Circuit breaker (Nygard, Release It!): whoever keeps failing is left alone for a while.

`Circuit` is the pure state. `CircuitBreaker` shares one among all replicas through Redis and goes on
with what it knows itself while Redis is away.
"""

import asyncio
import json
from collections.abc import Callable
from dataclasses import asdict, dataclass, replace
from typing import Final, Literal, TypeVar

from prometheus_client import Gauge
from redis.asyncio import Redis
from redis.exceptions import RedisError, WatchError

from chassis.clock import Clock

State = Literal["closed", "open", "half-open"]
Outcome = Literal["succeeded", "failed"]
T = TypeVar("T")

OPEN = Gauge("bellhop_circuit_open", "1 while calls are refused without being tried", ["name"])

_REDIS_PATIENCE: Final = 0.5
_KEPT_SECONDS: Final = 24 * 60 * 60


@dataclass(frozen=True)
class Limits:
    """`failures` in a row open the circuit for `open_seconds`; then one call probes.

    A probe that says nothing for `probe_seconds` is taken for dead, and another call may probe.
    """

    failures: int = 5
    open_seconds: float = 60.0
    probe_seconds: float = 60.0


@dataclass(frozen=True)
class Circuit:
    """The state of one circuit. Moments are seconds since the epoch."""

    failures: int = 0
    opened_at: float | None = None
    probing_since: float | None = None

    def state(self, now: float, limits: Limits) -> State:
        """What the circuit is at this moment."""
        if self.opened_at is None:
            return "closed"
        return "open" if now - self.opened_at < limits.open_seconds else "half-open"

    def admit(self, now: float, limits: Limits) -> tuple["Circuit", bool]:
        """Whether a call may be made now, and the circuit after that decision."""
        match self.state(now, limits):
            case "closed":
                return self, True
            case "open":
                return self, False
            case "half-open":
                probed = self.probing_since is not None and now - self.probing_since < limits.probe_seconds
                return (self, False) if probed else (replace(self, probing_since=now), True)

    def after(self, outcome: Outcome, now: float, limits: Limits) -> "Circuit":
        """The circuit after a call. What was begun before it opened changes nothing while it is open."""
        if self.opened_at is not None and self.probing_since is None:
            return self
        if outcome == "succeeded":
            return Circuit()
        failures = self.failures + 1
        if self.probing_since is not None or failures >= limits.failures:
            return Circuit(opened_at=now)
        return Circuit(failures=failures)


class CircuitBreaker:
    """One circuit, shared by name. Ask `admit` before each call and `note` how it ended."""

    def __init__(self, name: str, redis: Redis, clock: Clock, limits: Limits | None = None) -> None:
        self._name = name
        self._redis = redis
        self._clock = clock
        self._limits = limits or Limits()
        self._own = Circuit()

    async def admit(self) -> bool:
        """Whether a call may be made. Whoever was admitted notes the outcome."""
        now = self._clock().timestamp()
        admitted = await self._changed(lambda circuit: circuit.admit(now, self._limits))
        OPEN.labels(self._name).set(not admitted)
        return admitted

    async def note(self, outcome: Outcome) -> None:
        """Notes how an admitted call ended."""
        now = self._clock().timestamp()
        await self._changed(lambda circuit: (circuit.after(outcome, now, self._limits), None))

    async def _changed(self, change: Callable[[Circuit], tuple[Circuit, T]]) -> T:
        try:
            async with asyncio.timeout(_REDIS_PATIENCE):
                self._own, result = await self._changed_for_all(change)
        except (RedisError, OSError):
            self._own, result = change(self._own)
        return result

    async def _changed_for_all(self, change: Callable[[Circuit], tuple[Circuit, T]]) -> tuple[Circuit, T]:
        key = f"circuit:{self._name}"
        async with self._redis.pipeline(transaction=True) as pipeline:
            while True:
                await pipeline.watch(key)
                text = await pipeline.get(key)
                before = Circuit(**json.loads(text)) if text else Circuit()
                after, result = change(before)
                if after == before:
                    return after, result
                pipeline.multi()  # type: ignore[no-untyped-call]  # redis-py leaves it untyped
                pipeline.set(key, json.dumps(asdict(after)), ex=_KEPT_SECONDS)
                try:
                    await pipeline.execute()
                except WatchError:
                    continue
                return after, result
