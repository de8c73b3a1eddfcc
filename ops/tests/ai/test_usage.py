"""`bellhop ai usage`: what people and programs see of the ledger."""

import json
from datetime import date

import httpx
import pytest
from rich.console import Console
from typer.testing import CliRunner

from ops.ai.usage.command import (
    FINE,
    MISUNDERSTOOD,
    WRONG,
    Span,
    day,
    show_conversation,
    show_usage,
)
from ops.ai.usage.tables import conversation, sums
from ops.ai.words import thousands
from ops.cli import app

TODAY = date(2026, 3, 9)
USAGE, QUESTIONS = "GET /api/v1/ai/usage", "GET /api/v1/ai/questions"
ID = "9ed590af-c5a1-518c-9e34-101c6c434391"


def figures(questions, cost, **said):
    told = {
        "questions": questions, "answered": questions, "failed": 0, "cached": 0, "used": 0, "refused": 0,
        "unused": 0, "calls": questions, "failed_calls": 0, "unpriced": 0, "input_tokens": 400 * questions,
        "output_tokens": 100 * questions, "cost": cost, "average_seconds": 1.5,
    }  # fmt: skip
    return told | said


def part(name, *args, **said):
    return {"name": name, "figures": figures(*args, **said)}


def period(left, limit):
    return {"starts": "2026-03-01", "spent": "1", "limit": limit, "left": left}


@pytest.fixture
def spent():
    worst = {"failed": 3, "answered": 27, "refused": 2, "failed_calls": 5, "calls": 32, "cached": 4}
    return {
        "since": "2026-03-01", "until": "2026-03-10", "total": figures(30, "1.25", **worst),
        "tenants": [part("lyo", 20, "1"), part("sdb", 10, "0.25")],
        "days": [part("2026-03-02", 30, "1.25", **worst)],
        "models": [
            part("openrouter/meta-llama/llama-3.3-70b-instruct", 9, "0.25"),
            part("openai/gpt-4o-mini", 18, "1", failed_calls=5),
        ],
        "budgets": [
            {"tenant": "lyo", "level": "cheaper", "day": period("0.07", "1"), "month": period("15.8", "20")},
            {"tenant": "sdb", "level": "normal", "day": period(None, None), "month": period(None, None)},
        ],
    }  # fmt: skip


def question(**said):
    told = {
        "tenant": "lyo", "conversation": ID, "id": "1", "at": "2026-03-02T11:05:00Z", "purpose": "answer",
        "prompt_version": "3", "vendor": "openai", "model": "gpt-4o-mini", "key": "openai-1", "tier": "small",
        "attempts": 2, "calls": 1, "cached": False, "outcome": "answered", "reason": "", "seconds": 1.5,
        "unpriced": 0, "input_tokens": 400, "output_tokens": 100, "cost": "0.000120", "verdict": "used",
        "why": "",
    }  # fmt: skip
    return told | said


NOBODY = {"outcome": "failed", "reason": "timeout", "vendor": "", "model": "", "key": "", "tier": None}


def text(what, width=80):
    console = Console(width=width)
    with console.capture() as captured:
        console.print(what)
    return captured.get()


def asked(gateway, what):
    return [request.url.params for name, request in gateway.asked if name == what]


@pytest.mark.parametrize("by", ["tenant", "day", "model"])
@pytest.mark.parametrize("width", [80, 120])
def test_every_figure_can_be_read_at_80_columns(spent, by, width):
    said = text(sums(spent, Span(by=by).side, None), width)
    assert max(map(len, said.splitlines())) <= width
    for word in ("Answered", "Cached", "Failed", "Refused", "Tokens", "Takes", "Total", "15.0 k", "$1.25"):
        assert word in said
    assert "…" not in said


def test_failed_are_questions_of_a_business_and_calls_of_a_model(spent):
    of_business, of_model = (text(sums(spent, Span(by=by).side, None), 120) for by in ("day", "model"))
    total = [
        line.split() for said in (of_business, of_model) for line in said.splitlines() if "Total" in line
    ]
    assert [row[1:3] for row in total] == [["30", "3"], ["32", "5"]]
    assert "3 of 30 questions belong to none of these: nobody answered them." in of_model
    assert "none of these" not in of_business


def test_under_the_sums_stands_what_budgets_leave(spent):
    said = text(sums(spent, Span().side, None))
    assert "$0.07 left of $1.00" in said
    assert "cheaper tier" in said
    assert said.count("sdb") == 1  # in the sums; without a limit nothing is left of it
    assert "No budget is set" in text(sums(spent | {"budgets": []}, Span().side, None))


def test_what_is_in_no_sum_is_said(spent):
    assert "whose price is not known" not in text(sums(spent, Span().side, None))
    spent["total"]["unpriced"] = 12
    assert "12 calls whose price is not known" in text(sums(spent, Span().side, None))


def test_a_month_without_a_question_is_told_in_words(spent):
    nothing = spent | {"total": figures(0, "0"), "tenants": []}
    assert "No AI was asked, since 2026-03-01." in text(sums(nothing, Span().side, None))


@pytest.mark.parametrize(
    ("span", "query", "heading"),
    [
        (Span(), {}, "Business"),
        (Span("lyo"), {"tenant": "lyo"}, "Day"),
        (
            Span(since=date(2026, 3, 2), until=TODAY),
            {"since": "2026-03-02", "until": "2026-03-09"},
            "Business",
        ),
        (Span(by="month"), {"since": "2025-04-01"}, "Month"),
        (Span(by="month", until=date(2025, 12, 31)), {"since": "2025-01-01", "until": "2025-12-31"}, "Month"),
        (Span(by="month", since=TODAY), {"since": "2026-03-09"}, "Month"),
    ],
)
def test_what_is_left_out_is_the_nearest(gateway, capsys, spent, *, span, query, heading):
    gateway.answers |= {USAGE: spent | {"months": []}, "GET /api/v1/tenants/lyo": {}}
    assert show_usage(span, TODAY, raw=False) == FINE
    assert [dict(one) for one in asked(gateway, USAGE)] == [query]
    assert heading in capsys.readouterr().out


def test_a_business_that_is_none_is_told_from_one_that_asked_nothing(gateway, capsys):
    assert show_usage(Span("lio"), TODAY, raw=False) == WRONG
    assert "no business is called lio: `bellhop tenants list`" in capsys.readouterr().err
    assert asked(gateway, USAGE) == []


def test_trials_are_no_business_and_may_be_asked_for(gateway, spent):
    gateway.answers[USAGE] = spent
    assert show_usage(Span("bellhop"), TODAY, raw=False) == FINE


def test_days_that_the_router_refuses_are_a_misunderstanding(gateway, capsys):
    gateway.answers[USAGE] = httpx.Response(422, json={"title": "Ask for 1 to 400 days"})
    assert show_usage(Span(), TODAY, raw=False) == MISUNDERSTOOD
    assert "Ask for 1 to 400 days" in capsys.readouterr().err


def test_a_program_gets_all_that_is_known(gateway, capsys, spent):
    gateway.answers |= {USAGE: spent, QUESTIONS: {"items": [question()]}}
    assert show_usage(Span(), TODAY, raw=True) == FINE
    assert json.loads(capsys.readouterr().out) == spent
    assert show_conversation(None, ID, raw=True) == FINE
    assert json.loads(capsys.readouterr().out) == {"items": [question()]}


def test_the_questions_of_a_conversation_one_by_one():
    said = text(
        conversation(
            [
                question(),
                question(verdict="refused", why="price", unpriced=1),
                question(cached=True, verdict=None, input_tokens=0, output_tokens=0, cost="0", seconds=None),
                question(**NOBODY, cost="0.003", purpose="understand", verdict=None),
            ],
            200,
        )
    )
    assert max(map(len, said.splitlines())) <= 80
    for words in (
        f"lyo, conversation {ID}", "openai/gpt-4o-mini", "openai-1, small", "used", "1.5 s", "+ ?",
        "refused: price", "not judged", "from the cache", "nobody", "failed: timeout", "understand",
        "4 questions", "1,500", "$0.0032",
    ):  # fmt: skip
        assert words in said
    assert "newest 2 " in text(conversation([question(), question()], 2))


def test_a_conversation_is_found_by_whatever_the_record_finds_it_by(gateway, capsys):
    def of(request):
        return {"items": [question()] if request.url.params["conversation"] == ID else []}

    event = {"tenantid": "lyo", "partitionkey": ID}
    gateway.answers |= {QUESTIONS: of, "GET /api/v1/record/+39 333": {"events": [event]}}
    assert show_conversation(None, " +39 333", raw=False) == FINE
    assert asked(gateway, QUESTIONS)[-1]["tenant"] == "lyo"
    gateway.answers["GET /api/v1/tenants/sdb"] = {}
    assert show_conversation("sdb", "+39 333", raw=False) == WRONG


def test_a_conversation_that_asked_no_ai_is_told(gateway, capsys):
    gateway.answers[QUESTIONS] = {"items": []}
    assert show_conversation(None, "nothing", raw=False) == WRONG
    assert "`bellhop timeline` shows" in capsys.readouterr().err


@pytest.mark.parametrize(
    ("text_", "expected"),
    [("2026-03-02", date(2026, 3, 2)), (" Today", TODAY), ("yesterday", date(2026, 3, 8))],
)
def test_days_as_people_write_them(text_, expected):
    assert day(text_, TODAY) == expected


@pytest.mark.parametrize(
    ("args", "words"),
    [
        (["--since", "last week"], "write 2026-11-20"),
        (["--conversation", "x", "--by", "day"], "goes without"),
        (["--by", "hour"], "hour"),
    ],
)
def test_what_is_not_understood_is_said_before_anybody_is_asked(gateway, args, words):
    result = CliRunner().invoke(app, ["ai", "usage", *args])
    assert result.exit_code == MISUNDERSTOOD
    assert words in result.output
    assert gateway.asked == []


def test_counts_are_short():
    assert [thousands(one) for one in (0, 9999, 12345, 4_500_000)] == ["0", "9,999", "12.3 k", "4.5 M"]
