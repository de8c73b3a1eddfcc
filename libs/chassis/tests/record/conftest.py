"""A record on a real broker, and somebody who writes into it."""

from uuid import uuid4

import aio_pika
import pytest

from chassis.messaging.broker import connect
from contracts import channels


class Writer:
    """Puts messages into the stream as the publisher of events does; bodies are their number."""

    def __init__(self, channel):
        self._channel = channel
        self.written = 0
        self.last_id = None

    async def write(self, count, *, body=b"", **headers):
        for _ in range(count):
            message = aio_pika.Message(
                body or str(self.written).encode(),
                message_id=str(uuid4()),
                correlation_id=str(uuid4()),
                type="message.received.v1",
                headers={"tenantid": "lyo", "partitionkey": "c", "x-stream-filter-value": "c"} | headers,
                delivery_mode=aio_pika.DeliveryMode.PERSISTENT,
            )
            await self._channel.default_exchange.publish(message, channels.EVENT_LOG)
            self.last_id = message.message_id
            self.written += 1


@pytest.fixture
def arguments():
    return {}


@pytest.fixture
async def writer(rabbitmq_url, arguments):
    connection = await connect(rabbitmq_url, "writer")
    channel = await connection.channel()
    await channel.declare_queue(
        channels.EVENT_LOG, durable=True, arguments={"x-queue-type": "stream"} | arguments
    )
    yield Writer(channel)
    await connection.close()
