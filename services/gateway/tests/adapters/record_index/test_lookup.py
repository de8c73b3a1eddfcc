"""What an id leads to, on a file of its own."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from contracts.envelope import conversation_id
from gateway.adapters.record_index.lookup import Known, Question, look_up
from gateway.adapters.record_index.writing import IndexWriter
from gateway.domain.refs import milliseconds

TENANTS = ("nero", "rosa")
ONE_TURN = 7
"""Events of a turn with its receipts."""


@pytest.fixture
def path(tmp_path: Path, ledger: Any) -> Path:
    path = tmp_path / "index.db"
    writer = IndexWriter(path)
    writer.add(ledger.written)
    writer.close()
    return path


def asked(path: Path, ref: str, **change: Any) -> Known:
    return look_up(path, replace(Question(ref, since=0, limit=500, scope=None), **change))


def recorded(offset: int) -> int:
    return milliseconds(datetime(2026, 3, 2, 12, tzinfo=UTC) + timedelta(seconds=offset))


def turn(number: int) -> list[int]:
    return list(range((number - 1) * ONE_TURN, number * ONE_TURN))


def test_a_conversation_gives_all_of_it(path) -> None:
    known = asked(path, "talk")
    assert (known.scope, known.offsets, known.more) == ("conversation", turn(1) + turn(2), False)


@pytest.mark.parametrize(
    "ref",
    [
        "turn-2", "message-2", "wamid.2", "in.wamid.2", " wamid.2\n", "sent-message-2", "delivered-message-2",
        "read-receipt-message-2",
    ],
)  # fmt: skip
def test_any_id_of_a_turn_gives_the_whole_turn_with_its_receipts(path, ref) -> None:
    known = asked(path, ref)
    assert (known.scope, known.offsets) == ("turns", turn(2))


@pytest.mark.parametrize("ref", ["", " ", "nobody", "wamid.", "WAMID.2", "turn-22", "☎", "%", "' OR 1 --"])
def test_what_nothing_was_recorded_of_gives_nothing(path, ref) -> None:
    assert asked(path, ref, tenants=TENANTS).offsets == []


@pytest.mark.parametrize(
    "ref", ["393331112222", "+39 333 111 2222", "0039-333-1112222", "+39 (333) 111.2222"]
)
def test_a_number_is_looked_for_with_every_tenant_on_every_channel(path, ref) -> None:
    assert asked(path, ref, tenants=("nero",)).offsets == []
    known = asked(path, ref, tenants=TENANTS)
    assert (known.scope, known.offsets) == ("conversation", turn(4))


def test_a_customer_of_two_businesses_gives_both_conversations(path, ledger) -> None:
    new = len(ledger.written)
    ledger.said("turn-5", "message-5", "wamid.5", conversation_id("nero", "whatsapp", "393331112222"))
    writer = IndexWriter(path)
    writer.add(ledger.written[new:])
    writer.close()
    assert asked(path, "+393331112222", tenants=TENANTS).offsets == turn(4) + turn(5)


def test_the_other_scope_can_be_asked_for(path) -> None:
    assert asked(path, "wamid.2", scope="conversation") == asked(path, "talk")
    turns = asked(path, "talk", scope="turns")
    assert (turns.scope, turns.offsets) == ("turns", turn(1) + turn(2))


def test_the_newest_are_given_and_that_there_are_older_ones(path) -> None:
    for ref, newest in (("talk", turn(2)), ("wamid.2", turn(2))):
        known = asked(path, ref, limit=3)
        assert (known.offsets, known.more) == (newest[-3:], True)
    assert asked(path, "wamid.2", limit=ONE_TURN).more is False


def test_since_is_when_it_wasrecorded(path) -> None:
    assert asked(path, "talk", since=recorded(10)).offsets == list(range(10, 14))
    assert asked(path, "wamid.2", since=recorded(10)).offsets == list(range(10, 14))


def test_what_has_expired_is_not_found(path) -> None:
    writer = IndexWriter(path)
    writer.forget_before(8)
    assert asked(path, "talk").offsets == list(range(8, 14))
    assert asked(path, "wamid.1").offsets == []
    assert asked(path, "wamid.2").offsets == list(range(8, 14))
    writer.close()


def test_it_says_how_far_it_has_got(path, tmp_path) -> None:
    known = asked(path, "talk")
    assert (known.next, known.last_recorded) == (28, recorded(27))
    assert asked(tmp_path / "none.db", "talk") == Known("turns", [], False, 0, 0)
