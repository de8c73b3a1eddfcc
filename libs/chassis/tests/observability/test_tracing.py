import json
from datetime import UTC, datetime
from uuid import uuid4

import pytest
from opentelemetry.sdk.trace import TracerProvider
from opentelemetry.sdk.trace.export import SimpleSpanProcessor

from chassis.messaging.dispatch import Dispatcher
from chassis.messaging.publisher import EventPublisher
from chassis.observability import tracing
from contracts import events
from contracts.bookings import BookingCancelRequested, BookingMoveRequested
from contracts.catalogue import consumed_by

WEBHOOK = "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01"


class Broker:
    """Keeps what is published."""

    def __init__(self):
        self.sent = []

    async def declare_exchange(self, _):
        return self

    async def publish(self, message, *_, **__):
        self.sent.append(events.read(message.body))


@pytest.fixture
def spans(tmp_path, monkeypatch):
    """The spans of the test so far, by name."""
    path = tmp_path / "spans.jsonl"
    provider = TracerProvider()
    provider.add_span_processor(SimpleSpanProcessor(tracing.JsonLinesExporter(path)))
    monkeypatch.setattr(tracing, "_TRACER", provider.get_tracer("test"))
    return lambda: {one["name"]: one for one in map(json.loads, path.read_text().splitlines())}


def wish(traceparent=None):
    return events.first(
        BookingCancelRequested(booking_id=uuid4()), event_id=uuid4(), source="/test", tenant="lyo",
        partition="c", time=datetime.now(UTC), traceparent=traceparent,
    )  # fmt: skip


def answer_to(event):
    return events.caused(
        event, 0, BookingMoveRequested(booking_id=uuid4(), start=event.time), source="/test", time=event.time
    )


def parents(spans):
    by_id = {one["context"]["span_id"]: name for name, one in spans.items()}
    return {name: by_id.get(one["parent_id"], one["parent_id"]) for name, one in spans.items()}


async def test_what_is_said_in_answer_hangs_under_the_handling(spans):
    broker = Broker()
    publisher = EventPublisher(broker)

    async def handle(event):
        await publisher.publish(answer_to(event))

    handlers = {row.model: handle for row in consumed_by("scheduler")}
    await publisher.publish(wish(WEBHOOK))
    await Dispatcher("scheduler", handlers)(broker.sent[0])
    assert parents(spans()) == {
        "publish booking-cancel.requested.v1": "0xb7ad6b7169203331",
        "process booking-cancel.requested.v1": "publish booking-cancel.requested.v1",
        "publish booking-move.requested.v1": "process booking-cancel.requested.v1",
    }
    assert {one["context"]["trace_id"] for one in spans().values()} == {f"0x{WEBHOOK[3:35]}"}
    assert broker.sent[1].traceparent.startswith(WEBHOOK[:35])


async def test_an_event_of_another_trace_stays_in_its_own(spans):
    broker = Broker()
    with tracing.span("a loop of ours"):
        await EventPublisher(broker).publish(wish(WEBHOOK))
    assert broker.sent[0].traceparent.startswith(WEBHOOK[:35])


async def test_a_span_tells_that_it_failed_and_not_what_was_said(spans):
    with pytest.raises(ValueError, match="393331234567"), tracing.span("work"):
        raise ValueError("no such customer: 393331234567")
    assert spans()["work"]["status"] == {"status_code": "ERROR", "description": "ValueError"}
    assert "393331234567" not in json.dumps(spans())
