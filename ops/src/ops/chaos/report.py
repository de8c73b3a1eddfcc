"""What a run found, for people and for programs."""

import math
from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from typing import Any, Final

from rich.console import Console
from rich.table import Table

from ops.chaos.ledger import Message, Verdict
from ops.chaos.plan import ORDERED, Kind
from ops.chaos.run import Played
from ops.chaos.timing import Effect, percentile

KILL_LIMIT: Final = 5.0
ROLL_LIMIT: Final = 2.0
"""Seconds: until a killed replica's partitions are served again (p95), and the longest wait in a restart."""

SHOWN: Final = 10
"""Cases of each violation that are listed."""


@dataclass(frozen=True)
class Requirement:
    """Something that must hold, and whether it did."""

    what: str
    found: str
    met: bool


@dataclass(frozen=True)
class Report:
    """All figures of one run; `normal` is in how many seconds an answer usually comes at most."""

    seed: int
    begun: float
    verdict: Verdict
    scenes: Sequence[tuple[Played, Effect]]
    normal: float
    repeated: int
    trails: Mapping[str, str]
    conditions: Sequence[str]

    @property
    def passed(self) -> bool:
        """Whether all requirements are met."""
        return all(one.met for one in self.requirements())

    def requirements(self) -> list[Requirement]:
        """All that must hold."""
        verdict = self.verdict
        counts = {
            "lost": verdict.lost,
            "doubled": verdict.doubled,
            "out of order": verdict.out_of_order,
            "refused to the end": verdict.untaken,
            "answers nobody asked for": verdict.strays,
        }
        return [
            *(Requirement(f"0 {what}", str(len(cases)), not cases) for what, cases in counts.items()),
            _within("killed replica's partitions served again, p95", self._stalls(Kind.KILL), 95, KILL_LIMIT),
            _within("longest wait in a rolling restart", self._stalls(Kind.ROLL), 100, ROLL_LIMIT),
        ]

    def _stalls(self, kind: Kind) -> list[float]:
        """Of those services whose replicas own partitions."""
        return [
            effect.stall
            for played, effect in self._made()
            if played.scene.kind is kind and played.scene.target in ORDERED
        ]

    def _made(self) -> list[tuple[Played, Effect]]:
        return [(played, effect) for played, effect in self.scenes if not played.skipped]

    def kinds(self) -> dict[str, list[Effect]]:
        """The effects by kind of fault; a kill by its service too."""
        found: dict[str, list[Effect]] = defaultdict(list)
        for played, effect in self._made():
            kind, target = played.scene.kind, played.scene.target
            found[f"{kind} {target}" if kind is Kind.KILL else str(kind)].append(effect)
        return dict(sorted(found.items()))

    def as_json(self) -> dict[str, Any]:
        """For `--json`; seconds from the begin of the load, null where no answer ever came."""
        verdict = self.verdict
        return {
            "seed": self.seed,
            "conditions": list(self.conditions),
            "passed": self.passed,
            "requirements": [asdict(one) for one in self.requirements()],
            "messages": verdict.messages,
            "answered": verdict.answered,
            "uncertain": {
                "all": verdict.doubtful,
                "resolved": verdict.resolved,
                "held": verdict.held,
                "held_arrived": verdict.held_arrived,
            },
            "violations": {
                name: [self._case(one) for one in cases]
                for name, cases in (
                    ("lost", verdict.lost),
                    ("doubled", verdict.doubled),
                    ("out_of_order", verdict.out_of_order),
                    ("untaken", verdict.untaken),
                )
            },
            "strays": [asdict(one) for one in verdict.strays],
            "normal": self.normal,
            "scenes": [self._scene(played, effect) for played, effect in self.scenes],
        }

    def _scene(self, played: Played, effect: Effect) -> dict[str, Any]:
        return {
            "title": played.scene.title,
            "at": round(played.begun - self.begun, 2),
            "over": round(played.over - self.begun, 2),
            "note": played.note,
            "skipped": played.skipped,
            "stall": _finite(effect.stall),
            "recovery": _finite(effect.recovery),
        }

    def _case(self, message: Message) -> dict[str, Any]:
        return {
            "id": message.id,
            "event": str(message.event),
            "tenant": message.tenant,
            "written": round(message.written - self.begun, 2),
            "taken": None if message.taken is None else round(message.taken - self.begun, 2),
            "calls": [{"at": round(one.at - self.begun, 2), "reached": one.reached} for one in message.calls],
            "record": self.trails.get(message.id, ""),
        }


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
        felt = ("skipped", "") if played.skipped else (_seconds(effect.stall), _seconds(effect.recovery))
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
        table.add_row(kind, str(len(effects)), _seconds(stall), _seconds(recovery))
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


def _within(what: str, found: Sequence[float], percent: int, limit: float) -> Requirement:
    worst = percentile(found, percent)
    return Requirement(f"{what} ≤ {limit:.0f} s", _seconds(worst), worst <= limit)


def _seconds(value: float) -> str:
    return "never" if math.isinf(value) else f"{value:.2f}"


def _finite(value: float) -> float | None:
    return None if math.isinf(value) else round(value, 3)
