"""The fixtures in the root conftest.py: what one test leaves behind no other test sees."""

import aio_pika
import httpx
import pytest
import redis

pytestmark = pytest.mark.servers


@pytest.mark.parametrize("time", ["first", "second"])
async def test_every_test_has_a_broker_of_its_own(rabbitmq_url: str, time: str) -> None:
    async with await aio_pika.connect(rabbitmq_url) as connection:
        channel = await connection.channel()
        queue = await channel.declare_queue("work", durable=True, arguments={"x-queue-type": "quorum"})
        assert queue.declaration_result.message_count == 0
        await channel.default_exchange.publish(aio_pika.Message(b"left behind"), "work")
    assert httpx.URL(rabbitmq_url).path.startswith("/test-")


@pytest.mark.parametrize("time", ["first", "second"])
def test_every_test_has_an_empty_redis(redis_url: str, time: str) -> None:
    with redis.Redis.from_url(redis_url) as client:
        assert client.dbsize() == 0
        client.set("left", "behind")


def test_a_browser_is_there(chromium: str) -> None:
    assert chromium.startswith("/")
