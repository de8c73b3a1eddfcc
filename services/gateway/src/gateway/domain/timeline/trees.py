"""From recorded events, in whatever order and however often, to the trees of what led to what."""

from collections.abc import Iterable, Mapping
from datetime import UTC, datetime, tzinfo

from contracts.messages import MessageReceived, MessageSent
from gateway.domain.timeline.ai_words import cost_of
from gateway.domain.timeline.causes import decisions_of, is_orphan, parents_of
from gateway.domain.timeline.entry import Entry, Raw, entries_of
from gateway.domain.timeline.hop import Hop, Step, Timeline, Turn
from gateway.domain.timeline.pending import Answers, pending
from gateway.domain.timeline.wording import worded

Zones = Mapping[str, tzinfo]
"""The time zone of each business; UTC for those not named."""


def timeline_of(recorded: Iterable[Raw], zones: Zones | None = None) -> Timeline:
    """The trees of these events (full JSON objects). Every event is in them exactly once."""
    entries = entries_of(recorded)
    grown = _Growing(entries, zones or {})
    tops = [entry for entry in entries.values() if entry.id not in grown.placed]
    return Timeline(
        turns=tuple(grown.turn(top) for top in tops if not is_orphan(top, grown.placed)),
        orphans=tuple(grown.turn(top) for top in tops if is_orphan(top, grown.placed)),
    )


class _Growing:
    """All that is known while the trees are put together."""

    def __init__(self, entries: Mapping[str, Entry], zones: Zones) -> None:
        self._entries = entries
        self._zones = zones
        self.placed = parents_of(entries)
        self._decisions = decisions_of(entries, self.placed)
        self._answers = Answers.among(entries.values())
        self._children: dict[str, list[Entry]] = {}
        shown_above = set(self._decisions.values())
        for entry in entries.values():
            if entry.id in self.placed and entry.id not in shown_above:
                self._children.setdefault(self.placed[entry.id], []).append(entry)

    def turn(self, top: Entry) -> Turn:
        zone = self._zone(top)
        opening = self._hop(top)
        return Turn(
            tenant=top.tenant, zone=str(zone), began=top.time, headline=worded(top, zone).text,
            seconds=_seconds_until_accepted(top, self._below(top)),
            cost=cost_of(one.data for one in (top, *self._below(top))),
            follows=top.cause if top.opens else "", opening=opening,
        )  # fmt: skip

    def _hop(self, entry: Entry) -> Hop:
        told = worded(entry, self._zone(entry))
        decision = self._entries.get(self._decisions.get(entry.id, ""))
        missing = pending(entry, self._answers, self._decisions.keys())
        before = self._entries.get(self.placed.get(entry.id, ""))
        return Hop(
            id=entry.id, type=entry.type, source=entry.source, conversation=entry.conversation,
            time=entry.time, recorded=entry.recorded,
            wait=_between(_since(entry, before), entry.taken), work=_between(entry.taken, entry.recorded),
            words=told.text, tone=told.tone,
            steps=tuple(Step(words=step.text, tone=step.tone) for step in told.steps),
            pending=missing, orphan=is_orphan(entry, self.placed),
            copies=entry.copies, data=entry.raw.get("data") if entry.data else dict(entry.raw),
            decided=self._hop(decision) if decision else None,
            caused=tuple(map(self._hop, self._children.get(entry.id, ()))),
        )  # fmt: skip

    def _below(self, entry: Entry) -> Iterable[Entry]:
        for child in self._children.get(entry.id, ()):
            yield child
            yield from self._below(child)

    def _zone(self, entry: Entry) -> tzinfo:
        return self._zones.get(entry.tenant, UTC)


def _since(entry: Entry, before: Entry | None) -> datetime | None:
    """What it waited from. What comes from outside: since it happened there."""
    if entry.opens:
        return entry.time
    return before.recorded if before else None


def _between(start: datetime | None, end: datetime | None) -> float | None:
    """Seconds; clocks of two machines may differ a little, but nothing waits less than not at all."""
    return max(0.0, round((end - start).total_seconds(), 6)) if start and end else None


def _seconds_until_accepted(top: Entry, below: Iterable[Entry]) -> float | None:
    if not isinstance(top.data, MessageReceived):
        return None
    accepted = [one.recorded for one in below if isinstance(one.data, MessageSent) and one.recorded]
    return _between(top.taken, max(accepted, default=None))
