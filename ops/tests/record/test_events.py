"""`bellhop events` and `bellhop events check` on a real record."""

import asyncio
import json
import subprocess
import sys
from datetime import UTC, datetime, timedelta

import pytest
from typer.testing import CliRunner

from ops.cli import app

pytestmark = pytest.mark.servers


async def bellhop(*words):
    """Runs the command; its exit code and what it wrote."""
    done = await asyncio.to_thread(CliRunner().invoke, app, words, env={"COLUMNS": "200"})
    return done.exit_code, done.stdout, done.stderr


def ids(out):
    return [json.loads(line)["id"] for line in out.splitlines()]


async def test_json_is_all_of_it_word_for_word_and_the_table_is_the_newest(write, recorded):
    now = datetime.now(UTC)
    events = [recorded(at=now, text=f"no. {n}") for n in range(60)]
    await write(*events)
    code, out, _ = await bellhop("events", "--json")
    assert code == 0
    assert out.encode() == b"".join(one.body + b"\n" for one in events)
    code, out, said = await bellhop("events")
    assert [f"“no. {n}”" in out for n in (9, 10, 59)] == [False, True, True]
    assert "--before 10" in said
    _, out, _ = await bellhop("events", "--json", "-n", "3", "--before", "10")
    assert ids(out) == [one.event_id for one in events[7:10]]


async def test_filters_hold_together_however_far_back_the_newest_lie(write, recorded):
    now = datetime.now(UTC)
    old = recorded("booking.confirmed.v1", at=now - timedelta(hours=3), tenantid="lyo")
    wanted = recorded("booking.confirmed.v1", at=now - timedelta(minutes=5), tenantid="lyo")
    noise = [recorded(at=now) for _ in range(1200)]
    await write(old, wanted, *noise, recorded("booking.confirmed.v1", at=now, tenantid="lily"))
    chosen = ("--tenant", "lyo", "--type", "booking.*", "--json")
    assert ids((await bellhop("events", *chosen, "-n", "5"))[1]) == [old.event_id, wanted.event_id]
    assert ids((await bellhop("events", *chosen, "--since", "1h"))[1]) == [wanted.event_id]
    assert ids((await bellhop("events", *chosen, "--until", "1h"))[1]) == [old.event_id]


async def test_it_follows_until_nobody_reads_any_more(write, recorded):
    now = datetime.now(UTC)
    before = [recorded(at=now) for _ in range(3)]
    await write(*before)
    process = await asyncio.create_subprocess_exec(
        sys.executable, "-m", "ops", "events", "-f", "--json", "-n", "1",
        stdout=subprocess.PIPE, stderr=subprocess.PIPE,
    )  # fmt: skip
    assert ids(await asyncio.wait_for(process.stdout.readline(), 30)) == [before[-1].event_id]
    later = recorded(at=now)
    await write(later)
    assert ids(await asyncio.wait_for(process.stdout.readline(), 30)) == [later.event_id]
    process.stdout._transport.close()  # as `| head` does
    for _ in range(100):
        await write(recorded(at=now))
        if process.returncode is not None:
            break
        await asyncio.sleep(0.1)
    assert (process.returncode, await process.stderr.read()) == (0, b"")


async def test_an_empty_record_says_so_and_a_missing_one_says_what_to_do(write, rabbitmq_url, monkeypatch):
    code, out, said = await bellhop("events")
    assert (code, out) == (0, "")
    assert "Nothing" in said
    monkeypatch.setenv("BELLHOP_RABBITMQ_URL", "amqp://guest:guest@127.0.0.1:1/")
    code, out, said = await bellhop("events")
    assert (code, out) == (2, "")
    assert "see that it runs" in said


async def test_the_check_names_what_breaks_and_whom(write, recorded):
    now = datetime.now(UTC)
    good, bad = recorded(at=now), recorded(at=now, data={"channel": "whatsapp"})
    assert (await bellhop("events", "check"))[0] == 3
    await write(good)
    assert (await bellhop("events", "check"))[0] == 0
    await write(bad)
    code, out, _ = await bellhop("events", "check")
    assert code == 1
    for word in ("conversation", "message.received.v1", "data.personal", bad.event_id):
        assert word in out
    code, out, _ = await bellhop("events", "check", "--json")
    assert code == 1
    found = json.loads(out)["breaks"]
    assert {(one["field"], one["offset"]) for one in found} >= {("data.personal", 1), ("data.account", 1)}
