"""The backlog is what waits in all standing partitions, also while their number changes."""

import asyncio
from contextlib import asynccontextmanager

import pytest

from chassis.messaging import backlog
from chassis.messaging.backlog import Backlog
from chassis.messaging.broker import connect, declare
from chassis.messaging.topology import inbox_topology, opened
from contracts import channels

from .conftest import message, until

pytestmark = pytest.mark.servers


@asynccontextmanager
async def watched(house, monkeypatch):
    monkeypatch.setattr(backlog, "_EVERY_SECONDS", 0.05)
    one = Backlog(house.rabbitmq_url, "conversation")
    task = asyncio.create_task(one.run())
    yield one
    task.cancel()


async def test_all_partitions_count_together(house, monkeypatch):
    async with house.speaker() as publisher, watched(house, monkeypatch) as seen:
        await publisher.publish(*(message(f"c{n}", "x") for n in range(40)))
        await until(lambda: seen.waiting == 40)


async def test_both_generations_count_in_a_change_and_the_old_one_ends(house, monkeypatch):
    async with house.speaker() as publisher, watched(house, monkeypatch) as seen:
        await publisher.publish(*(message(f"c{n}", "x") for n in range(10)))
        await until(lambda: seen.waiting == 10)
        async with await connect(house.rabbitmq_url, "change") as connection:
            await declare(connection, inbox_topology("conversation", 1, 3) + opened("conversation", 1))
            await publisher.publish(*(message(f"c{n}", "x") for n in range(10)))
            await until(lambda: seen.waiting == 30)
            channel = await connection.channel()
            for number in range(channels.PARTITIONS):
                await channel.queue_delete(channels.partition("conversation", number))
            await until(lambda: seen.waiting == 10)
