"""Writes that share a transaction: what becomes of one is nothing to the others."""

import asyncio
import sqlite3

import pytest

from chassis.storage.sqlite_connections import Threaded, Writes, connect, rows, written

INSERT = "INSERT INTO things VALUES (?, ?) ON CONFLICT DO NOTHING RETURNING value"


@pytest.fixture
def path(tmp_path):
    place = tmp_path / "things.db"
    with connect(place, 1) as connection:
        connection.execute("PRAGMA journal_mode = WAL")
        connection.execute("CREATE TABLE things (name TEXT PRIMARY KEY, value INTEGER NOT NULL)")
    connection.close()
    return place


def names(path):
    connection = connect(path, 1)
    found = [name for (name,) in rows(connection, ("SELECT name FROM things ORDER BY name", ()))]
    connection.close()
    return found


@pytest.fixture
async def writes(path):
    one = Writes(Threaded(path, 0.1))
    yield one
    await one.close()


async def test_those_that_come_together_are_all_written_and_each_is_told_its_own(writes, path):
    told = await asyncio.gather(*(writes.write((INSERT, (f"{n % 30:02}", n))) for n in range(60)))
    assert told == [[(n,)] for n in range(30)] + [[]] * 30
    assert len(names(path)) == 30


async def test_one_that_fails_fails_alone(writes, path):
    await writes.write((INSERT, ("a", 1)))
    good, bad, odd, last = await asyncio.gather(
        writes.write((INSERT, ("b", 2))),
        writes.write((INSERT, ("c", None))),
        writes.write((INSERT, ("d", object()))),
        writes.write((INSERT, ("e", 5))),
        return_exceptions=True,
    )
    assert (good, last) == ([(2,)], [(5,)])
    assert isinstance(bad, sqlite3.IntegrityError)
    assert isinstance(odd, sqlite3.Error)
    assert names(path) == ["a", "b", "e"]


async def test_who_stops_waiting_keeps_nobody_from_writing(writes, path):
    gone = asyncio.create_task(writes.write((INSERT, ("a", 1))))
    others = [asyncio.create_task(writes.write((INSERT, (name, 1)))) for name in "bc"]
    await asyncio.sleep(0)
    gone.cancel()
    await asyncio.gather(*others)
    assert names(path) == ["a", "b", "c"]


def test_a_lock_is_waited_for_once_and_not_once_for_each(path):
    holder, connection = connect(path, 1), connect(path, 0.05)
    holder.execute("BEGIN IMMEDIATE")
    results = written(connection, [(INSERT, (str(n), n)) for n in range(5)])
    assert len({id(one) for one in results}) == 1
    assert isinstance(results[0], sqlite3.OperationalError)
    holder.close()
    connection.close()
