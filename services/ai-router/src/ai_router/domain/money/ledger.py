"""How the ledger keeps questions, and the sums of a day so that nothing is in them twice. Pure.

A question carries whether it is in its day's sums. The sums carry the marks of what went into them, until it
is certain that the question says so too. So they may be written one after the other.
"""

from collections.abc import Mapping, Set
from datetime import date

from pydantic import BaseModel, ConfigDict

from ai_router.domain.money.question import Question, Verdict, rows_of, verdict_row
from ai_router.domain.money.usage import Row, added


class _Value(BaseModel):
    model_config = ConfigDict(frozen=True, extra="ignore")


class Judgement(_Value):
    """What became of an answer; `why` in a word."""

    verdict: Verdict
    why: str = ""


class KeptQuestion(_Value):
    """A question, and what became of its answer where that is known."""

    question: Question
    judgement: Judgement | None


class Entry(_Value):
    """A question and what became of its answer, in whichever order they come."""

    question: Question | None = None
    judgement: Judgement | None = None
    counted: bool = False
    judgement_counted: bool = False

    def missing(self, request_id: str) -> dict[str, tuple[Row, ...]]:
        """What the sums may lack, by its mark."""
        rows: dict[str, tuple[Row, ...]] = {}
        if self.question and not self.counted:
            rows[request_id] = rows_of(self.question)
        if self.question and self.judgement and not self.judgement_counted:
            rows[_judged(request_id)] = (verdict_row(self.question, self.judgement.verdict),)
        return rows


class DaySums(_Value):
    """What a business's questions of one day came to."""

    day: date
    rows: tuple[Row, ...] = ()
    marks: tuple[str, ...] = ()

    def with_(self, missing: Mapping[str, tuple[Row, ...]], certain: Set[str]) -> "DaySums":
        """With what is missing in them. Marks of what is `certain` are not needed any more."""
        new = {mark: rows for mark, rows in missing.items() if mark not in self.marks}
        if not new:
            return self
        kept = (mark for mark in self.marks if mark not in certain)
        more = [row for rows in new.values() for row in rows]
        return DaySums(day=self.day, rows=added(self.rows, more), marks=(*kept, *new))


def flags(request_id: str, marks: Set[str]) -> dict[str, bool]:
    """What an entry says once these marks are in the sums."""
    said = {"counted": request_id in marks, "judgement_counted": _judged(request_id) in marks}
    return {name: True for name, counted in said.items() if counted}


def _judged(request_id: str) -> str:
    return f"{request_id}/judged"
