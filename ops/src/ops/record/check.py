"""`bellhop events check`: would the events of yesterday be understood by this code?"""

import json
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any, Final

from rich.console import Console
from rich.markup import escape
from rich.table import Table

from chassis.record import Record
from ops.record.breaks import Break, BrokenCode, breaks_in
from ops.record.choice import Choice
from ops.record.command import FINE, IMPOSSIBLE, with_record
from ops.record.reading import everything
from ops.record.sample import Sample
from ops.record.terminal import Waiting, say

BREAKS: Final = 1
NOTHING_FOUND: Final = 3


@dataclass(frozen=True)
class Checking:
    """Of what is chosen, so many of each type; on the models of `code`, else on those that run here."""

    choice: Choice
    per_type: int
    seed: int
    code: Path | None
    raw: bool


def check_events(checking: Checking) -> int:
    """Returns the exit code."""

    async def check(record: Record) -> int:
        sample = await _drawn(record, checking)
        try:
            return _show(breaks_in(list(sample), checking.code), sample, checking)
        except BrokenCode as problem:
            say(str(problem), "red")
            return IMPOSSIBLE

    return with_record(check)


async def _drawn(record: Record, checking: Checking) -> Sample:
    sample = Sample(checking.per_type, checking.seed)
    with Waiting("Drawing the sample") as waiting:
        async for one in everything(record, checking.choice, None, waiting):
            sample.add(one)
    return sample


def _show(breaks: list[Break], sample: Sample, checking: Checking) -> int:
    if checking.raw:
        print(json.dumps(_told(breaks, sample), indent=2))
    else:
        Console().print(*_page(breaks, sample, checking), sep="\n")
    if not sample.seen:
        return NOTHING_FOUND
    return BREAKS if breaks else FINE


def _told(breaks: list[Break], sample: Sample) -> dict[str, Any]:
    return {
        "events": sample.seen.total(),
        "checked": len(list(sample)),
        "types": dict(sorted(sample.seen.items())),
        "per_type": sample.per_type,
        "seed": sample.seed,
        "breaks": [asdict(one) for one in breaks],
    }


def _page(breaks: list[Break], sample: Sample, checking: Checking) -> list[Any]:
    if not sample.seen:
        return ["Nothing of that is in the record: choose a longer time with --since."]
    whose = f"the models of {checking.code}" if checking.code else "the models that run here"
    checked = (
        f"{len(list(sample)):,} of {sample.seen.total():,} events, of {len(sample.seen)} types, were tried "
        f"on {escape(whose)}: up to {sample.per_type:,} of each type, by lot (seed {sample.seed})."
    )
    if not breaks:
        return [checked, "[green]All consumers understand them.[/green]"]
    return [
        checked,
        table_of(breaks),
        "[red]Look at one with[/red] bellhop events --before OFFSET+1 -n 1 --json",
    ]


def table_of(breaks: list[Break]) -> Table:
    """One row for each consumer, type, field and problem."""
    table = Table("consumer", "type", "field", "problem", "events", "first offset", "first id")
    for one in breaks:
        for consumer in one.consumers:
            count, offset = f"{one.count:,}", str(one.offset)
            table.add_row(consumer, one.type, one.field, escape(one.problem), count, offset, one.event_id)
    for column in table.columns:
        column.overflow = "fold"
    return table
