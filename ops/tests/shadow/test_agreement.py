"""How turns are added up, and what is shown of it."""

import io
import json

import pytest
from rich.console import Console

from ops.shadow.agreement import Agreement, Judged, Verdict, share
from ops.shadow.board import JsonLines
from ops.shadow.tables import ROWS, line, summary, table


def judged(verdict: Verdict, *kinds: str, tenant: str = "lyo", why: tuple[str, ...] = ()) -> Judged:
    return Judged(tenant, "c", "e", kinds or ("hours",), verdict, why)


def agreement_of(*turns: Judged) -> Agreement:
    agreement = Agreement()
    for turn in turns:
        agreement.add(turn)
    return agreement


def printed(agreement: Agreement) -> str:
    console = Console(file=io.StringIO(), width=120)
    console.print(table(agreement, "all is well"))
    assert isinstance(console.file, io.StringIO)
    return console.file.getvalue()


def test_a_turn_counts_for_each_of_its_intents_and_once_in_the_total():
    agreement = agreement_of(judged("alike", "hours", "price"), judged("different", "price"))
    assert agreement.turns == 2
    assert share(agreement.rows["lyo", "hours"]) == 1.0
    assert share(agreement.rows["lyo", "price"]) == 0.5
    assert share(agreement.total) == 0.5


def test_a_candidate_that_saw_less_than_half_is_not_flawless():
    agreement = agreement_of(judged("alike"), judged("alike"))
    agreement.unseen = 2
    assert agreement.flawless
    agreement.add(judged("skipped"))
    assert not agreement.flawless


def test_businesses_are_told_apart():
    agreement = agreement_of(judged("alike"), judged("different", tenant="sdb"))
    assert share(agreement.rows["lyo", "hours"]) == 1.0
    assert share(agreement.rows["sdb", "hours"]) == 0.0


@pytest.mark.parametrize("verdict", ["different", "stopped", "failed", "late"])
def test_each_of_these_speaks_against_the_candidate(verdict: Verdict):
    agreement = agreement_of(judged("alike"), judged(verdict))
    assert share(agreement.total) == 0.5
    assert not agreement.flawless


@pytest.mark.parametrize("verdict", ["middle", "ended", "skipped"])
def test_what_was_not_put_to_the_candidate_is_no_part_of_the_share(verdict: Verdict):
    agreement = agreement_of(judged("alike"), judged(verdict))
    assert share(agreement.total) == 1.0
    assert agreement.flawless


def test_nothing_compared_is_no_agreement():
    assert share(agreement_of(judged("middle")).total) is None
    assert not agreement_of(judged("middle")).flawless


def test_the_last_turns_that_differ_are_kept_and_no_more():
    agreement = agreement_of(*(judged("different", f"intent {n}") for n in range(9)), judged("alike"))
    assert [one.kinds for one in agreement.last] == [(f"intent {n}",) for n in range(4, 9)]


def test_the_table_shows_first_where_they_agree_least_and_what_differed():
    turns = (judged("alike", "hours"), judged("different", "price", why=("text: 'a' → 'b'",)))
    shown = printed(agreement_of(*turns))
    assert shown.index("price") < shown.index("hours")
    assert "text: 'a' → 'b'" in shown
    assert "all is well" in shown


def test_a_long_table_says_that_it_goes_on():
    assert "7 more rows" in printed(agreement_of(*(judged("alike", f"i{n}") for n in range(ROWS + 7))))


def test_one_difference_in_many_is_never_rounded_away():
    agreement = agreement_of(*[judged("alike")] * 4999, judged("different"))
    assert "99.9 %" in line(agreement, "")


def test_programs_get_every_turn_and_the_sums_last(capsys):
    agreement = Agreement()
    with JsonLines(agreement, lambda: {"waiting": 0, "deaths": 1, "unread": 0}) as lines:
        turn = judged("different", why=("x",))
        agreement.add(turn)
        lines.judged(turn)
    first, last = map(json.loads, capsys.readouterr().out.splitlines())
    assert first["turn"]["why"] == ["x"]
    assert last["summary"] == summary(agreement, waiting=0, deaths=1, unread=0)
    assert last["summary"]["rows"] == [{"tenant": "lyo", "kind": "hours", "agreement": 0.0, "different": 1}]
