"""How far a candidate agrees with the live service: one verdict a turn, added up by business and intent."""

from collections import Counter, deque
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Final, Literal

Verdict = Literal["alike", "different", "stopped", "failed", "late", "middle", "ended", "skipped"]
"""`alike`, `different`: the candidate has answered. `stopped`: it asked another service for what the record
has no answer to. `failed`: it raised, or its process died. `late`: it took longer than a decision may.

The others were not put to it. `middle`: what was said before is not known. `ended`: the conversation stopped,
failed or was late in an earlier turn. `skipped`: it had waited longer than the patience."""

AGAINST: Final[tuple[Verdict, ...]] = ("different", "stopped", "failed", "late")
ASKED: Final[tuple[Verdict, ...]] = ("alike", *AGAINST)
NOT_ASKED: Final[tuple[Verdict, ...]] = ("middle", "ended", "skipped")

LAST: Final = 5
"""So many of the turns that speak against the candidate are kept to be shown."""


@dataclass(frozen=True)
class Judged:
    """One turn of the live service, and what became of it with the candidate.

    `kinds` are the intents understood, else the type of the event. `why` has a line for each difference, or
    says what went wrong.
    """

    tenant: str
    conversation: str
    event: str
    kinds: tuple[str, ...]
    verdict: Verdict
    why: tuple[str, ...] = ()


@dataclass
class Agreement:
    """The sums so far. A turn with two intents counts for each of them, and once in the total.

    `unseen`: turns of the live service that still waited for the candidate when the shadow ended.
    """

    total: Counter[Verdict] = field(default_factory=Counter)
    rows: dict[tuple[str, str], Counter[Verdict]] = field(default_factory=dict)
    last: deque[Judged] = field(default_factory=lambda: deque(maxlen=LAST))
    unseen: int = 0

    def add(self, judged: Judged) -> None:
        """One turn more."""
        self.total[judged.verdict] += 1
        for kind in judged.kinds:
            self.rows.setdefault((judged.tenant, kind), Counter())[judged.verdict] += 1
        if judged.verdict in AGAINST:
            self.last.append(judged)

    @property
    def turns(self) -> int:
        """All turns, compared or not."""
        return self.total.total()

    @property
    def flawless(self) -> bool:
        """Whether nothing speaks against the candidate, and it was fast enough to be put to most turns."""
        unseen = self.unseen + self.total["skipped"]
        return share(self.total) == 1.0 and unseen <= asked(self.total)


def asked(counts: Mapping[Verdict, int]) -> int:
    """How many turns were put to the candidate."""
    return sum(counts.get(one, 0) for one in ASKED)


def share(counts: Mapping[Verdict, int]) -> float | None:
    """How many of those are alike, 0 to 1; None where there was none."""
    return counts.get("alike", 0) / asked(counts) if asked(counts) else None
