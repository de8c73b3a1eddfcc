"""The file: it goes on where it stood, and what is damaged or of another layout is begun anew."""

import sqlite3
from dataclasses import replace
from pathlib import Path

import pytest

from gateway.adapters.record_index import file
from gateway.adapters.record_index.election import elected
from gateway.adapters.record_index.file import Damaged
from gateway.adapters.record_index.lookup import Question, look_up
from gateway.adapters.record_index.writing import IndexWriter, Position

TALK = Question("talk", since=0, limit=500, scope=None)


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "folder" / "index.db"


def offsets(path: Path) -> list[int]:
    return look_up(path, TALK).offsets


def test_it_begins_at_nothing_and_goes_on_where_it_stood(path, ledger) -> None:
    writer = IndexWriter(path)
    assert writer.position() == Position(0, "")
    writer.add(ledger.written[:10])
    writer.close()
    again = IndexWriter(path)
    assert again.position() == Position(10, ledger.written[9].event_id)
    again.add(ledger.written[10:])
    assert offsets(path) == list(range(14))
    again.close()


def test_the_same_events_twice_are_the_same_index(path, ledger) -> None:
    writer = IndexWriter(path)
    writer.add(ledger.written)
    before = offsets(path)
    writer.add(ledger.written)
    assert offsets(path) == before
    writer.close()


def test_what_is_no_event_is_passed_over(path, ledger) -> None:
    one = ledger.write("thing.happened.v1", "thing")
    writer = IndexWriter(path)
    writer.add([replace(one, offset=3, body=b"{"), replace(one, offset=4)])
    assert (offsets(path), writer.position().next) == ([4], 5)
    writer.close()


def test_only_its_owner_may_read_the_file(path) -> None:
    IndexWriter(path).close()
    assert path.stat().st_mode & 0o777 == 0o600


@pytest.mark.parametrize(
    "content", [b"no database at all, but longer than its header is" * 100, b"", b"SQLite"]
)
def test_a_damaged_file_is_deleted_by_whoever_finds_it(path, content) -> None:
    for found_by in (offsets, IndexWriter):
        path.parent.mkdir(exist_ok=True)
        path.write_bytes(content)
        with pytest.raises(Damaged):
            found_by(path)
        assert not path.exists()
    IndexWriter(path).close()
    assert offsets(path) == []


def test_pages_that_are_damaged_later_are_found_by_the_writer_too(path, ledger) -> None:
    writer = IndexWriter(path)
    writer.add(ledger.written)
    writer.close()
    writer = IndexWriter(path)
    size = path.stat().st_size
    with path.open("r+b") as content:
        content.seek(4096)
        content.write(b"\xff" * (size - 4096))
    with pytest.raises(Damaged):
        writer.add(ledger.written)
    writer.close()
    assert not path.exists()


def test_another_layout_is_begun_anew(path, monkeypatch) -> None:
    IndexWriter(path).close()
    monkeypatch.setattr(file, "LAYOUT", file.LAYOUT + 1)
    with pytest.raises(Damaged, match="layout"):
        IndexWriter(path)
    IndexWriter(path).close()


def test_a_writer_whose_file_was_deleted_does_not_go_on(path, ledger) -> None:
    writer = IndexWriter(path)
    file.delete(path)
    for attempt in (writer.check_in_place, lambda: writer.add(ledger.written)):
        with pytest.raises(Damaged, match="deleted"):
            attempt()
    IndexWriter(path).close()  # somebody else has begun anew
    with pytest.raises(Damaged, match="deleted"):
        writer.add(ledger.written)
    writer.close()


def test_a_locked_file_is_no_damage(path, ledger, monkeypatch) -> None:
    IndexWriter(path).close()
    monkeypatch.setattr(file, "_PATIENCE_SECONDS", 0.01)
    writer = IndexWriter(path)
    with sqlite3.connect(path, isolation_level=None) as other:
        other.execute("BEGIN IMMEDIATE")
        with pytest.raises(sqlite3.OperationalError, match="locked"):
            writer.add(ledger.written)
        assert offsets(path) == []  # readers go on
        other.execute("ROLLBACK")
    other.close()
    writer.add(ledger.written)
    assert offsets(path) == list(range(14))
    writer.close()


@pytest.mark.parametrize(("first", "left"), [(2, 28), (14, 14), (28, 0), (900, 0)])
def test_the_rows_of_what_has_expired_go_when_they_are_many(path, ledger, first, left) -> None:
    writer = IndexWriter(path)
    writer.add(ledger.written)
    writer.forget_before(first)
    writer.close()
    with sqlite3.connect(path) as content:
        assert content.execute("SELECT count(*) FROM events").fetchone() == (left,)
        assert content.execute("SELECT count(*) FROM refs WHERE offset < ?", (28 - left,)).fetchone() == (0,)
    content.close()


def test_no_address_and_no_body_lies_in_the_file(path, ledger) -> None:
    personal = {"address": "393331112222", "text": "Vorrei un taglio"}
    ledger.write("message.received.v1", "turn-9", data={"vendor_message_id": "x", "personal": personal})
    writer = IndexWriter(path)
    writer.add(ledger.written)
    writer.close()
    content = path.read_bytes()
    assert not [one for one in personal.values() if one.encode() in content]


def test_one_process_is_elected_until_it_ends(tmp_path) -> None:
    lock = tmp_path / "folder" / "index.lock"
    with elected(lock) as first:
        with elected(lock) as second:
            assert (first, second) == (True, False)
        with elected(lock) as third:
            assert third is False
    with elected(lock) as after:
        assert after is True
