"""Two hundred customers want the same ten slots: five times with two people. On a real store."""

import asyncio
import json
import random
import sys
from collections import Counter
from datetime import date, timedelta
from itertools import pairwise
from pathlib import Path

from contracts.bookings import BookingConfirmed, BookingRefused
from scheduler.domain.diary import DiaryKey

HALF_HOURS = 5
DAY = date(2026, 11, 25)


def rush(customers, rome):
    """One request for each customer; every fourth asks for somebody by name."""
    names = (None, None, None, "giulia", None, None, None, "marco")
    return [
        customers.books(
            rome(25, 10 + (n % HALF_HOURS) // 2, 30 * (n % HALF_HOURS % 2)), resource=names[n % 8]
        )
        for n in range(200)
    ]


def overlaps(entries):
    ordered = sorted(entries, key=lambda one: one.start)
    return any(a.end > b.start for a, b in pairwise(ordered))


async def assert_ten_hold_it(scheduler, answers, day):
    """Returns who was refused."""
    confirmed = [one.appointment for one in answers if isinstance(one, BookingConfirmed)]
    refused = [one for one in answers if isinstance(one, BookingRefused)]
    assert (len(confirmed), len(refused)) == (10, 190)
    assert len({(one.start, one.resource_id) for one in confirmed}) == 10
    assert {one.reason for one in refused} == {"taken"}
    for resource in ("giulia", "marco"):
        diary = await scheduler.diaries.get("lyo", DiaryKey(resource, day))
        assert len(diary.value.entries) == HALF_HOURS
        assert not overlaps(diary.value.entries)
    assert {len(one.alternatives) for one in refused} == {3}
    return refused


async def test_two_hundred_at_once_in_one_process(scheduler, customers, rome):
    requests = rush(customers, rome)
    await asyncio.gather(*(scheduler.desk.on_request(event) for event in requests))
    answers = [event.data for event in scheduler.heard.events]
    refused = await assert_ten_hold_it(scheduler, answers, DAY)

    # Served in order, so the slots were gone before the first refusal: what was offered is free to the end.
    agenda = await scheduler.diaries.agenda("lyo", ("giulia", "marco"), DAY, DAY)
    for slot in {slot for one in refused for slot in one.alternatives}:
        diary = agenda[DiaryKey(slot.resource_id, DAY)]
        end = slot.start + timedelta(minutes=30)
        assert all(end <= entry.start or entry.end <= slot.start for entry in diary.entries)


async def test_two_hundred_over_four_replicas_that_do_not_know_of_each_other(
    scheduler, customers, rome, new_scheduler, store
):
    replicas = [new_scheduler(store, heard=scheduler.heard) for _ in range(4)]
    requests = rush(customers, rome)
    random.Random(3).shuffle(requests)
    await asyncio.gather(
        *(replicas[n % 4].desk.on_request(event) for n, event in enumerate(requests)),
        *(replicas[(n + 1) % 4].desk.on_request(event) for n, event in enumerate(requests)),  # each one twice
    )
    answers = {event.id: event.data for event in scheduler.heard.events}
    assert all(answers[event.id] == event.data for event in scheduler.heard.events)
    await assert_ten_hold_it(scheduler, list(answers.values()), DAY)


async def test_two_hundred_over_three_processes(scheduler, customers, rome, tmp_path):
    requests = rush(customers, rome)
    program = str(Path(__file__).with_name("booking_process.py"))
    arguments = [f"sqlite://{tmp_path}/store", scheduler.tenants.configs["lyo"].model_dump_json()]

    async def process(share):
        child = await asyncio.create_subprocess_exec(
            sys.executable, program, *arguments,
            stdin=asyncio.subprocess.PIPE, stdout=asyncio.subprocess.PIPE,
        )  # fmt: skip
        out, _ = await child.communicate("\n".join(one.model_dump_json() for one in share).encode())
        return [json.loads(line) for line in out.splitlines()]

    parts = await asyncio.gather(*(process(requests[n::3]) for n in range(3)))
    kinds = Counter(one["type"] for part in parts for one in part)
    assert kinds == {"booking.confirmed.v1": 10, "booking.refused.v1": 190}
    held = {}
    for resource in ("giulia", "marco"):
        held[resource] = (await scheduler.diaries.get("lyo", DiaryKey(resource, DAY))).value
        assert len(held[resource].entries) == HALF_HOURS
        assert not overlaps(held[resource].entries)
