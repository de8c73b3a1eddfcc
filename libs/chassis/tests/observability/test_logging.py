import io
import json
import logging
import warnings
from datetime import UTC, datetime
from uuid import uuid4

import pytest
import structlog

from chassis.clock import utc_now
from chassis.errors import ContractViolation
from chassis.messaging.dispatch import read_event
from chassis.observability import tracing
from chassis.observability.context import about, handling
from chassis.observability.logging import configure_logging, get_logger
from contracts import events
from contracts.bookings import BookingCancelRequested

WEBHOOK = "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01"


@pytest.fixture
def lines(monkeypatch):
    """The lines written since the last look. Logging is put back as it was."""
    output = io.StringIO()
    root = logging.getLogger()
    before = root.handlers[:], root.level
    with monkeypatch.context() as patched:
        patched.setattr("sys.stdout", output)
        configure_logging("desk", "INFO")

    def written():
        found = [json.loads(line) for line in output.getvalue().splitlines()]
        output.truncate(0)
        output.seek(0)
        return found

    yield written
    logging.captureWarnings(capture=False)
    root.handlers[:], root.level = before
    structlog.reset_defaults()


@pytest.fixture
def trace_id(monkeypatch):
    from opentelemetry.sdk.trace import TracerProvider  # noqa: PLC0415

    monkeypatch.setattr(tracing, "_TRACER", TracerProvider().get_tracer("test"))
    with tracing.span("turn", parent=WEBHOOK):
        yield WEBHOOK[3:35]


def wish(cause=None):
    data, now = BookingCancelRequested(booking_id=uuid4()), datetime.now(UTC)
    if cause:
        return events.caused(cause, 0, data, source="/test", time=now)
    return events.first(data, event_id=uuid4(), source="/test", tenant="lyo", partition="c", time=now)


def test_every_line_tells_what_is_being_handled_libraries_lines_too(lines, trace_id):
    first = wish()
    second = wish(first)
    with handling(second):
        get_logger("ours").info("hello", seconds=1)
        logging.getLogger("a.library").warning("hello")
    for line in lines():
        assert line["service"] == "desk"
        assert line["correlation_id"] == str(first.id)
        assert line["causation_id"] == str(first.id)
        assert line["event_id"] == str(second.id)
        assert line["tenant_id"] == "lyo"
        assert line["trace_id"] == trace_id
    get_logger("ours").info("afterwards")
    assert "correlation_id" not in lines()[0]


def test_what_did_not_fit_is_not_quoted(lines):
    body = b'{"type": "message.received.v1", "personal": "my number is 393331234567"}'
    try:
        read_event(body)
    except ContractViolation as error:
        get_logger("ours").error("put among the dead letters", exc_info=error)
    (line,) = lines()
    assert "ValidationError" in line["exception"]
    assert "my number" not in json.dumps(line)


def test_warnings_of_python_are_lines_of_json_too(lines):
    warnings.warn("this is going away", RuntimeWarning, stacklevel=1)
    (line,) = lines()
    assert line["logger"] == "py.warnings"
    assert "this is going away" in line["event"]


def test_what_is_said_of_an_event_outside_of_its_span_tells_its_trace(lines):
    with handling(wish().published(WEBHOOK, taken=None, now=utc_now())):
        get_logger("ours").warning("will try again")
    assert lines()[0]["trace_id"] == WEBHOOK[3:35]


def test_an_event_inside_another_ones_handling_does_not_inherit_its_cause(lines):
    first = wish()
    with handling(wish(first)), handling(first):
        get_logger("ours").info("hello")
    assert lines()[0]["causation_id"] is None


@pytest.mark.parametrize(("count", "told"), [(1, True), (2, False), (0, False)])
def test_a_request_tells_its_tenant_and_the_one_event_it_brought(lines, count, told):
    with structlog.contextvars.bound_contextvars():
        about("lyo", [wish() for _ in range(count)])
        get_logger("ours").info("request")
        structlog.contextvars.clear_contextvars()
    (line,) = lines()
    assert line["tenant_id"] == "lyo"
    assert ("correlation_id" in line) is told


def test_what_libraries_say_of_addresses_and_every_try_is_not_written(lines):
    for name in ("httpx", "uvicorn.error", "aio_pika.robust_connection", "aiormq.connection"):
        logging.getLogger(name).info("https://api.telegram.org/bot1:token/sendMessage")
    logging.getLogger("aiormq.connection").error("error when creating transport")
    assert lines() == []
