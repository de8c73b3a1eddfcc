"""What an AI was asked and how it went, in a timeline and as a reason."""

from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from typing import Any
from uuid import UUID
from zoneinfo import ZoneInfo

import pytest

from contracts import ai
from contracts.completions import (
    Answer,
    Attempt,
    CompletionFailed,
    CompletionGenerated,
    CompletionJudged,
    CompletionRequested,
    Prompt,
    ToolCall,
)
from contracts.decisions import TurnDecided
from gateway.domain.timeline import Told, hops, timeline_of
from gateway.domain.timeline.ai_words import OF_AI, attempts_told
from gateway.domain.timeline.told import dollars
from gateway.domain.why import Check, why

ROME = ZoneInfo("Europe/Rome")
NOON = datetime(2026, 11, 20, 12, 0, tzinfo=UTC)
REQUEST = UUID(int=7)


def attempt(outcome: Any, vendor: str = "openai", model: str = "gpt-5.4-nano", **more: Any) -> Attempt:
    asked = {"asked": True, "key": f"{vendor}-1", "seconds": 0.82} | more
    return Attempt(vendor=vendor, model=model, outcome=outcome, at=NOON, **asked)


def passed_over(reason: Any, vendor: str, model: str) -> Attempt:
    return attempt(reason, vendor, model, asked=False, key="", seconds=0)


ANSWERED = attempt("generated", input_tokens=142, output_tokens=15, cost=Decimal("0.000041"))


def generated(*attempts: Attempt, **more: Any) -> CompletionGenerated:
    usage = {"seconds": 0.82, "key": "openai-1", "input_tokens": 142, "output_tokens": 15}
    return CompletionGenerated(
        request_id=REQUEST, vendor="openai", model="gpt-5.4-nano", attempts=attempts,
        **{"cost": Decimal("0.000041"), "personal": Answer(text="Sì,\ndietro.")} | usage | more,
    )  # fmt: skip


def told(data: Any) -> Any:
    return OF_AI[type(data)](data, ROME)


def test_one_way_that_worked_at_once_is_told_in_one_line() -> None:
    said = told(generated(ANSWERED))
    way = "openai gpt-5.4-nano with openai-1, 0.82 s, 142 + 15 tokens, $0.000041"
    assert (said.text, said.tone, said.steps) == (f"AI answered ({way}): “Sì, dietro.”", "good", ())


def test_every_way_that_was_asked_has_its_line_and_its_reason() -> None:
    late = attempt("timeout", "anthropic", "claude-haiku-4-5", detail="no answer within 12 s", seconds=12.0)
    steps = told(generated(late, ANSWERED)).steps
    assert [step.tone for step in steps] == ["bad", "good"]
    assert steps[0].text == (
        "anthropic claude-haiku-4-5 with anthropic-1, 12.00 s: timeout (no answer within 12 s)"
    )
    assert steps[1].text.endswith("142 + 15 tokens, $0.000041: answered")


def test_ways_nobody_was_asked_on_stand_together_by_the_reason() -> None:
    steps = attempts_told(
        [
            passed_over("not_configured", "gemini", "gemini-flash"),
            passed_over("circuit_open", "anthropic", "claude-haiku-4-5"),
            passed_over("not_configured", "gemini", "gemini-pro"),
            passed_over("not_configured", "openrouter", "anthropic/claude"),
            passed_over("circuit_open", "anthropic", "claude-opus-4-6"),
            ANSWERED,
        ]
    )
    assert [step.text for step in steps[1:]] == [
        "not asked, not configured: gemini, openrouter",
        "not asked, circuit open: anthropic claude-haiku-4-5 and claude-opus-4-6",
    ]


def test_an_answer_from_before_names_no_cost_and_tools_are_named() -> None:
    kept = told(generated(cached=True, cost=None, seconds=0.0))
    assert kept.text == "AI answered (kept from before, openai gpt-5.4-nano): “Sì, dietro.”"
    tools = Answer(text="", tool_calls=(ToolCall(id="1", name="free_times", arguments={}),))
    assert told(generated(ANSWERED, personal=tools)).text.endswith(": wants free_times")


def test_old_answers_tell_no_key_no_cost_and_perhaps_no_tokens() -> None:
    old = generated(key="", cost=None, input_tokens=None, output_tokens=None)
    assert told(old).text.startswith("AI answered (openai gpt-5.4-nano, 0.82 s): ")
    assert "(openai gpt-5.4-nano, 0.82 s, ? + 3 tokens)" in told(
        generated(key="", cost=None, input_tokens=None, output_tokens=3)
    ).text  # fmt: skip


def test_without_an_answer_reason_cost_and_attempts_are_told() -> None:
    failed = CompletionFailed(
        request_id=REQUEST, reason="rate_limited", detail="openai gpt status 429", cost=Decimal("0.02"),
        attempts=(attempt("rate_limited"), attempt("abandoned", "gemini")),
    )  # fmt: skip
    said = told(failed)
    assert said.text == "no AI answered: rate limited, openai gpt status 429, $0.02"
    assert [step.text.partition(": ")[2] for step in said.steps] == [
        "rate limited", "broken off, another was quicker",
    ]  # fmt: skip


@pytest.mark.parametrize(
    ("verdict", "why_", "words", "tone"),
    [
        ("used", "", "the AI's answer was used", "good"),
        ("refused", "price", "the AI's answer was refused: price", "bad"),
        ("unused", "", "the AI's answer was not used", "plain"),
    ],
)
def test_the_guards_verdict_is_told(verdict: Any, why_: str, words: str, tone: str) -> None:
    judged = CompletionJudged(
        request_id=REQUEST, verdict=verdict, why=why_, vendor="openai", model="gpt", purpose="answer",
        prompt_version="1",
    )  # fmt: skip
    assert told(judged)[:2] == (words, tone)


def test_budgets_circuits_and_keys_are_told_with_what_changes() -> None:
    budget = ai.AiBudgetReached(
        period="day", starts=date(2026, 11, 20), level="cheaper", spent=Decimal("0.9"), limit=Decimal(1)
    )
    assert told(budget).text == (
        "$0.90 of the day's $1.00 for AI are spent: the business is answered by its cheapest models"
    )
    opened = ai.AiCircuitChanged(
        vendor="openai", model="gpt", was="closed", now="open", why="5 failures in a row", calls=6, failures=5
    )
    assert told(opened)[:2] == (
        "circuit of openai/gpt closed → open: 5 failures in a row, 5 of 6 calls failed", "bad",
    )  # fmt: skip
    rests = ai.AiKeyChanged(vendor="openai", key="openai-2", now="resting", until=NOON, why="rate_limited")
    assert told(rests).text == "openai-2 rests until Fri 20 Nov 13:00: rate limited"
    account = ai.AiKeyChanged(vendor="openai", now="ready")
    assert told(account)[:2] == ("the account at openai is used again", "good")


@pytest.mark.parametrize(
    ("amount", "shown"),
    [
        (None, ""), ("0", "$0.00"), ("0.000041", "$0.000041"), ("0.00421", "$0.0042"), ("0.0210", "$0.021"),
        ("0.0201", "$0.02"), ("0.15", "$0.15"), ("1.239", "$1.24"), ("1234.5", "$1,234.50"),
    ],
)  # fmt: skip
def test_dollars_show_the_digits_that_count(amount: str | None, shown: str) -> None:
    assert dollars(None if amount is None else Decimal(amount)) == shown


def asks_an_ai(story: Any, *ends: Any) -> Any:
    """A customer's message, a question for each end, and what came of it."""
    received = story.writes("C'è parcheggio?")
    for n, end in enumerate(ends):
        asked = CompletionRequested(
            purpose="answer", language="it", personal=Prompt(instructions="", turns=())
        )
        request = story.then(received, n, asked, "conversation")
        if end:
            story.then(request, 0, end.model_copy(update={"request_id": request.id}), "ai-router")
    return received


def test_a_turn_tells_what_its_questions_cost_together(story: Any) -> None:
    failed = CompletionFailed(request_id=REQUEST, reason="malformed", cost=Decimal("0.01"))
    asks_an_ai(story, failed, generated(ANSWERED))
    (turn,) = timeline_of(story.recorded).turns
    assert turn.cost == Decimal("0.010041")
    assert Told.model_validate_json(
        Told(turns=(turn,), orphans=(), indexed_until=None, behind=0, more=False).model_dump_json()
    ).turns == (turn,)


def test_a_turn_without_an_ai_has_no_cost(story: Any) -> None:
    story.books()
    assert [turn.cost for turn in timeline_of(story.recorded).turns] == [None]


def test_the_tree_holds_the_attempts(story: Any) -> None:
    asks_an_ai(story, generated(attempt("overloaded", "gemini"), ANSWERED))
    answer = next(hop for hop in hops(timeline_of(story.recorded)) if hop.type == "completion.generated.v1")
    assert [step.tone for step in answer.steps] == ["bad", "good"]


def ai_check(story: Any, ref: object) -> Check:
    found = why(str(ref), story.recorded, ROME)
    assert found
    return next(one for one in found.checks if one.name == "AI")


def test_why_tells_what_was_tried_how_it_was_judged_and_what_it_cost(story: Any) -> None:
    received = asks_an_ai(
        story, CompletionFailed(request_id=REQUEST, reason="malformed", cost=Decimal("0.01")),
        generated(attempt("overloaded", "gemini"), ANSWERED),
    )  # fmt: skip
    judged = CompletionJudged(
        request_id=REQUEST, verdict="refused", why="price", vendor="openai", model="gpt", purpose="answer",
        prompt_version="1",
    )  # fmt: skip
    story.then(received, 9, judged, "conversation")
    answer = story.says(received, "Ne parlo con una collega.", n=5)
    lines = ai_check(story, received.id).words.splitlines()
    assert lines[0].startswith("AI answered (openai gpt-5.4-nano with openai-1")
    assert lines[1].endswith(": overloaded")
    assert lines[-2:] == ["the AI's answer was refused: price", "2 questions in all, $0.01"]
    assert ai_check(story, answer.id).words.splitlines() == lines


def test_why_says_when_none_was_asked_or_none_has_answered(story: Any, new_story: Any) -> None:
    said = story.books()
    assert ai_check(story, said["answer"].id).outcome == "not applicable"
    other = new_story()
    assert ai_check(other, asks_an_ai(other, None).id).outcome == "waits"


def test_another_turns_answer_is_no_reason(story: Any) -> None:
    asks_an_ai(story, generated(ANSWERED))
    story.now += timedelta(minutes=1)
    assert ai_check(story, story.writes("Grazie", "wamid.2").id).outcome == "not applicable"


def test_what_the_guard_refused_stands_in_the_decision(story: Any) -> None:
    received = asks_an_ai(story, generated(ANSWERED))
    decided = TurnDecided(handled=received.type, tenant_version=3, answered="said", refused="price")
    story.then(received, 5, decided, "conversation")
    (turn,) = timeline_of(story.recorded).turns
    assert turn.opening.decided
    assert turn.opening.decided.words == "the AI's answer was refused (price) → answered"
