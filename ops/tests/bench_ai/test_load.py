"""Loads: as many at the same time as ordered, and every question is timed."""

import asyncio
import os

import pytest

from ops.bench_ai.contestants import asking
from ops.bench_ai.figures import Scene
from ops.bench_ai.load import Order, drive
from ops.servers.process import ServerFailed


async def test_as_many_ask_at_the_same_time_as_ordered_and_each_question_is_timed():
    under_way, most, asked = 0, 0, 0

    async def ask():
        nonlocal under_way, most, asked
        under_way, asked = under_way + 1, asked + 1
        most = max(most, under_way)
        await asyncio.sleep(0.01)
        under_way -= 1

    times = await drive(ask, Order(at_once=7, seconds=0.05))
    assert most == 7
    assert len(times.each) == asked >= 7
    assert min(times.each) >= 0.009
    assert times.per_second == asked / times.total


async def test_a_question_without_an_answer_ends_the_load():
    async def ask():
        raise ValueError("no answer")

    with pytest.raises(ExceptionGroup):
        await drive(ask, Order(2, 0.1))


async def test_a_process_of_its_own_asks_and_is_measured(vendor_url):
    async with asking("direct", "http", [f"{vendor_url}/v1"], os.environ) as contestant:
        measured = await contestant.measure(Scene(0, 2), round_=1, seconds=0.2)
    assert measured.times.each
    assert (measured.name, measured.round) == ("direct", 1)
    assert 0 < measured.spent <= measured.spent_by_all + 1e-6
    assert measured.memory > 10_000_000


async def test_who_cannot_ask_says_so_instead_of_giving_figures():
    async with asking("direct", "http", ["http://127.0.0.1:9/v1"], os.environ) as contestant:
        with pytest.raises(ServerFailed, match="direct"):
            await contestant.load(Order(1, 0.1))
