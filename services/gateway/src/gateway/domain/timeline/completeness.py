"""Whether timelines tell everything: nothing in the air, nothing without an end."""

from collections.abc import Iterable

from contracts.catalogue import type_of
from contracts.messages import MessageReceived
from gateway.domain.timeline.hop import Hop, Timeline

_RECEIVED = type_of(MessageReceived)


def gaps(timeline: Timeline) -> list[str]:
    """What is missing, a line each: a cause, what was decided about a message, what became of one sent."""
    found = [f"{turn.opening.type} {turn.opening.id}: its cause is missing" for turn in timeline.orphans]
    for hop in hops(timeline):
        if hop.pending:
            found.append(f"{hop.type} {hop.id}: {hop.pending}")
        elif hop.type == _RECEIVED and hop.decided is None:
            found.append(f"{hop.type} {hop.id}: nothing tells what was decided")
    return found


def hops(timeline: Timeline) -> Iterable[Hop]:
    """All of them, decisions among them."""
    for turn in (*timeline.turns, *timeline.orphans):
        yield from _with_all_below(turn.opening)


def _with_all_below(hop: Hop) -> Iterable[Hop]:
    yield hop
    if hop.decided:
        yield from _with_all_below(hop.decided)
    for one in hop.caused:
        yield from _with_all_below(one)
