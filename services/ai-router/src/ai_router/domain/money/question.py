"""One question to an AI as the ledger keeps it: without a word of what was said. Pure."""

from datetime import date, tzinfo
from decimal import Decimal
from typing import Any, Literal
from uuid import UUID

from pydantic import BaseModel, ConfigDict

from ai_router.domain.money.usage import Figures, Row
from ai_router.domain.prices import family, microdollars
from contracts.completions import Attempt, CompletionFailed, CompletionGenerated, CompletionRequested
from contracts.envelope import Event, Instant

Verdict = Literal["used", "refused", "unused"]


class _Value(BaseModel):
    model_config = ConfigDict(frozen=True, extra="ignore")


class Call(_Value):
    """A vendor was asked. `microdollars` None: what it cost is not known."""

    vendor: str
    model: str
    key: str
    outcome: str
    milliseconds: int
    input_tokens: int | None = None
    output_tokens: int | None = None
    microdollars: int | None = None


class Question(_Value):
    """`day` is that of the answer, by the clock of the business. `vendor`, `model`, `key`: who answered."""

    id: UUID
    conversation: str
    at: Instant
    day: date
    purpose: str
    prompt_version: str = ""
    outcome: Literal["answered", "failed"]
    reason: str = ""
    tier: str | None = None
    vendor: str = ""
    model: str = ""
    key: str = ""
    cached: bool = False
    milliseconds: int = 0
    attempts: int = 0
    calls: tuple[Call, ...] = ()
    microdollars: int = 0


def question_of(event: Event[CompletionRequested], answer: Event[Any], zone: tzinfo) -> Question:
    """What the ledger keeps of a question and its answer."""
    said: CompletionGenerated | CompletionFailed = answer.data
    calls = _calls(said)
    common: dict[str, Any] = {
        "id": event.id, "conversation": event.partitionkey, "at": answer.time,
        "day": answer.time.astimezone(zone).date(), "purpose": event.data.purpose,
        "prompt_version": event.data.prompt_version, "attempts": len(said.attempts), "calls": calls,
        "microdollars": sum(call.microdollars or 0 for call in calls),
    }  # fmt: skip
    if isinstance(said, CompletionFailed):
        return Question(**common, outcome="failed", reason=said.reason)
    return Question(
        **common, outcome="answered", tier=said.tier, vendor=said.vendor, model=_model(said), key=said.key,
        cached=said.cached, milliseconds=_milliseconds(said.seconds),
    )  # fmt: skip


def rows_of(question: Question) -> tuple[Row, ...]:
    """What the question adds to its day: to who answered it, and to everybody who was asked."""
    answered = question.outcome == "answered"
    whole = Figures(
        questions=1, answered=answered, failed=not answered, cached=question.cached,
        milliseconds=0 if question.cached else question.milliseconds,
    )  # fmt: skip
    return (_row(question, whole), *(_call_row(question, call) for call in question.calls))


def verdict_row(question: Question, verdict: Verdict) -> Row:
    """What it adds that somebody judged the answer."""
    return _row(question, Figures(**{verdict: 1}))


def _row(question: Question, figures: Figures) -> Row:
    return Row(
        purpose=question.purpose, prompt_version=question.prompt_version, vendor=question.vendor,
        model=question.model, key=question.key, figures=figures,
    )  # fmt: skip


def _call_row(question: Question, call: Call) -> Row:
    whole = call.outcome == "generated"
    figures = Figures(
        calls=1, failed_calls=not whole, unpriced=call.microdollars is None and _was_paid(call),
        input_tokens=call.input_tokens or 0, output_tokens=call.output_tokens or 0,
        microdollars=call.microdollars or 0,
    )  # fmt: skip
    return Row(
        purpose=question.purpose, prompt_version=question.prompt_version, vendor=call.vendor,
        model=call.model, key=call.key, figures=figures,
    )  # fmt: skip


def _was_paid(call: Call) -> bool:
    return call.outcome in ("generated", "abandoned") or call.output_tokens is not None


def _calls(said: CompletionGenerated | CompletionFailed) -> tuple[Call, ...]:
    return tuple(_call(attempt) for attempt in said.attempts if attempt.asked)


def _call(attempt: Attempt) -> Call:
    cost: Decimal | None = attempt.cost
    return Call(
        vendor=attempt.vendor, model=attempt.model, key=attempt.key, outcome=attempt.outcome,
        milliseconds=_milliseconds(attempt.seconds), input_tokens=attempt.input_tokens,
        output_tokens=attempt.output_tokens, microdollars=None if cost is None else microdollars(cost),
    )  # fmt: skip


def _model(said: CompletionGenerated) -> str:
    """As it was asked for: a vendor answers with the name of an edition."""
    asked = [one.model for one in said.attempts if one.asked and one.outcome == "generated"]
    return asked[-1] if asked else family(said.model)


def _milliseconds(seconds: float) -> int:
    return round(seconds * 1000)
