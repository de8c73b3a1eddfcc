"""A few entries that all replicas of a service share through Redis, and change by pure rules.

One Redis hash: a field per entry; its `revision` is new after every write, its `epoch` after every write
that the others have to see at their next look. A replica reads its own copy, which `look` renews in one round
trip. All changes of a replica that wait are written together, if nothing was written in between; else they
are made again on what is there now. While Redis is away a replica goes on with its copy; afterwards what
both know is joined, so nothing that was learnt meanwhile is lost.
"""

import asyncio
from collections.abc import Callable, Iterable, Sequence
from dataclasses import replace
from typing import Generic, TypeVar

from redis.asyncio import Redis

from chassis.resilience.changes import Change, Entries, Waiting, fail, give, made
from chassis.resilience.patient_redis import PatientRedis
from chassis.resilience.shared_hash import (
    LOOK,
    WRITE,
    Kind,
    Snapshot,
    Step,
    Written,
    mark,
    next_step,
    snapshot,
)

E = TypeVar("E")
T = TypeVar("T")


class SharedEntries(Generic[E]):
    """See above. `entries` is what this replica goes by. `told` hears of every mark that it has changed."""

    def __init__(
        self, redis: Redis | None, name: str, kind: Kind[E], told: Callable[[Written[E]], None]
    ) -> None:
        self._redis = PatientRedis(redis)
        self._hash, self._turns = f"{{{name}}}:entries", f"{{{name}}}:turns"
        self._kind = kind
        self._told = told
        self._known: Snapshot[E] = Snapshot()
        self._adrift = False
        self._unsure: Step[E] | None = None
        self._common: Entries[E] = {}  # what all have heard of, even if Redis has forgotten it
        self._waiting: list[Waiting[E]] = []
        self._writer: asyncio.Task[None] | None = None
        self.entries: Entries[E] = {}

    @property
    def settled(self) -> bool:
        """Whether Redis is there, and knows all that we know."""
        return not (self._redis.away or self._adrift)

    async def look(self, turns: int) -> int | None:
        """Renews the entries; takes so many turns among all replicas and returns the last. None: no Redis."""
        return None if self._redis.away else await self._look(turns, self._known.epoch)

    async def renew(self) -> None:
        """Reads everything anew, also after Redis was away: the others then learn what we learnt alone."""
        await self._look(0, "none")
        if self._adrift and not self._redis.away:
            await self.change(lambda _: ({}, None))

    def change(self, change: Change[E, T]) -> asyncio.Future[T]:
        """Makes a change for all, or in our copy alone while Redis is away; also if nobody waits for it."""
        waiting: Waiting[E] = Waiting(change)
        self._waiting.append(waiting)
        if self._writer is None or self._writer.done():
            self._writer = asyncio.create_task(self._write_all())
        return waiting.done

    async def _look(self, turns: int, epoch: str) -> int | None:
        known = self._known
        answer = await self._redis.run(LOOK, (self._hash, self._turns), (turns, epoch))
        if answer is None:
            return None
        turn, *changed = answer
        if changed:
            self._learn(changed[0], known)
        return int(turn)

    async def _write_all(self) -> None:
        while self._waiting:
            together, self._waiting = self._waiting, []
            try:
                give(together, await self._write(together))
            except Exception as error:
                fail(together, error)

    async def _write(self, changes: Sequence[Waiting[E]]) -> Sequence[object]:
        while True:
            known = self._known
            after, results = made(changes, self.entries)
            step = next_step(known, after, self._kind)
            if not step.new or self._redis.away:
                self.entries, self._adrift = after, bool(step.new)
                return results
            match await self._redis.run(WRITE, (self._hash,), step.arguments):
                case None:
                    self.entries, self._adrift, self._unsure = after, True, step
                    return results
                case list() as fields:
                    self._learn(fields, known)
                case _:
                    self._wrote(step)
                    return results

    def _wrote(self, step: Step[E]) -> None:
        if self._known is step.known:  # else a look has brought what is newer still
            self._known = step.after
            self.entries, self._adrift = step.after.entries, False
        self._tell(step.marked)
        self._common = {**self._common, **step.after.entries}

    def _learn(self, fields: Sequence[bytes], asked_with: Snapshot[E]) -> None:
        """Takes over what Redis says. A reply that was overtaken by a later one is passed over."""
        fresh = snapshot(fields, self._known, self._kind.read)
        lost = asked_with.lost_in(fresh)
        if not lost and fresh.number < self._known.number:
            return
        self._adrift = self._adrift or lost
        self._known = fresh
        self._common = self._joined(self._common, fresh.entries) if lost or self._adrift else fresh.entries
        self._tell_what_arrived(fresh)
        self.entries = self._joined(self.entries, fresh.entries) if self._adrift else fresh.entries

    def _tell_what_arrived(self, fresh: Snapshot[E]) -> None:
        """A write without an answer may have been made all the same; then it was ours."""
        unsure, self._unsure = self._unsure, None
        for written in unsure.marked if unsure else ():
            if fresh.entries.get(written.name) == written.after:
                self._told(written)

    def _tell(self, marked: Iterable[Written[E]]) -> None:
        for one in marked:
            before = self._common.get(one.name)
            if mark(self._kind, before) != mark(self._kind, one.after):
                self._told(replace(one, before=before))

    def _joined(self, own: Entries[E], shared: Entries[E]) -> Entries[E]:
        both = own.keys() & shared.keys()
        return {**own, **shared, **{name: self._kind.joined(own[name], shared[name]) for name in both}}
