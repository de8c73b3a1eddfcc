"""What metrics and logs tell of attempts: vendors, models and keys' aliases, never a key or a word said."""

import traceback

from prometheus_client import Counter, Histogram

from ai_router.domain.ways import Way
from chassis.observability.logging import get_logger
from contracts.completions import Attempt, CompletionFailed, CompletionGenerated, FailureReason

ATTEMPTS = Counter(
    "bellhop_ai_attempts_total",
    "Calls of AI vendors by how they ended",
    ["vendor", "model", "key", "outcome"],
)
PASSED_OVER = Counter(
    "bellhop_ai_passed_over_total", "Ways to an answer that were not tried", ["vendor", "model", "reason"]
)
SECONDS = Histogram(
    "bellhop_ai_attempt_seconds",
    "How long calls of AI vendors take",
    ["vendor", "model"],
    buckets=(0.1, 0.25, 0.5, 1, 2, 4, 8, 12, 20, 30),
)
TOKENS = Counter("bellhop_ai_tokens_total", "Tokens by direction", ["vendor", "model", "direction"])
DOLLARS = Counter("bellhop_ai_cost_dollars_total", "What vendors are owed", ["vendor", "model", "key"])
QUESTIONS = Counter("bellhop_ai_questions_total", "What became of questions", ["purpose", "outcome"])

log = get_logger(__name__)


def attempted(entry: Attempt) -> None:
    """A vendor was asked."""
    ATTEMPTS.labels(entry.vendor, entry.model, entry.key, entry.outcome).inc()
    SECONDS.labels(entry.vendor, entry.model).observe(entry.seconds)
    TOKENS.labels(entry.vendor, entry.model, "in").inc(entry.input_tokens or 0)
    TOKENS.labels(entry.vendor, entry.model, "out").inc(entry.output_tokens or 0)
    DOLLARS.labels(entry.vendor, entry.model, entry.key).inc(float(entry.cost or 0))
    if entry.outcome != "generated":
        log.warning(
            "an AI gave no answer", vendor=entry.vendor, model=entry.model, key=entry.key,
            reason=entry.outcome, detail=entry.detail, seconds=entry.seconds,
        )  # fmt: skip


def unforeseen(way: Way, error: Exception) -> None:
    """An adapter broke. Its error's own words are left out: they may be the vendor's, or a customer's."""
    *_, place = traceback.extract_tb(error.__traceback__)
    log.error(
        "an adapter failed as it must not", vendor=way.vendor, model=way.model, error=type(error).__name__,
        place=f"{place.filename}:{place.lineno}",
    )  # fmt: skip


def passed_over(way: Way, reason: FailureReason) -> None:
    """A vendor was not asked."""
    PASSED_OVER.labels(way.vendor, way.model, reason).inc()


def questioned(data: CompletionGenerated | CompletionFailed) -> None:
    """A question came to its end."""
    if isinstance(data, CompletionFailed):
        outcome: str = data.reason
        log.warning("a question stays without an AI's answer", reason=data.reason, detail=data.detail)
    else:
        outcome = "cached" if data.cached else "generated"
    QUESTIONS.labels(data.purpose, outcome).inc()
