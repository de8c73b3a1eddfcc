"""What a drill has seen so far, and what that says. Pure: moments are seconds since the drill began."""

from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field
from decimal import Decimal
from typing import Any

from ops.ai.words import Told


@dataclass(frozen=True)
class Question:
    """A trial question and what became of it. `vendor` None: lost, for this `reason`."""

    at: float
    seconds: float
    vendor: str | None
    reason: str = ""
    attempts: tuple[Told, ...] = ()
    cost: Decimal = Decimal(0)


@dataclass
class Course:
    """One drill. `places` are the vendor's circuits that are not closed now."""

    vendor: str
    healed_at: float | None = None
    questions: list[Question] = field(default_factory=list)
    places: list[Told] = field(default_factory=list)
    resting: bool = False
    opened_at: float | None = None
    opened_after: int = 0
    why: str = ""
    rested_at: float | None = None
    closed_at: float | None = None
    in_flight: int = 0

    def looked(self, told: Told, now: float) -> None:
        """The router was looked at: its circuits and keys."""
        keys = (key for one in told["vendors"] if one["vendor"] == self.vendor for key in one["keys"])
        self.places = [one for one in told["circuits"] if one["vendor"] == self.vendor]
        self.resting = any(key["state"] == "resting" for key in keys)
        hindered = bool(self.places) or self.resting
        if self.places and self.opened_at is None:
            first = min(self.places, key=_since)
            self.opened_at, self.opened_after, self.why = now, self.vain, str(first["why"])
        if self.resting and self.rested_at is None:
            self.rested_at = now
        if hindered:
            self.closed_at = None
        elif self.healed_at is not None and self.closed_at is None and self._answers_again():
            self.closed_at = now

    def _answers_again(self) -> bool:
        """Whether the vendor itself has answered a question asked after it was healed."""
        healed = self.healed_at
        return any(
            one.vendor == self.vendor and healed is not None and one.at >= healed for one in self.questions
        )

    @property
    def lost(self) -> list[Question]:
        """Questions that nobody answered."""
        return [one for one in self.questions if one.vendor is None]

    @property
    def failed_over(self) -> list[Question]:
        """Those another vendor answered after this one was asked in vain."""
        return [
            one for one in self.questions if one.vendor not in (None, self.vendor) and any(self._tried(one))
        ]

    @property
    def probes(self) -> int:
        """Calls of the vendor from when its circuit had opened until it answered again, that one included."""
        if self.opened_at is None:
            return 0
        calls = [(one.at, call) for one in self.questions for call in self._tried(one)]
        answers = [at for at, call in calls if call["outcome"] == "generated" and at > self.opened_at]
        return sum(self.opened_at < at <= min(answers, default=float("inf")) for at, _ in calls)

    @property
    def vain(self) -> int:
        """Calls of the vendor that gave no answer."""
        calls = (call for one in self.questions for call in self._tried(one))
        return sum(call["outcome"] != "generated" for call in calls)

    @property
    def tried(self) -> int:
        """Calls of the vendor."""
        return sum(len(list(self._tried(one))) for one in self.questions)

    def _tried(self, question: Question) -> Iterator[Told]:
        return (one for one in question.attempts if one["vendor"] == self.vendor and one["asked"])

    @property
    def hindered(self) -> bool:
        """Whether the router has left the vendor, or one of its keys, alone."""
        return self.opened_at is not None or self.rested_at is not None

    @property
    def fine(self) -> bool:
        """Nothing was lost, and the vendor was left alone and is asked again."""
        return bool(self.questions) and not self.lost and self.hindered and self.closed_at is not None


def percentile(seconds: list[float], share: float) -> float | None:
    """Seconds that this share of them does not exceed."""
    ordered = sorted(seconds)
    return ordered[min(len(ordered) - 1, int(share * len(ordered)))] if ordered else None


def report(course: Course) -> dict[str, Any]:
    """All of it, for programs."""
    over = [one.seconds for one in course.failed_over]
    return {
        "fine": course.fine,
        "questions": len(course.questions),
        "answered_by": dict(Counter(one.vendor for one in course.questions if one.vendor)),
        "lost": [{"at": round(one.at, 1), "reason": one.reason} for one in course.lost],
        "failover": {
            "count": len(over), "p50": percentile(over, 0.5), "p95": percentile(over, 0.95),
            "worst": max(over, default=None),
        },
        "circuit": {
            "opened_at": course.opened_at, "opened_after": course.opened_after, "why": course.why,
            "closed_at": course.closed_at, "healed_at": course.healed_at, "probes": course.probes,
        },
        "keys_rested_at": course.rested_at,
        "calls_of_vendor": course.tried,
        "cost": str(sum((one.cost for one in course.questions), Decimal(0))),
    }  # fmt: skip


def _since(place: Told) -> str:
    return str(place["since"])
