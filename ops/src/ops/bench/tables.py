"""The figures, people first."""

from dataclasses import dataclass
from typing import Final

from rich.table import Table

from ops.bench.load import Times, percentile
from ops.bench.neighbours import Felt
from ops.bench.processor import Spent
from ops.bench.replays import Speed

_LEAST_SHOWN: Final = 0.05  # milliseconds of processor time a message


@dataclass(frozen=True)
class Run:
    """One contestant with so many messages at once."""

    name: str
    at_once: int
    messages: int
    times: Times
    spent: Spent


def times_table(runs: list[Run]) -> Table:
    """How long it takes, and how many go through."""
    shown = Table(title="Webhook to vendor call, without AI (milliseconds)")
    headings = ("webhook answered p50", "p99", "vendor called p50", "p95", "p99", "messages/s")
    shown.add_column("", no_wrap=True)
    for heading in ("at once", *headings):
        shown.add_column(heading, justify="right")
    for run in runs:
        shown.add_row(
            run.name,
            str(run.at_once),
            *(f"{percentile(run.times.acknowledged, one):.1f}" for one in (50, 99)),
            *(f"{percentile(run.times.answered, one):.1f}" for one in (50, 95, 99)),
            f"{run.times.per_second():.0f}",
        )
    return shown


def processor_table(runs: list[Run]) -> Table:
    """Where the processor's time goes, the largest part first."""
    shown = Table(title="Processor time a message (milliseconds, user and system)")
    shown.add_column("", no_wrap=True)
    shown.add_column("at once", justify="right")
    shown.add_column("process")
    shown.add_column("ms", justify="right")
    for run in runs:
        parts = {name: seconds / run.messages * 1000 for name, seconds in run.spent.items()}
        for name, ms in sorted(parts.items(), key=lambda part: -part[1]):
            if ms >= _LEAST_SHOWN:
                shown.add_row(run.name, str(run.at_once), name, f"{ms:.2f}")
        shown.add_row(run.name, str(run.at_once), "all", f"{sum(parts.values()):.2f}", end_section=True)
    return shown


def neighbours_table(felt: list[Felt]) -> Table:
    """What a quiet business's customers felt of others."""
    table = Table(title="A quiet business beside its neighbours (webhook to vendor's call, milliseconds)")
    table.add_column("meanwhile")
    for column in ("messages", "p50", "p95", "p95 to alone"):
        table.add_column(column, justify="right")
    alone = percentile(felt[0].waits, 95)
    for one in felt:
        p95 = percentile(one.waits, 95)
        middle = f"{percentile(one.waits, 50):.0f}"
        table.add_row(one.meanwhile, str(len(one.waits)), middle, f"{p95:.0f}", f"{p95 / alone - 1:+.0%}")
    return table


def replays_table(speeds: list[Speed]) -> Table:
    """How fast recorded conversations are decided once more."""
    table = Table(title="Replay of recorded conversations")
    for column in ("processes", "conversations", "turns", "conversations/s", "turns/s"):
        table.add_column(column, justify="right")
    for one in speeds:
        speed = (f"{one.conversations / one.seconds:.0f}", f"{one.turns / one.seconds:.0f}")
        table.add_row(str(one.processes), str(one.conversations), str(one.turns), *speed)
    return table
