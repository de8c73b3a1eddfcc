"""Commands to Redis that come while others are under way go together in the next round trip.

A round trip costs far more than a command, most of all where many webhooks come at once.
"""

import asyncio
from itertools import islice
from typing import Any, TypeAlias

from redis.asyncio import Redis

Command: TypeAlias = tuple[Any, ...]


class RoundTrips:
    """One at a time; nobody waits longer than for the one under way and their own."""

    def __init__(self, redis: Redis) -> None:
        self._redis = redis
        self._waiting: list[tuple[list[Command], asyncio.Future[list[Any]]]] = []
        self._travelling: asyncio.Task[None] | None = None

    async def ask(self, commands: list[Command]) -> list[Any]:
        """The answers in order. Raises RedisError or OSError."""
        answered: asyncio.Future[list[Any]] = asyncio.get_running_loop().create_future()
        self._waiting.append((commands, answered))
        if self._travelling is None:
            self._travelling = asyncio.create_task(self._travel())
        return await answered

    async def _travel(self) -> None:
        try:
            while batch := self._waiting:
                self._waiting = []
                await self._trip(batch)
        finally:
            self._travelling = None

    async def _trip(self, batch: list[tuple[list[Command], asyncio.Future[list[Any]]]]) -> None:
        waiting = [answered for _, answered in batch]
        try:
            async with self._redis.pipeline(transaction=False) as pipe:
                for commands, _ in batch:
                    for command in commands:
                        pipe.execute_command(*command)
                answers = iter(await pipe.execute())
        except Exception as error:
            for answered in waiting:
                if not answered.done():
                    answered.set_exception(error)
            return
        for commands, answered in batch:
            mine = list(islice(answers, len(commands)))
            if not answered.done():  # whoever asked may have lost patience
                answered.set_result(mine)
