"""A timeline in a terminal: each turn a header, beneath it what led to what."""

from collections.abc import Iterable, Iterator
from datetime import datetime
from itertools import groupby
from typing import Final
from zoneinfo import ZoneInfo

from rich.console import Group, RenderableType
from rich.rule import Rule
from rich.table import Table
from rich.text import Text
from rich.tree import Tree

from contracts.catalogue import type_of
from contracts.messages import MessageReceived, MessageSendRequested
from gateway.domain.timeline import Hop, Told, Tone, Turn
from gateway.domain.timeline.told import dollars
from ops.timeline.spans import span

_STYLE: Final[dict[Tone, str]] = {"plain": "", "good": "green", "bad": "red", "waiting": "yellow"}
_LONGEST: Final = 180
_RECEIVED, _SEND = type_of(MessageReceived), type_of(MessageSendRequested)


def page(told: Told, newest: int | None, *, wide: bool) -> Iterator[RenderableType]:
    """All there is to print: the newest so many turns, then orphans. `wide`: with the types of events."""
    turns = told.turns[-newest:] if newest else told.turns
    left_out = len(told.turns) - len(turns)
    if left_out or told.more:
        earlier = f"{left_out} earlier turns" if left_out else "earlier turns"
        yield Text(f"… {earlier} not shown: --since 24h, or --all\n", style="dim")
    for place, some in groupby(turns, _place):
        yield from _of_one_day(place, some, wide=wide)
    if told.orphans:
        yield Rule("without their cause in the record", style="yellow")
        for turn in told.orphans:
            yield _drawn(turn, wide=wide)
    if told.behind:
        yield Text(f"{told.behind} newer events are not indexed yet: look again in a moment", style="yellow")


def _of_one_day(place: str, turns: Iterable[Turn], *, wide: bool) -> Iterator[RenderableType]:
    yield Rule(place, align="left", style="dim")
    for turn in turns:
        yield _drawn(turn, wide=wide)


def _place(turn: Turn) -> str:
    began = _local(turn.began, turn)
    day = f"{began:%a %-d %b %Y}" if began else "at an unknown time"
    return f"{turn.tenant} · {day} · {turn.zone}"


def _drawn(turn: Turn, *, wide: bool) -> RenderableType:
    tree = Tree(_header(turn), guide_style="dim")
    _grow(tree, turn.opening, wide=wide)
    return Group(tree, "")


def _header(turn: Turn) -> Text:
    began = _local(turn.began, turn)
    header = Text(f"{began:%H:%M:%S}  " if began else "", style="bold")
    if turn.seconds is not None:
        header.append(f"sent after {span(turn.seconds)}  ", style="bold green")
    if turn.cost is not None:
        header.append(f"AI {dollars(turn.cost)}  ", style="bold")
    header.append(_short(turn.headline), style=_STYLE[turn.opening.tone] or "bold cyan")
    if turn.follows:
        header.append(f"  follows {turn.follows}", style="dim")
    return header


def _grow(tree: Tree, hop: Hop, *, wide: bool) -> None:
    """What follows one after the other stands in one piece; only where it divides, the tree does."""
    line = [hop]
    while len(line[-1].caused) == 1:
        line.append(line[-1].caused[0])
    branch = tree.add(_table(line, wide=wide))
    for one in line[-1].caused:
        _grow(branch, one, wide=wide)


def _table(line: list[Hop], *, wide: bool) -> Table:
    table = Table.grid(padding=(0, 1), expand=True)
    table.add_column(width=12, no_wrap=True)
    if wide:
        table.add_column(width=30, no_wrap=True, style="dim")
    table.add_column(ratio=1, overflow="fold")
    table.add_column(width=11, justify="right", no_wrap=True, style="dim")
    table.add_column(width=10, justify="right", no_wrap=True, style="dim")
    for hop in line:
        _row(table, hop, _said(hop), wide=wide)
        for step in hop.steps:
            words = Text(f"  · {_short(step.words)}", style=_STYLE[step.tone] or "dim")
            table.add_row("", *(("",) if wide else ()), words, "", "")
        if hop.decided:
            _row(table, hop.decided, Text(f"↳ {_short(hop.decided.words)}", style="cyan"), wide=wide)
            for other in hop.decided.caused:
                _row(table, other, _said(other), wide=wide)
    return table


def _row(table: Table, hop: Hop, words: Text, *, wide: bool) -> None:
    wait = f"⏳ {span(hop.wait)}" if hop.wait is not None else ""
    work = f"⚙ {span(hop.work)}" if hop.work is not None else ""
    kind = (hop.type.removesuffix(".v1"),) if wide else ()
    table.add_row(Text(hop.source, style="bold"), *kind, words, wait, work)


def _said(hop: Hop) -> Text:
    said = Text("taken in" if hop.type == _RECEIVED else _short(hop.words), style=_STYLE[hop.tone])
    if hop.copies > 1:
        said.append(f" (recorded {hop.copies} times)", style="dim")
    if hop.pending:
        said.append(f" … {hop.pending}", style="bold yellow")
    if hop.type == _SEND:
        said.append(f" {hop.id}", style="dim")  # what `bellhop why` asks for
    if hop.orphan:  # its words are the header
        said = Text(f"{hop.type} {hop.id}", style="dim")
    return said


def _short(words: str) -> str:
    """Enough to know it again; --json has all of it."""
    return words if len(words) <= _LONGEST else f"{words[: _LONGEST - 1]}…"


def _local(moment: datetime | None, turn: Turn) -> datetime | None:
    return moment.astimezone(ZoneInfo(turn.zone)) if moment else None
