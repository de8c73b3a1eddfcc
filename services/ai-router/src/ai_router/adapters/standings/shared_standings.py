"""The port Standings, shared through Redis."""

import asyncio
from contextlib import suppress
from dataclasses import replace
from typing import Final, TypeVar
from uuid import uuid4

from redis.asyncio import Redis

from ai_router.adapters.standings import meters
from ai_router.adapters.standings.calls import Calls
from ai_router.adapters.standings.entry_kind import EntryKind
from ai_router.adapters.standings.tally import Tally
from ai_router.adapters.standings.telling import Changed, Telling
from ai_router.adapters.standings.turns import Turns
from ai_router.domain.failures import VendorFailure
from ai_router.domain.standings import lessons
from ai_router.domain.standings.entries import Entry, Names, Shared, account_name, key_name, names
from ai_router.domain.standings.overview import Overview, overview
from ai_router.domain.standings.standing import Standing
from ai_router.domain.standings.told import told
from ai_router.domain.standings.view import Keys, View, view
from ai_router.domain.ways import Key, Way
from chassis.clock import Clock
from chassis.resilience.changes import Change
from chassis.resilience.circuit_breaker import Limits
from chassis.resilience.shared_entries import SharedEntries
from chassis.resilience.shared_hash import Written

T = TypeVar("T")

_REAL: Final = "ai"
_FLUSH_SECONDS: Final = 0.25
_LAST_SECONDS: Final = 3.0  # for what is still to be told at the end: RabbitMQ may be away as well


class SharedStandings:
    """See ports.Standings. Without Redis nobody shares them. Another `prefix` is a world apart, which is not
    in the metrics.
    """

    def __init__(
        self, redis: Redis | None, clock: Clock, keys: Keys, limits: Limits, changed: Changed,
        *, prefix: str = _REAL,
    ) -> None:  # fmt: skip
        self._clock = clock
        self._keys = keys
        self._limits = limits
        self._aliases = {key_name(key): key.alias for own in keys.values() for key in own}
        self._metered = prefix == _REAL
        self._telling = Telling(changed)
        self._shared: SharedEntries[Entry] = SharedEntries(
            redis, f"{prefix}:standings", EntryKind(), self._hear
        )
        self._turns = Turns(self._shared)
        self._tally = Tally()
        self._calls = Calls()
        self._seen: Shared | None = None
        self._view = View(Standing(), 0.0, 0.0)

    async def run(self) -> None:
        """Tells the other replicas of successes and everybody of changes, until cancelled."""
        try:
            while True:
                await self._telling.some(_FLUSH_SECONDS)
                await self.flush()
        finally:
            with suppress(TimeoutError):
                async with asyncio.timeout(_LAST_SECONDS):
                    await self.flush()

    async def look(self) -> Standing:
        """How everything is now; one round trip at most."""
        turn = await self._turns.next()
        return replace(self._current().standing, turn=turn)

    async def admit(self, way: Way, key: Key) -> bool:
        """Whether a call may be made now."""
        wanted = names(way, key)
        if lessons.are_closed(self._shared.entries, wanted):
            self._calls.begin(wanted)
            return True
        probe, now = uuid4().hex[:12], self._now()
        try:
            may = await self._change(lambda it: lessons.admitted(it, wanted, probe, now, self._limits))
        except asyncio.CancelledError:
            self._give_back(wanted, probe)
            raise
        if may:
            self._calls.begin(wanted, probe)
        return may

    async def note(self, way: Way, key: Key, seconds: float, failure: VendorFailure | None) -> None:
        """How an admitted call ended. A success is told to the other replicas a moment later."""
        wanted = names(way, key)
        probe, last = self._calls.end(wanted)
        if failure is None and lessons.is_plain(self._shared.entries, wanted):
            self._tally.add(wanted, slow=seconds >= self._limits.slow_seconds)
            return
        call, now = lessons.Ended(wanted, seconds, failure, probe), self._now()
        noted = self._change(lambda it: (lessons.after_call(it, call, now, self._limits), None))
        if probe and last:
            self._give_back(wanted, probe)
        await noted

    async def release(self, way: Way, key: Key) -> None:
        """An admitted call was not made, or broken off by ourselves."""
        wanted = names(way, key)
        probe, last = self._calls.end(wanted)
        if probe and last:
            await self._give_back(wanted, probe)

    async def revive(self, key: Key) -> None:
        """A check has found the key good: it and its vendor's account are used again at once."""
        name, account, now = key_name(key), account_name(key.vendor), self._now()
        await self._change(lambda it: (lessons.after_check(it, name, account, now), None))

    async def overview(self) -> Overview:
        """How every circuit that is not plainly closed, and every key, is now."""
        await self.flush()
        await self._shared.renew()
        return overview(self._shared.entries, self._keys, self._now(), self._limits)

    async def flush(self) -> None:
        """Tells all that waits, and looks: an idle replica has metrics too, and Redis may be back."""
        await (self._shared.look(0) if self._shared.settled else self._shared.renew())
        if self._tally:
            await self._change(lambda _: ({}, None))
        self._current()
        await self._telling.tell()

    def _current(self) -> View:
        now, shared = self._now(), self._shared.entries
        if shared is not self._seen or not self._view.made <= now < self._view.until:
            self._seen, self._view = shared, view(shared, self._keys, now, self._limits)
            if self._metered:
                meters.show(shared, self._keys, now, self._limits)
        return self._view

    def _change(self, change: Change[Entry, T]) -> asyncio.Future[T]:
        # Successes first: they came before what is told now.
        if self._tally:
            self._shared.change(self._tally.taken(self._now(), self._limits))
        return self._shared.change(change)

    def _give_back(self, wanted: Names, probe: str) -> asyncio.Future[None]:
        return self._change(lambda it: (lessons.after_release(it, wanted.circuits, probe), None))

    def _hear(self, written: Written[Entry]) -> None:
        said = told(
            written.name, written.before, written.after, self._aliases, now=self._now(), limits=self._limits
        )  # fmt: skip
        if said is None:
            return
        self._telling.add(said)
        if self._metered:
            meters.count(said)

    def _now(self) -> float:
        return self._clock().timestamp()
