"""One replica of the conversation service that writes each event it handles to a file, until it is stopped.

Arguments: RabbitMQ, Redis, the folder of the store, the file.
"""

import asyncio
import signal
import sys
from uuid import uuid4

import structlog
from redis.asyncio import Redis

from chassis.clock import utc_now
from chassis.messaging.broker import build_broker
from chassis.messaging.consumers import build_consumers
from chassis.messaging.publisher import EventPublisher
from chassis.settings import ServiceSettings
from chassis.storage import open_store
from contracts.catalogue import consumed_by

SERVICE = "conversation"


async def main(rabbitmq_url, redis_url, folder, path):
    stopped = asyncio.Event()
    asyncio.get_running_loop().add_signal_handler(signal.SIGTERM, stopped.set)
    store, broker = open_store(f"sqlite://{folder}", SERVICE), build_broker(rabbitmq_url, SERVICE, 5)
    await store.open()
    await broker.start()

    with open(path, "a", buffering=1) as ledger:  # noqa: ASYNC230 - a line, written at once

        async def handle(event):
            ledger.write(f"{event.partitionkey} {event.data.personal.text} {event.id}\n")

        consumers = build_consumers(
            SERVICE, {row.model: handle for row in consumed_by(SERVICE)},
            ServiceSettings(rabbitmq_url=rabbitmq_url, redis_url=redis_url),
            broker=broker, publisher=EventPublisher(broker), redis=Redis.from_url(redis_url), store=store,
            clock=utc_now, replica=uuid4().hex,
        )  # fmt: skip
        for one in consumers:
            await one.start()
        await stopped.wait()
        await asyncio.gather(*(one.stop() for one in consumers))
    await broker.stop()
    await store.close()


if __name__ == "__main__":
    structlog.configure(logger_factory=structlog.ReturnLoggerFactory())
    asyncio.run(main(*sys.argv[1:]))
