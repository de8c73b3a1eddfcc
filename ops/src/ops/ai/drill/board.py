"""How a drill looks while it runs, and what it says in the end."""

from collections import Counter
from decimal import Decimal

from rich.console import Group, RenderableType
from rich.markup import escape
from rich.table import Table

from ops.ai.drill.course import Course, percentile
from ops.ai.words import coloured, dollars, seconds


def board(course: Course, phase: str) -> Table:
    """A line each for what matters, drawn anew all the while."""
    table = Table(show_header=False, box=None, padding=(0, 2, 0, 0))
    states = [f"{_place(one)} {coloured(one['state'])}" for one in course.places]
    states += ["keys [yellow]resting[/yellow]"] if course.resting else []
    lost = len(course.lost)
    for name, value in (
        ("Phase", phase),
        ("Questions", f"{len(course.questions)} asked, {course.in_flight} under way"),
        ("Answered by", _answered(course)),
        ("Lost", f"[red]{lost}[/red]" if lost else "[green]0[/green]"),
        ("Circuit", ", ".join(states) or coloured("closed")),
    ):
        table.add_row(f"[bold]{name}[/bold]", value)
    return table


def ended(course: Course) -> RenderableType:
    """What came of it, as sentences with the figures."""
    mark = "[green]✓[/green]" if course.fine else "[red]✗[/red]"
    lines = [
        f"{mark} {len(course.questions)} questions: {_answered(course)}",
        _lost(course),
        _failover(course),
        _circuit(course),
        f"  cost {dollars(sum((one.cost for one in course.questions), Decimal(0)))}",
    ]
    return Group(*lines)


def _place(circuit: dict[str, str]) -> str:
    return escape("/".join(filter(None, (circuit["vendor"], circuit["model"], circuit["key"]))))


def _answered(course: Course) -> str:
    by = Counter(one.vendor for one in course.questions if one.vendor)
    return ", ".join(f"{count} by {name}" for name, count in by.most_common()) or "nobody yet"


def _lost(course: Course) -> str:
    if not course.lost:
        return "  lost: [green]0[/green]"
    why = Counter(one.reason for one in course.lost)
    return (
        f"  lost: [red]{len(course.lost)}[/red] ({', '.join(f'{n} {escape(one)}' for one, n in why.items())})"
    )


def _failover(course: Course) -> str:
    took = [one.seconds for one in course.failed_over]
    if not took:
        return f"  no question was asked of {course.vendor} in vain and then answered by another"
    p50, p95 = seconds(percentile(took, 0.5)), seconds(percentile(took, 0.95))
    return f"  failed over: {len(took)}, answered in {p50} (p50), {p95} (p95), {seconds(max(took))} (worst)"


def _circuit(course: Course) -> str:
    if not course.hindered:
        asked = f"{course.vendor} was asked {course.tried} times, and never left alone"
        return f"  circuit: [red]did not open[/red]: {asked}"
    if course.opened_at is None:
        opened = f"keys rested from {course.rested_at:.1f} s on"
    else:
        why = f" ({escape(course.why)})" if course.why else ""
        failed = f"{course.opened_after} of our calls had failed{why}"
        opened = f"circuit open at {course.opened_at:.1f} s, {failed}"
    if course.closed_at is None:
        return f"  {opened}, [red]and {course.vendor} is not asked again yet[/red]"
    probes = f", by probe {course.probes}" if course.opened_at is not None else ""
    after = course.closed_at - (course.healed_at or 0)
    return f"  {opened}; {course.vendor} answers again {after:.1f} s after it was well{probes}"
