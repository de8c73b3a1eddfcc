"""The figures, people first."""

from collections.abc import Sequence
from typing import Final

from rich.table import Table

from ops.bench_ai.figures import Figures, Name, Scene, Verdict

CALLED: Final[dict[Name, str]] = {
    "direct": "the vendor, asked directly",
    "router": "Bellhop's router alone",
    "events": "Bellhop by events",
    "litellm": "LiteLLM's proxy",
}


def figures_table(found: Sequence[Figures]) -> Table:
    """What each adds to a question, in every scene."""
    table = Table(title="Overhead of a question (milliseconds beyond asking the vendor directly)")
    table.add_column("vendor", justify="right", no_wrap=True)
    table.add_column("at once", justify="right")
    table.add_column("", no_wrap=True)
    for heading in ("p50", "p95", "p99", "questions/s", "CPU ms", "CPU ms, all", "MB"):
        table.add_column(heading, justify="right")
    shown: Scene | None = None
    for one in found:
        if shown and shown != one.scene:
            table.add_section()
        place = () if shown == one.scene else (f"{one.scene.delay} ms", str(one.scene.at_once))
        shown = one.scene
        table.add_row(*(place or ("", "")), *_cells(one), style="dim" if one.name == "direct" else None)
    return table


def _cells(one: Figures) -> tuple[str, ...]:
    """A direct call adds nothing: what it takes is shown instead, in brackets."""
    ms = [f"({took:.2f})" for took in one.took] if one.name == "direct" else [f"{ms:.2f}" for ms in one.added]
    costs = (f"{one.per_second:.0f}", f"{one.spent:.2f}", f"{one.spent_by_all:.2f}", f"{one.memory:.0f}")
    return (CALLED[one.name], *ms, *costs)


def verdicts_table(verdicts: Sequence[Verdict]) -> Table:
    """Aim by aim."""
    table = Table(title="Aims")
    table.add_column("aim")
    table.add_column("")
    table.add_column("measured")
    for one in verdicts:
        table.add_row(one.aim, _REACHED[one.reached], one.because)
    return table


_REACHED: Final = {
    True: "[green]reached[/green]",
    False: "[red]missed[/red]",
    None: "[yellow]unknown[/yellow]",
}
