"""Which offsets belong to an id. Blocking, for a thread; each lookup sees the file at one moment."""

import json
import sqlite3
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Final, Literal, NamedTuple

from contracts.envelope import conversation_id
from contracts.messages import Channel
from gateway.adapters.record_index.file import hashed, reading
from gateway.domain.refs import addresses_of, spellings_of

Scope = Literal["conversation", "turns"]
"""All that was recorded of a conversation; or, of single turns, all that belongs to them."""

_MOST_HITS: Final = 10_000  # an id that more events name is none that anybody asks for


@dataclass(frozen=True, slots=True)
class Question:
    """What is looked for; `since` in milliseconds since 1970, and the newest `limit` of what is found.

    `tenants`: whose customer it may be, where the id is an address.
    """

    ref: str
    since: int
    limit: int
    scope: Scope | None
    tenants: Sequence[str] = ()


class Known(NamedTuple):
    """Ascending offsets, whether there are older ones, and how far the index has got (see IndexWriter)."""

    scope: Scope
    offsets: list[int]
    more: bool
    next: int
    last_recorded: int


def look_up(path: Path, question: Question) -> Known:
    """What the index knows. Raises Damaged, sqlite3.OperationalError."""
    with reading(path) as connection:
        if connection is None:
            return Known(question.scope or "turns", [], False, 0, 0)
        return _Lookup(connection, question).known()


class _Lookup:
    def __init__(self, connection: sqlite3.Connection, question: Question) -> None:
        self._connection = connection
        self._question = question
        self._earliest, self._next, self._last = connection.execute(
            "SELECT earliest, next, coalesce((SELECT recorded FROM events ORDER BY offset DESC LIMIT 1), 0)"
            " FROM position"
        ).fetchone()

    def known(self) -> Known:
        natural, hits = self._found()
        scope = self._question.scope or natural
        whole = self._of_turns(hits) if scope == "turns" else self._of_conversations(self._spoken_in(hits))
        newest, limit = self._recent(whole), self._question.limit
        return Known(scope, newest[:limit][::-1], len(newest) > limit, self._next, self._last)

    def _found(self) -> tuple[Scope, list[int]]:
        ids = [hashed(one) for one in spellings_of(self._question.ref)]
        if found := self._of_conversations(ids):
            return "conversation", found
        if found := [*self._of_refs(ids), *self._of_correlations(ids)]:
            return "turns", found
        if found := self._of_conversations(self._conversations_with(self._question.ref)):
            return "conversation", found
        return "turns", []

    def _conversations_with(self, ref: str) -> list[int]:
        # An address lies nowhere in the index: its conversation's id follows from it.
        return [
            hashed(conversation_id(tenant, channel, address))
            for address in addresses_of(ref)
            for tenant in self._question.tenants
            for channel in Channel
        ]

    def _of_turns(self, offsets: Iterable[int]) -> set[int]:
        """All of the turns these events are of, and of those their messages' receipts opened."""
        events, seen, new = set[int](), set[int](), self._correlations_of(offsets)
        while new:
            seen |= new
            of_them = self._of_correlations(new)
            events.update(of_them)
            new = self._correlations_of(self._of_refs(self._links(of_them))) - seen
        return events

    def _of_conversations(self, hashes: Iterable[int]) -> list[int]:
        return self._column(
            "SELECT offset FROM events WHERE conversation IN (SELECT value FROM json_each(?))"
            " AND offset >= ? AND recorded >= ? ORDER BY offset DESC LIMIT ?",
            hashes, self._earliest, self._question.since, self._question.limit + 1,
        )  # fmt: skip

    def _of_correlations(self, hashes: Iterable[int]) -> list[int]:
        return self._column(
            "SELECT offset FROM events WHERE correlation IN (SELECT value FROM json_each(?))"
            " AND offset >= ? ORDER BY offset DESC LIMIT ?",
            hashes, self._earliest, _MOST_HITS,
        )  # fmt: skip

    def _of_refs(self, hashes: Iterable[int]) -> list[int]:
        return self._column(
            "SELECT offset FROM refs WHERE hash IN (SELECT value FROM json_each(?))"
            " AND offset >= ? ORDER BY offset DESC LIMIT ?",
            hashes, self._earliest, _MOST_HITS,
        )  # fmt: skip

    def _links(self, offsets: Iterable[int]) -> list[int]:
        return self._column(
            "SELECT DISTINCT hash FROM links WHERE offset IN (SELECT value FROM json_each(?))", offsets
        )

    def _spoken_in(self, offsets: Iterable[int]) -> list[int]:
        return self._column(
            "SELECT DISTINCT conversation FROM events WHERE offset IN (SELECT value FROM json_each(?))",
            offsets,
        )

    def _correlations_of(self, offsets: Iterable[int]) -> set[int]:
        return set(
            self._column(
                "SELECT DISTINCT correlation FROM events WHERE offset IN (SELECT value FROM json_each(?))",
                offsets,
            )
        )

    def _recent(self, offsets: Iterable[int]) -> list[int]:
        return self._column(
            "SELECT offset FROM events WHERE offset IN (SELECT value FROM json_each(?))"
            " AND recorded >= ? ORDER BY offset DESC LIMIT ?",
            offsets, self._question.since, self._question.limit + 1,
        )  # fmt: skip

    def _column(self, sql: str, several: Iterable[int], *others: int) -> list[int]:
        rows = self._connection.execute(sql, (json.dumps(list(several)), *others))
        return [value for (value,) in rows]
