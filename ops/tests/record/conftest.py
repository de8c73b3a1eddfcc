"""Events as they lie in the record, made of the examples of the contracts."""

import json
from datetime import UTC, datetime
from uuid import uuid4

import aio_pika
import pytest

from chassis.messaging.broker import connect
from chassis.record import Recorded
from contracts import channels
from contracts.examples import examples_of

NOW = datetime(2026, 11, 20, 12, tzinfo=UTC)


def _recorded(event_type="message.received.v1", *, offset=0, at=NOW, text=None, **changed):
    event = json.loads(examples_of(event_type).valid[0])
    event |= {"id": str(uuid4()), "recordedtime": at.isoformat() if at else None} | changed
    if text is not None:
        event["data"]["personal"]["text"] = text
    return Recorded(
        offset=offset,
        body=json.dumps(event, ensure_ascii=False).encode(),
        type=event["type"],
        tenant=event["tenantid"],
        conversation=event["partitionkey"],
        event_id=event["id"],
        correlation=event["correlationid"],
    )


@pytest.fixture
def recorded():
    return _recorded


@pytest.fixture
async def write(rabbitmq_url, monkeypatch):
    """Writes events into a record on a real broker, which the commands find."""
    monkeypatch.setenv("BELLHOP_RABBITMQ_URL", rabbitmq_url)
    connection = await connect(rabbitmq_url, "writer")
    channel = await connection.channel()
    await channel.declare_queue(channels.EVENT_LOG, durable=True, arguments={"x-queue-type": "stream"})

    async def put(*events):
        for one in events:
            message = aio_pika.Message(
                one.body,
                message_id=one.event_id,
                correlation_id=one.correlation,
                type=one.type,
                headers={"tenantid": one.tenant, "partitionkey": one.conversation},
            )
            await channel.default_exchange.publish(message, channels.EVENT_LOG)

    yield put
    await connection.close()
