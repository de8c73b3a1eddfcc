"""What a run found, whether it holds, and all of it for programs."""

import math
from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from typing import Any, Final

from ops.chaos.ledger import Message, Verdict
from ops.chaos.plan import ORDERED, Kind
from ops.chaos.run import Played
from ops.chaos.timing import Effect, percentile

KILL_LIMIT: Final = 5.0
ROLL_LIMIT: Final = 2.0
"""Seconds: until a killed replica's partitions are served again (p95), and the longest wait in a restart."""


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


def _within(what: str, found: Sequence[float], percent: int, limit: float) -> Requirement:
    worst = percentile(found, percent)
    return Requirement(f"{what} ≤ {limit:.0f} s", seconds(worst), worst <= limit)


def seconds(value: float) -> str:
    """A wait in words."""
    return "never" if math.isinf(value) else f"{value:.2f}"


def _finite(value: float) -> float | None:
    return None if math.isinf(value) else round(value, 3)
