"""What SQLite adds to the contract: several processes, locks, sudden death, and the use of indexes."""

import asyncio
import os
import signal
import sqlite3
import stat
import sys
from pathlib import Path

import pytest

from chassis.storage import CollectionSpec, Range, StoreUnavailable, open_store, sqlite
from chassis.storage.query import Query
from chassis.storage.sqlite_statements import select

SPEC = CollectionSpec("deliveries", indexes=(("state", "due"), ("due",)))

WRITE_FOR_EVER = """
import asyncio, sys
from chassis.storage import CollectionSpec, open_store

async def main():
    store = open_store(sys.argv[1], "killed")
    deliveries = store.collection(CollectionSpec("deliveries"))
    await store.open()
    async def write(writer):
        version = 0
        while True:
            stored = await deliveries.save("lyo", f"{writer}", {"n": version}, expected=version)
            version = stored.version
            print(writer, version, flush=True)
    await asyncio.gather(*(write(writer) for writer in range(10)))

asyncio.run(main())
"""

COUNT_TO_FIFTY = """
import asyncio, sys
from chassis.storage import CollectionSpec, Conflict, open_store

async def main():
    store = open_store(sys.argv[1], "shared")
    await store.open()
    counters = store.collection(CollectionSpec("counters", (("count",),)))
    done = 0
    while done < 50:
        counter = await counters.get("lyo", "c")
        count, version = (counter.body["count"], counter.version) if counter else (0, 0)
        try:
            await counters.save("lyo", "c", {"count": count + 1}, expected=version)
        except Conflict:
            continue
        done += 1
    await store.close()

asyncio.run(main())
"""


async def test_a_killed_process_loses_no_confirmed_write(tmp_path: Path) -> None:
    url = f"sqlite://{tmp_path}"
    command = [sys.executable, "-c", WRITE_FOR_EVER, url]
    process = await asyncio.create_subprocess_exec(*command, stdout=asyncio.subprocess.PIPE)
    assert process.stdout is not None
    confirmed = [await process.stdout.readline() for _ in range(500)]
    process.kill()
    confirmed += (await process.stdout.read()).splitlines(keepends=True)
    assert await process.wait() == -signal.SIGKILL
    store = open_store(url, "killed")
    deliveries = store.collection(CollectionSpec("deliveries"))
    await store.open()
    for writer, version in (line.decode().split() for line in confirmed if line.endswith(b"\n")):
        stored = await deliveries.get("lyo", writer)
        assert stored is not None
        assert stored.version >= int(version)
        assert stored.body == {"n": stored.version - 1}
    await store.close()


async def test_processes_share_one_file_from_the_first_moment(tmp_path: Path) -> None:
    url = f"sqlite://{tmp_path}"
    command = [sys.executable, "-c", COUNT_TO_FIFTY, url]
    processes = [await asyncio.create_subprocess_exec(*command) for _ in range(4)]
    assert [await process.wait() for process in processes] == [0, 0, 0, 0]
    store = open_store(url, "shared")
    await store.open()
    counter = await store.collection(CollectionSpec("counters")).get("lyo", "c")
    assert counter is not None
    assert (counter.version, counter.body) == (200, {"count": 200})
    await store.close()


async def test_a_locked_file_is_unavailable_for_writing_alone(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(sqlite, "BUSY_TIMEOUT", 0.05)
    store = open_store(f"sqlite://{tmp_path}", "locked")
    await store.open()
    deliveries = store.collection(SPEC)
    await deliveries.insert("lyo", "d1", {"state": "created"})
    other = sqlite3.connect(tmp_path / "locked.db", isolation_level=None)
    other.execute("BEGIN IMMEDIATE")
    with pytest.raises(StoreUnavailable, match="locked"):
        await deliveries.save("lyo", "d1", {"state": "sent"}, expected=1)
    with pytest.raises(StoreUnavailable, match="locked"):
        await store.ping()
    assert await deliveries.get("lyo", "d1")
    other.execute("ROLLBACK")
    other.close()
    await store.ping()
    assert await deliveries.save("lyo", "d1", {"state": "sent"}, expected=1)
    await store.close()


async def test_a_write_waits_for_another_process_and_keeps_nobody_else_waiting(tmp_path: Path) -> None:
    store = open_store(f"sqlite://{tmp_path}", "waiting")
    await store.open()
    deliveries = store.collection(SPEC)
    await deliveries.insert("lyo", "d1", {"state": "created"})
    other = sqlite3.connect(tmp_path / "waiting.db", isolation_level=None)
    other.execute("BEGIN IMMEDIATE")
    write = asyncio.create_task(deliveries.save("lyo", "d1", {"state": "sent"}, expected=1))
    await asyncio.sleep(0.05)
    found = await deliveries.get("lyo", "d1")
    assert found is not None
    assert (found.version, write.done()) == (1, False)
    other.execute("ROLLBACK")
    other.close()
    assert (await write).version == 2
    await store.close()


async def test_the_log_of_writes_does_not_grow_for_ever(tmp_path: Path) -> None:
    store = open_store(f"sqlite://{tmp_path}", "log")
    await store.open()
    notes = store.collection(CollectionSpec("notes"))
    sizes = []
    for version in range(4500):
        await notes.save("lyo", "n1", {"text": "x" * 3000}, expected=version)
        await asyncio.sleep(0)
        sizes.append((tmp_path / "log.db-wal").stat().st_size)
    assert sizes[-1] == sizes[2250]  # the log is written anew from its beginning
    await store.close()


async def test_a_folder_that_cannot_be_made_is_unavailable(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    with pytest.raises(StoreUnavailable, match="cannot create"):
        await open_store(f"sqlite://{tmp_path}/file/folder", "scheduler").open()


async def test_others_on_the_machine_cannot_read_the_file(tmp_path: Path) -> None:
    store = open_store(f"sqlite://{tmp_path}", "private")
    await store.open()
    await store.collection(SPEC).insert("lyo", "d1", {})
    for name in ("private.db", "private.db-wal"):
        assert stat.S_IMODE(os.stat(tmp_path / name).st_mode) == 0o600
    await store.close()


@pytest.mark.parametrize("across", [False, True])
@pytest.mark.parametrize(
    ("where", "sort"),
    [
        ({"state": "created"}, None),
        ({"due": Range(lte=5)}, "due"),
        ({"state": "created", "due": Range(lte=5)}, "due"),
        ({"state": "created"}, "due"),
        ({}, "due"),
    ],
)
async def test_queries_read_from_their_index(
    tmp_path: Path, across: bool, where: dict[str, str | int | Range], sort: str | None
) -> None:
    spec = CollectionSpec("deliveries", SPEC.indexes, across=across)
    store = open_store(f"sqlite://{tmp_path}", "planned")
    store.collection(spec)
    await store.open()
    sql, parameters = select(Query(spec, None if across else "lyo", where, sort, False, 10, 0))
    with sqlite3.connect(tmp_path / "planned.db") as connection:
        steps = [row[3] for row in connection.execute(f"EXPLAIN QUERY PLAN {sql}", parameters)]
    await store.close()
    assert "USING INDEX deliveries__" in steps[0]
    if sort:
        assert len(steps) == 1  # no step that sorts


async def test_a_tenant_reads_its_part_of_an_index_across_tenants(tmp_path: Path) -> None:
    store = open_store(f"sqlite://{tmp_path}", "timers")
    timers = store.collection(CollectionSpec("timers", (("due",),), across=True))
    await store.open()
    await timers.insert("lyo", "t1", {"due": 1})
    assert await timers.find("lyo", sort="due") == await timers.find_all_tenants()
    assert await timers.find("lily", {"due": 1}) == []
    await store.close()
