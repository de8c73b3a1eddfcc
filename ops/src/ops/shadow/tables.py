"""The agreement as a table, as one line and as JSON."""

from collections import Counter
from typing import Any, Final

from rich.console import Group, RenderableType
from rich.markup import escape
from rich.table import Table
from rich.text import Text

from ops.shadow.agreement import AGAINST, NOT_ASKED, Agreement, Judged, Verdict, asked, share

ROWS: Final = 25
"""So many fit beside the differences; those the candidate agrees least with come first."""

_LINES_OF_ONE: Final = 4


def table(agreement: Agreement, note: str) -> RenderableType:
    """Agreement by business and intent, the last turns that speak against the candidate, and a note."""
    grid = Table("Business", "Intent or event")
    for heading in ("Turns", "Alike"):
        grid.add_column(heading, justify="right")
    for heading in ("Not alike", "Not compared"):
        grid.add_column(heading)
    ordered = sorted(agreement.rows.items(), key=lambda row: (_least_first(row[1]), row[0]))
    for (tenant, kind), counts in ordered[:ROWS]:
        grid.add_row(escape(tenant), escape(kind), *_cells(counts))
    grid.add_section()
    grid.add_row("[bold]all", _more(len(ordered) - ROWS), *_cells(agreement.total))
    return Group(grid, *map(_told, agreement.last), Text(note))


def _least_first(counts: Counter[Verdict]) -> float:
    found = share(counts)
    return 2.0 if found is None else found


def _more(left_out: int) -> str:
    return f"{left_out} more rows" if left_out > 0 else ""


def _cells(counts: Counter[Verdict]) -> list[str]:
    against = ", ".join(f"{counts[one]} {one}" for one in AGAINST if counts[one])
    left = ", ".join(f"{counts[one]} {one}" for one in NOT_ASKED if counts[one])
    return [str(asked(counts)), percent(counts), f"[red]{against}" if against else "", left]


def _told(judged: Judged) -> Text:
    head = f"✗ {judged.tenant}, {' + '.join(judged.kinds)}: {judged.verdict}; event {judged.event}"
    rest = len(judged.why) - _LINES_OF_ONE
    more = [f"… {rest} more differences"] if rest > 0 else []
    return Text("\n    ".join([head, *judged.why[:_LINES_OF_ONE], *more]))


def line(agreement: Agreement, note: str) -> str:
    """The sums in one line."""
    counted = ", ".join(f"{count} {verdict}" for verdict, count in agreement.total.items())
    return f"{agreement.turns} turns: {counted or 'none yet'}; {percent(agreement.total)} alike. {note}"


def percent(counts: Counter[Verdict]) -> str:
    """The share of what is alike; never 100 % while anything is not."""
    found = share(counts)
    if found is None:
        return "–"
    return f"{100 * found:.0f} %" if found in (0.0, 1.0) else f"{min(100 * found, 99.9):.1f} %"


def summary(agreement: Agreement, **figures: int) -> dict[str, Any]:
    """The sums for a program."""
    rows = [
        {"tenant": tenant, "kind": kind, "agreement": share(counts), **_named(counts)}
        for (tenant, kind), counts in sorted(agreement.rows.items())
    ]
    return {"agreement": share(agreement.total), **_named(agreement.total), **figures, "rows": rows}


def _named(counts: Counter[Verdict]) -> dict[str, int]:
    return {verdict: count for verdict, count in counts.items() if count}
