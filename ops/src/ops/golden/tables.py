"""How golden conversations look in a terminal."""

import difflib
import re
from collections import Counter
from collections.abc import Iterator, Sequence
from itertools import groupby

from rich.console import Group, RenderableType
from rich.padding import Padding
from rich.table import Column, Table
from rich.text import Text

from ops.golden.fixture import title
from ops.golden.leaks import Leak
from ops.golden.outcome import Outcome
from ops.replay.said import Difference
from ops.replay.turns import Turn

_LONGEST_TITLE = 100
_MOST_PLACES = 3


def replaced(counts: Counter[str]) -> RenderableType:
    """How many different ones of each kind have become tokens; never what they were."""
    table = Table(Column("Replaced", no_wrap=True), Column("Different ones", justify="right"))
    for kind, count in sorted(counts.items()):
        table.add_row(kind, str(count))
    return Group(table, Text("Times are as they were: decisions depend on them.", style="dim"))


def leaked(found: Sequence[Leak]) -> RenderableType:
    """What is left of somebody, and where; never what it is."""
    lines = [Text.from_markup("[red]✗[/red] Nothing is written: somebody could be known by what is left.")]
    for kind, those in groupby(sorted(found, key=lambda one: one.kind), key=lambda one: one.kind):
        places = [one.where for one in those]
        more = f" and {len(places) - _MOST_PLACES} more" if len(places) > _MOST_PLACES else ""
        lines.append(Text(f"  a {kind} in {', '.join(places[:_MOST_PLACES])}{more}"))
    lines.append(Text.from_markup("Name what no rule finds with [bold]--also WORD[/bold]."))
    return Group(*lines)


def differences(outcome: Outcome) -> RenderableType:
    """One line where all is as it was; else each turn that is not, with what it was and is."""
    name, turns = outcome.fixture.meta.name, outcome.replayed.turns
    if not outcome.drifted:
        return Text.from_markup(f"[green]✓[/green] {name} [dim]({len(turns)} turns)[/dim]")
    parts: list[RenderableType] = [Text.from_markup(f"[red]✗ {name}[/red]")]
    for number, turn in enumerate(turns, 1):
        if turn.differs:
            parts.append(Padding(Group(*_turn(number, len(turns), turn)), (0, 0, 0, 2)))
    if outcome.replayed.left_over:
        parts.append(Text(f"  {outcome.replayed.left_over} more turns could not be compared"))
    return Group(*parts)


def _turn(number: int, count: int, turn: Turn) -> Iterator[RenderableType]:
    shown = title(turn.handled)
    shown = f"{shown[:_LONGEST_TITLE]}…" if len(shown) > _LONGEST_TITLE else shown
    yield Text.assemble((f"turn {number} of {count}", "bold"), f"  {shown}")
    if turn.now is None and not turn.stopped:
        yield Text("  does not come up today: what it answers is not asked any more")
    for one in turn.differences:
        yield from _difference(one)
    if turn.stopped:
        yield Text(f"  stops here: {turn.stopped}", style="yellow")


def _difference(one: Difference) -> Iterator[Text]:
    then, now = _by_words(one.then, one.now)
    yield Text.assemble((f"  {one.what:<9} then  ", "dim"), then)
    yield Text.assemble((f"  {'':<9} now   ", "dim"), now)


def _by_words(then: str, now: str) -> tuple[Text, Text]:
    """Both with the words marked that the other has not; "—" for nothing."""
    before, after = re.findall(r"\s+|\S+", then), re.findall(r"\s+|\S+", now)
    was, is_ = Text(), Text()
    for tag, i, j, k, m in difflib.SequenceMatcher(None, before, after, autojunk=False).get_opcodes():
        was.append("".join(before[i:j]), style="" if tag == "equal" else "bold red")
        is_.append("".join(after[k:m]), style="" if tag == "equal" else "bold green")
    return was if then else Text("—"), is_ if now else Text("—")
