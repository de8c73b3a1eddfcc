"""How shared entries lie in Redis: the two scripts that touch them, and what one reads.

Neither script knows a rule of what the entries mean; those are written once, in Python.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Final, Generic, Protocol, TypeVar
from uuid import uuid4

E = TypeVar("E")

_KEPT_SECONDS: Final = 7 * 24 * 60 * 60

LOOK: Final = """
local turn = redis.call('INCRBY', KEYS[2], ARGV[1])
if (redis.call('HGET', KEYS[1], 'epoch') or '') == ARGV[2] then return {turn} end
return {turn, redis.call('HGETALL', KEYS[1])}
"""
"""Hash, counter; how many turns, the known epoch → the last turn, all fields if the epoch is another."""

WRITE: Final = """
if (redis.call('HGET', KEYS[1], 'revision') or '') ~= ARGV[1] then return redis.call('HGETALL', KEYS[1]) end
redis.call('HSET', KEYS[1], unpack(ARGV, 3))
redis.call('EXPIRE', KEYS[1], ARGV[2])
return 1
"""
"""Hash; the revision that is known, seconds to keep it, fields and values → 1, or all fields as they are."""


class Kind(Protocol[E]):
    """What one has to know of the entries to share them."""

    def read(self, name: str, text: bytes) -> E:
        """An entry from its text."""

    def written(self, entry: E) -> str:
        """Its text."""

    def joined(self, own: E, shared: E) -> E:
        """What holds, of two that grew apart; the same whichever way round, and however often."""

    def mark(self, entry: E) -> object:
        """What of it others must see at their next look; None: nothing, as if it were not there."""


@dataclass(frozen=True, slots=True)
class Snapshot(Generic[E]):
    """The entries at one revision ("<number>.<token>"; empty: there are none yet)."""

    revision: str = ""
    epoch: str = ""
    texts: Mapping[str, bytes] = field(default_factory=dict)
    entries: Mapping[str, E] = field(default_factory=dict)

    @property
    def number(self) -> int:
        """Which write this is the state after."""
        return int(self.revision.partition(".")[0] or 0)

    def lost_in(self, later: "Snapshot[E]") -> bool:
        """Whether Redis, asked later, has forgotten this one: it was emptied or set back."""
        return later.number < self.number or (later.number == self.number and later.revision != self.revision)


@dataclass(frozen=True, slots=True)
class Written(Generic[E]):
    """One entry whose mark this replica has changed for all."""

    name: str
    before: E | None
    after: E


@dataclass(frozen=True, slots=True)
class Step(Generic[E]):
    """A write that makes `new` entries follow those that are known."""

    known: Snapshot[E]
    new: Mapping[str, E]
    texts: Mapping[str, bytes]
    marked: tuple[Written[E], ...]
    revision: str

    @property
    def arguments(self) -> list[str | bytes | int]:
        """Those of the script."""
        fields: dict[str, str | bytes] = {"revision": self.revision, "epoch": self._epoch, **self.texts}
        return [self.known.revision, _KEPT_SECONDS, *(part for one in fields.items() for part in one)]

    @property
    def after(self) -> Snapshot[E]:
        """What is there once it is written."""
        texts, entries = {**self.known.texts, **self.texts}, {**self.known.entries, **self.new}
        return Snapshot(self.revision, self._epoch, texts, entries)

    @property
    def _epoch(self) -> str:
        return self.revision if self.marked else self.known.epoch


def next_step(known: Snapshot[E], after: Mapping[str, E], kind: Kind[E]) -> Step[E]:
    """The write that leads from what is known to these entries."""
    new = {name: one for name, one in after.items() if known.entries.get(name) != one}
    texts = {name: kind.written(one).encode() for name, one in new.items()}
    changes = (Written(name, known.entries.get(name), one) for name, one in new.items())
    marked = tuple(one for one in changes if mark(kind, one.before) != mark(kind, one.after))
    return Step(known, new, texts, marked, f"{known.number + 1}.{uuid4().hex[:8]}")


def mark(kind: Kind[E], entry: E | None) -> object:
    """What others must see of the entry at their next look; nothing of one that is not there."""
    return None if entry is None else kind.mark(entry)


def snapshot(fields: Sequence[bytes], known: Snapshot[E], read: Callable[[str, bytes], E]) -> Snapshot[E]:
    """What stands in Redis; entries whose text is known are not read again."""
    texts = {name.decode(): text for name, text in zip(fields[::2], fields[1::2], strict=True)}
    revision, epoch = (texts.pop(name, b"").decode() for name in ("revision", "epoch"))
    entries = {
        name: known.entries[name] if known.texts.get(name) == text else read(name, text)
        for name, text in texts.items()
    }
    return Snapshot(revision, epoch, texts, entries)
