"""What a run found, as tables."""

from typing import Final

from rich.console import Console
from rich.table import Table

from ops.chaos.ledger import Message
from ops.chaos.report import Report, seconds
from ops.chaos.timing import percentile

SHOWN: Final = 10
"""Cases of each violation that are listed."""


def show(report: Report, console: Console) -> None:
    """The tables."""
    console.print(_scenes(report))
    console.print(_kinds(report))
    console.print(_totals(report))
    _violations(report, console)
    console.print(_requirements(report))


def _scenes(report: Report) -> Table:
    table = Table(title="Faults, and what customers felt (seconds)", title_justify="left")
    table.add_column("at", justify="right")
    table.add_column("fault")
    table.add_column("what was done")
    table.add_column("worst stall", justify="right")
    table.add_column("recovery", justify="right")
    for played, effect in report.scenes:
        felt = ("skipped", "") if played.skipped else (seconds(effect.stall), seconds(effect.recovery))
        table.add_row(f"{played.begun - report.begun:.1f}", played.scene.title, played.note, *felt)
    return table


def _kinds(report: Report) -> Table:
    table = Table(title="By kind of fault (seconds)", title_justify="left")
    table.add_column("fault")
    for heading in ("times", "worst stall p95", "recovery p95"):
        table.add_column(heading, justify="right")
    for kind, effects in report.kinds().items():
        stall = percentile([one.stall for one in effects], 95)
        recovery = percentile([one.recovery for one in effects], 95)
        table.add_row(kind, str(len(effects)), seconds(stall), seconds(recovery))
    return table


def _totals(report: Report) -> Table:
    verdict = report.verdict
    table = Table(title=f"Messages (seed {report.seed})", title_justify="left", show_header=False)
    table.add_column()
    table.add_column(justify="right")
    rows = {
        "in": verdict.messages,
        "answered": verdict.answered,
        "lost": len(verdict.lost),
        "doubled": len(verdict.doubled),
        "out of order": len(verdict.out_of_order),
        "uncertain": verdict.doubtful,
        "… resolved by a receipt": verdict.resolved,
        "… held, had arrived": verdict.held_arrived,
        "… held, had not arrived": verdict.held - verdict.held_arrived,
        "webhooks repeated by the vendor": report.repeated,
        "normal time of an answer": f"{report.normal:.2f} s",
    }
    for what, figure in rows.items():
        table.add_row(what, str(figure))
    return table


def _requirements(report: Report) -> Table:
    table = Table(title="Requirements", title_justify="left", show_header=False)
    for one in report.requirements():
        mark = "[green]✓[/green]" if one.met else "[red]✗[/red]"
        table.add_row(mark, one.what, one.found)
    return table


def _violations(report: Report, console: Console) -> None:
    verdict = report.verdict
    cases = {
        "lost": verdict.lost,
        "doubled": verdict.doubled,
        "out of order": verdict.out_of_order,
        "refused": verdict.untaken,
    }
    for what, messages in cases.items():
        for message in messages[:SHOWN]:
            console.print(f"[red]{what}[/red]", _line(report, message), soft_wrap=True)
    for stray in verdict.strays[:SHOWN]:
        console.print(f"[red]unasked[/red] {stray.at - report.begun:.2f} to {stray.address}: {stray.text!r}")


def _line(report: Report, message: Message) -> str:
    told = (f"{one.at - report.begun:.2f}{'' if one.reached else ' turned away'}" for one in message.calls)
    return (
        f"{message.tenant} {message.id} event {message.event}, written {message.written - report.begun:.2f}, "
        f"vendor called [{', '.join(told)}], record: {report.trails.get(message.id, '')}"
    )
