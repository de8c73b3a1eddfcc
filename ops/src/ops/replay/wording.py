"""A replay in words and colours: what was said then and now, and where they part."""

import re
from collections import Counter
from collections.abc import Iterator, Sequence
from difflib import SequenceMatcher
from itertools import groupby
from typing import Final

from rich.console import Group, RenderableType
from rich.padding import Padding
from rich.table import Table
from rich.text import Text

from contracts.completions import CompletionFailed, CompletionGenerated
from contracts.messages import MessageReceived
from ops.replay.said import Difference
from ops.replay.turns import Replayed, Turn

_PIECE: Final = re.compile(r"\w+|\s+|[^\w\s]")
_GONE, _NEW = "bold red", "bold green"
_NOTHING: Final = Text("nothing", style="dim italic")


def conversation(replayed: Replayed, *, every: bool) -> RenderableType:
    """One conversation, turn by turn; those alike in one line, unless `every` one is wanted."""
    differing = sum(turn.differs for turn in replayed.turns)
    alike = f"{differing} different" if differing else "all alike"
    told = f"{replayed.tenant} · conversation {replayed.conversation} · {_turn_count(len(replayed.turns))}"
    head = Text(f"{told}, {alike}", style="bold")
    return Group(head, *_caveats(replayed), *_turns(replayed.turns, every=every), *_end(replayed))


def _caveats(replayed: Replayed) -> Iterator[RenderableType]:
    if not replayed.complete:
        yield _note(
            "The record may begin in the middle of it: it is replayed as if nothing had been said before."
        )
    if replayed.lost_versions:
        lost = ", ".join(map(str, replayed.lost_versions))
        yield _note(f"Version {lost} of the configuration is not known any more: the newest stood in for it.")


def _note(text: str) -> RenderableType:
    return Padding(Text(f"! {text}", style="yellow"), (0, 0, 0, 2))


def _turns(turns: Sequence[Turn], *, every: bool) -> Iterator[RenderableType]:
    numbered = enumerate(turns, 1)
    for folded, group in groupby(numbered, lambda one: not one[1].differs and not every):
        if folded:
            alike = Text(f"✓ {_turn_count(len(list(group)))} alike", style="green")
            yield Padding(alike, (0, 0, 0, 2))
        else:
            yield from (_turn(number, turn) for number, turn in group)


def _turn(number: int, turn: Turn) -> RenderableType:
    mark, style = ("✗", "red") if turn.differs else ("✓", "green")
    head = Text.assemble((f"{mark} ", style), (f"turn {number}", "bold"))
    head.append(f" · {turn.handled.time:%d %b %H:%M} UTC · ").append(_heard(turn))
    rows = Table.grid(padding=(0, 2, 0, 0))
    rows.add_column(style="dim", no_wrap=True)
    rows.add_column(style="dim", no_wrap=True)
    rows.add_column(overflow="fold")
    if not turn.differs:
        rows.add_row("", "", Text("\n".join(turn.then.texts)) or _NOTHING)
    for difference in turn.differences:
        then, now = _compared(difference)
        rows.add_row(difference.what, "then", then)
        rows.add_row("", "now", now)
    if turn.stopped:
        rows.add_row("stopped", "", Text(turn.stopped, style="red"))
    if turn.stopped_at_ai:
        rows.add_row("", "", Text("--live-ai asks it now", style="dim"))
    return Padding(Group(head, Padding(rows, (0, 0, 0, 4))), (0, 0, 0, 2))


def _heard(turn: Turn) -> Text:
    data = turn.handled.data
    if isinstance(data, MessageReceived):
        return Text(f"“{data.personal.text}”" if data.personal.text else f"({data.kind})")
    known = turn.handled.type.rsplit(".", 1)[0]
    asked_now = "" if turn.recorded else ", asked only now"
    if isinstance(data, CompletionGenerated):
        return Text(f"{known} by {data.vendor} {data.model}{asked_now}", style="italic")
    reason = f" ({data.reason})" if isinstance(data, CompletionFailed) else ""
    return Text(f"{known}{reason}{asked_now}", style="italic")


def _compared(difference: Difference) -> tuple[Text, Text]:
    """Both sides, and in colour what only one of them has, word by word."""
    then, now = _PIECE.findall(difference.then), _PIECE.findall(difference.now)
    left, right = Text(), Text()
    for kind, a, b, c, d in SequenceMatcher(None, then, now, autojunk=False).get_opcodes():
        left.append("".join(then[a:b]), style=None if kind == "equal" else _GONE)
        right.append("".join(now[c:d]), style=None if kind == "equal" else _NEW)
    return left or _NOTHING, right or _NOTHING


def _end(replayed: Replayed) -> Iterator[RenderableType]:
    if replayed.left_over:
        yield _note(f"{_turn_count(replayed.left_over)} after that could not be compared.")


def summary(all_replayed: Sequence[Replayed]) -> RenderableType:
    """What came of all of them, and which intents the differing turns had."""
    turns = [turn for one in all_replayed for turn in one.turns]
    table = Table("", "alike", "different", "all", title="Then and now", title_justify="left")
    differing = [one for one in all_replayed if one.differs]
    _count(table, "conversations", len(differing), len(all_replayed))
    _count(table, "turns", sum(turn.differs for turn in turns), len(turns))
    table.add_section()
    seen, changed = Counter(map(_intent, turns)), Counter(_intent(turn) for turn in turns if turn.differs)
    for intent, count in seen.most_common():
        _count(table, intent, changed[intent], count)
    return Group(table, *_remarks(all_replayed))


def _remarks(all_replayed: Sequence[Replayed]) -> Iterator[RenderableType]:
    stopped = sum(bool(one.stopped) for one in all_replayed)
    if stopped:
        left = sum(one.left_over for one in all_replayed)
        left_over = f"{_turn_count(left)} after that could not be compared"
        yield _note(f"{stopped} stopped where nobody had answered what is asked now; {left_over}.")
    if begun := sum(not one.complete for one in all_replayed):
        yield _note(f"{begun} may have begun before the record: replayed as if nothing had been said before.")


def _intent(turn: Turn) -> str:
    return turn.intents[0] if turn.intents else turn.handled.type.rsplit(".", 1)[0]


def _turn_count(count: int) -> str:
    return "1 turn" if count == 1 else f"{count} turns"


def _count(table: Table, name: str, differing: int, count: int) -> None:
    table.add_row(name, str(count - differing), f"[red]{differing}[/red]" if differing else "0", str(count))
