"""`bellhop timeline` and `bellhop why` against a gateway that only knows what these tests need."""

import json
from datetime import UTC, datetime
from decimal import Decimal
from typing import Any

import httpx
import pytest
from rich.cells import cell_len

from gateway.domain.timeline import Hop, Step, Told, Turn
from gateway.domain.why import Check, Why
from ops.api import Api
from ops.timeline.command import show_timeline, show_why
from ops.timeline.spans import span

BEGAN = datetime(2026, 11, 20, 9, 31, 2, tzinfo=UTC)
ANSWER = "5392d212-80f3-50a9-8d97-9149991139e5"


def hop(event_type: str, source: str, words: str, *caused: Hop, **more: Any) -> Hop:
    shown: dict[str, Any] = {"id": event_type, "conversation": "c", "time": BEGAN, "recorded": BEGAN}
    shown |= {"wait": 0.0021, "work": 0.011, "tone": "plain"} | more
    return Hop(type=f"{event_type}.v1", source=source, words=words, caused=caused, **shown)


def a_turn(text: str = "Avete posto?") -> Turn:
    decided = hop("turn.decided", "conversation", "book 0.93 by rules → answered")
    reads = (
        hop("receipt.received", "gateway", "whatsapp reports: delivered"),
        hop("receipt.received", "gateway", "whatsapp reports: read"),
    )
    sent = hop("message.sent", "notifier", "whatsapp accepted it as wamid.1", *reads, tone="good")
    request = hop("message-send.requested", "conversation", "reply “Sì”", sent, id=ANSWER)
    opening = hop("message.received", "gateway", f"“{text}”", request, decided=decided)
    return Turn(
        tenant="lyo", zone="Europe/Rome", began=BEGAN, headline=f"“{text}”", seconds=0.142, opening=opening
    )


def told(*turns: Turn, **more: Any) -> Told:
    known: dict[str, Any] = {"orphans": (), "indexed_until": BEGAN, "behind": 0, "more": False} | more
    return Told(turns=turns, **known)


WHY = Why(
    message_id=ANSWER, conversation="c", tenant="lyo", direction="outbound", zone="Europe/Rome",
    verdict="Held back: the customer wrote STOP at 20 Nov 10:30:00.",
    checks=(
        Check(name="opted out", outcome="stopped", words="STOP was written", event_id="e-1", time=BEGAN),
        Check(name="budget", outcome="not applicable", words="no such rule is set for this business"),
    ),
)  # fmt: skip


class Gateway:
    """Answers everything with one page."""

    def __init__(self) -> None:
        self.asked: list[httpx.URL] = []
        self.answer = httpx.Response(200, json={})

    def tells(self, page: Told | Why) -> None:
        self.answer = httpx.Response(200, content=page.model_dump_json())

    def __call__(self, request: httpx.Request) -> httpx.Response:
        self.asked.append(request.url)
        return self.answer


@pytest.fixture
def gateway(monkeypatch: pytest.MonkeyPatch) -> Gateway:
    gateway = Gateway()
    api = Api(httpx.Client(base_url="http://gateway", transport=httpx.MockTransport(gateway)))
    monkeypatch.setattr(Api, "of_running_stack", lambda: api)
    return gateway


def timeline(ref: str = "39333", since: str | None = None, **how: bool) -> int:
    return show_timeline(ref, since, **{"everything": False, "raw": False} | how)


def test_a_turn_is_told_step_by_step(gateway, monkeypatch, capsys) -> None:
    monkeypatch.setenv("COLUMNS", "140")
    gateway.tells(told(a_turn()))
    assert timeline() == 0
    out = capsys.readouterr().out
    assert "lyo · Fri 20 Nov 2026 · Europe/Rome" in out
    assert "10:31:02  sent after 142 ms  “Avete posto?”" in out
    steps = ("taken in", "↳ book 0.93", f"reply “Sì” {ANSWER}", "accepted it as wamid.1", "reports: read")
    places = [out.index(step) for step in steps]
    assert places == sorted(places)
    assert "message-send.requested" in out
    assert "⏳ 2 ms" in out
    assert "⚙ 11 ms" in out


@pytest.mark.parametrize("width", [60, 80, 140])
def test_it_fits_the_terminal(gateway, monkeypatch, capsys, width) -> None:
    monkeypatch.setenv("COLUMNS", str(width))
    gateway.tells(told(a_turn("Vorrei prenotare un taglio e una piega domani " * 5), behind=3, more=True))
    assert timeline() == 0
    assert max(cell_len(line) for line in capsys.readouterr().out.splitlines()) <= width


def test_ways_to_an_ais_answer_stand_beneath_it_and_the_cost_in_the_header(
    gateway, monkeypatch, capsys
) -> None:
    monkeypatch.setenv("COLUMNS", "140")
    steps = (
        Step(words="gemini flash: overloaded", tone="bad"),
        Step(words="openai gpt: answered", tone="good"),
    )
    answer = hop("completion.generated", "ai-router", "AI answered (openai gpt): “Sì”", steps=steps)
    opening = hop("message.received", "gateway", "“Avete posto?”", answer)
    gateway.tells(told(a_turn().model_copy(update={"opening": opening, "cost": Decimal("0.00041")})))
    timeline()
    out = capsys.readouterr().out
    assert "sent after 142 ms  AI $0.00041  “Avete posto?”" in out
    places = [out.index(words) for words in ("AI answered", "· gemini flash: overloaded", "· openai gpt")]
    assert places == sorted(places)


def test_what_waits_and_what_hangs_in_the_air_is_said(gateway, monkeypatch, capsys) -> None:
    monkeypatch.setenv("COLUMNS", "140")
    waiting = hop("message.received", "gateway", "“Ciao”", pending="not handled yet", copies=2)
    turn = a_turn().model_copy(update={"opening": waiting, "seconds": None})
    lost = hop("message.delivered", "notifier", "delivered", orphan=True)
    orphan = turn.model_copy(update={"opening": lost, "headline": "delivered"})
    gateway.tells(told(turn, orphans=(orphan,), behind=12))
    timeline()
    out = capsys.readouterr().out
    for words in ("not handled yet", "recorded 2 times", "without their cause", "12 newer events"):
        assert words in out
    assert "sent after" not in out


def test_the_newest_turns_are_shown_unless_more_are_asked_for(gateway, capsys) -> None:
    gateway.tells(told(*(a_turn(f"Messaggio {n}") for n in range(13))))
    timeline()
    short = capsys.readouterr().out
    assert "… 3 earlier turns not shown" in short
    assert ("Messaggio 2”" in short, "Messaggio 12”" in short) == (False, True)
    timeline(everything=True)
    assert "Messaggio 0”" in capsys.readouterr().out
    assert [url.params["limit"] for url in gateway.asked] == ["500", "5000"]


def test_any_id_is_asked_as_it_was_written(gateway) -> None:
    gateway.tells(told(a_turn()))
    timeline(" +39 333/1234 ", since="2026-11-20T10:00+01:00")
    (asked,) = gateway.asked
    assert asked.raw_path.split(b"?")[0] == b"/api/v1/timeline/%2B39%20333%2F1234"
    assert asked.params["since"] == "2026-11-20T09:00:00+00:00"


def test_a_moment_that_is_none_is_not_asked(gateway, capsys) -> None:
    assert timeline(since="a while ago") == 2
    assert "2h" in capsys.readouterr().out
    assert gateway.asked == []


def test_what_is_unknown_is_said_with_what_to_do(gateway, capsys) -> None:
    problem = {"title": "Nothing is recorded under this id", "detail": "4 events are still to be indexed."}
    gateway.answer = httpx.Response(404, json=problem)
    assert timeline() == 1
    out = " ".join(capsys.readouterr().out.split())
    assert "Nothing is recorded under this id: 4 events are still to be indexed." in out
    assert "a phone number with its country code" in out


def test_why_begins_with_the_verdict_and_names_the_proofs(gateway, capsys) -> None:
    gateway.tells(WHY)
    assert show_why(ANSWER, raw=False) == 0
    lines = capsys.readouterr().out.splitlines()
    assert lines[0] == "Held back: the customer wrote STOP at 20 Nov 10:30:00."
    assert any(line.startswith("✗ opted out") for line in lines)
    assert any("event e-1" in line for line in lines)


@pytest.mark.parametrize(
    ("page", "ask"), [(WHY, lambda: show_why(ANSWER, raw=True)), (told(a_turn()), lambda: timeline(raw=True))]
)
def test_programs_get_the_answer_as_it_is(gateway, capsys, page, ask) -> None:
    gateway.tells(page)
    assert ask() == 0
    assert json.loads(capsys.readouterr().out) == page.model_dump(mode="json")


@pytest.mark.parametrize(
    ("seconds", "words"),
    [
        (None, ""), (0, "0 ms"), (0.0124, "12 ms"), (1.239, "1.24 s"), (185, "3 min 5 s"),
        (7800, "2 h 10 min"), (3 * 86400 + 5, "3 days"),
    ],
)  # fmt: skip
def test_durations_are_written_as_people_read_them(seconds, words) -> None:
    assert span(seconds) == words
