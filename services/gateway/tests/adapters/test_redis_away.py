"""With Redis away the gateway serves all the same; it only remembers nothing."""

from uuid import uuid4

from redis.asyncio import Redis

from gateway.adapters.chat_streams import START, ChatStreams
from gateway.adapters.ingress_memory import IngressMemory
from gateway.adapters.login_attempts import LoginAttempts

NOBODY = "redis://127.0.0.1:1/0"


async def test_everything_is_new() -> None:
    async with Redis.from_url(NOBODY) as redis:
        memory, ids = IngressMemory(redis), {uuid4(), uuid4()}
        assert await memory.claim(ids) == (ids, set())
        assert await memory.unsettled(ids, 1.0) == ids
        await memory.mark(ids)
        await memory.release(ids)


async def test_nobody_is_held_up() -> None:
    async with Redis.from_url(NOBODY) as redis:
        attempts = LoginAttempts(redis)
        for _ in range(12):
            await attempts.failed("a@b.it", "203.0.113.9")
        assert await attempts.wait_seconds("a@b.it", "203.0.113.9") == 0


async def test_chats_wait() -> None:
    async with Redis.from_url(NOBODY) as redis, ChatStreams(redis).listen("rosa", "s", START) as listener:
        assert listener.position == START
