"""Which event hangs under which. A turn is a tree: every event has one place in it."""

from collections.abc import Iterable, Mapping

from contracts.decisions import TurnDecided
from contracts.messages import (
    MessageFailed,
    MessageSendRequested,
    MessageSent,
    MessageSuppressed,
    MessageUncertain,
    ReceiptReceived,
)
from gateway.domain.timeline.entry import Entry, Raw, entries_of

OUTCOMES = (MessageSent, MessageFailed, MessageSuppressed, MessageUncertain)
"""What can become of a message that shall go out; a receipt may tell it as well."""


def parents_of(entries: Mapping[str, Entry]) -> dict[str, str]:
    """The parent of each event that has one.

    That is its cause; but what a vendor reports hangs under the message it is about, and what opens a turn
    of its own (a reminder, long after the booking) hangs under nothing.
    """
    reported = _Reports(entries.values())
    parents = {}
    for entry in entries.values():
        parent = _parent(entry, reported)
        if parent in entries and parent != entry.id:
            parents[entry.id] = parent
    return _without_circles(parents)


def is_orphan(entry: Entry, parents: Mapping[str, str]) -> bool:
    """Whether something should be above it that is not there."""
    if entry.id in parents:
        return False
    return isinstance(entry.data, ReceiptReceived) or (bool(entry.cause) and not entry.opens)


def missing(recorded: Iterable[Raw]) -> frozenset[str]:
    """The ids by which what these events hang under can be found: of causes, and vendors' ids of messages."""
    entries = entries_of(recorded)
    parents = parents_of(entries)
    return frozenset(_above(one) for one in entries.values() if is_orphan(one, parents)) - {""}


def _above(orphan: Entry) -> str:
    data = orphan.data
    return data.vendor_message_id if isinstance(data, ReceiptReceived) else orphan.cause


def decisions_of(entries: Mapping[str, Entry], parents: Mapping[str, str]) -> dict[str, str]:
    """The turn.decided of each event that has one, as id by id: the earliest, should there be two."""
    found: dict[str, str] = {}
    for entry in entries.values():
        if isinstance(entry.data, TurnDecided) and entry.id in parents:
            found.setdefault(parents[entry.id], entry.id)
    return found


def _parent(entry: Entry, reported: "_Reports") -> str:
    if isinstance(entry.data, ReceiptReceived):
        return reported.on(entry, entry.data)
    return "" if entry.opens else entry.cause


class _Reports:
    """Which message a receipt is about."""

    def __init__(self, entries: Iterable[Entry]) -> None:
        self._requests: set[str] = set()
        self._sent: dict[tuple[str, str], Entry] = {}
        self._told: dict[str, str] = {}
        for entry in entries:
            if isinstance(entry.data, MessageSendRequested):
                self._requests.add(entry.id)
            if isinstance(entry.data, MessageSent):
                self._sent.setdefault((entry.data.channel, entry.data.vendor_message_id), entry)
            if isinstance(entry.data, OUTCOMES) and entry.cause:
                self._told.setdefault(entry.cause, str(entry.data.message_id))

    def on(self, receipt: Entry, data: ReceiptReceived) -> str:
        """The message.sent, or the request where this receipt was the first to tell that it was sent."""
        sent = self._sent.get((data.channel, data.vendor_message_id))
        if sent and sent.cause != receipt.id:
            return sent.id
        message = self._told.get(receipt.id) or str(data.reference or "")
        return message if message in self._requests else ""


def _without_circles(parents: dict[str, str]) -> dict[str, str]:
    """Events that name each other as cause cannot be ours, but must not be lost: the circle is cut."""
    safe: set[str] = set()
    for start in sorted(parents):
        way, at = [start], parents.get(start)
        while at and at not in safe and at not in way:
            way.append(at)
            at = parents.get(at)
        if at in way:
            del parents[min(way[way.index(at) :])]
        safe.update(way)
    return parents
