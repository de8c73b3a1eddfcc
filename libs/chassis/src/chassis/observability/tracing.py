"""Traces that run unbroken from a webhook to the call of a vendor.

Spans go to a collector where OTEL_EXPORTER_OTLP_ENDPOINT is set (HTTP), and as JSON lines to a file
where a folder is given.
"""

import os
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import orjson
from opentelemetry import trace
from opentelemetry.context import Context, attach, detach
from opentelemetry.exporter.otlp.proto.http.trace_exporter import OTLPSpanExporter
from opentelemetry.sdk.resources import Resource
from opentelemetry.sdk.trace import ReadableSpan, TracerProvider
from opentelemetry.sdk.trace.export import BatchSpanProcessor, SpanExporter, SpanExportResult
from opentelemetry.trace import Span, SpanKind, Status, StatusCode
from opentelemetry.trace.propagation.tracecontext import TraceContextTextMapPropagator

_TRACER = trace.get_tracer("bellhop")
_W3C = TraceContextTextMapPropagator()


def configure_tracing(service: str, trace_dir: str | None) -> Callable[[], None]:
    """Sets the exporters up; what it returns flushes and stops them."""
    provider = TracerProvider(resource=Resource.create({"service.name": service}))
    if os.environ.get("OTEL_EXPORTER_OTLP_ENDPOINT") or os.environ.get("OTEL_EXPORTER_OTLP_TRACES_ENDPOINT"):
        provider.add_span_processor(BatchSpanProcessor(OTLPSpanExporter()))
    if trace_dir:
        path = Path(trace_dir) / f"{service}.jsonl"
        provider.add_span_processor(BatchSpanProcessor(JsonLinesExporter(path), schedule_delay_millis=1000))
    trace.set_tracer_provider(provider)
    return provider.shutdown


@contextmanager
def span(
    name: str,
    kind: SpanKind = SpanKind.INTERNAL,
    parent: str | None = None,
    attributes: Mapping[str, Any] | None = None,
) -> Iterator[Span]:
    """A span around what is done inside. `parent` is a traceparent that came from elsewhere.

    Inside a span of the same trace that one is the parent. What an error says stays out of spans: it
    may hold what a customer wrote.
    """
    one = _TRACER.start_span(name, _context(parent), kind, attributes)
    token = attach(trace.set_span_in_context(one))
    try:
        yield one
    except Exception as error:
        one.set_status(Status(StatusCode.ERROR, type(error).__name__))
        raise
    finally:
        detach(token)
        one.end()


def _context(parent: str | None) -> Context | None:
    """Where a new span belongs; None is where we are."""
    if parent is None:
        return None
    there = _W3C.extract({"traceparent": parent}, Context())
    here = trace.get_current_span().get_span_context()
    same = here.is_valid and here.trace_id == trace.get_current_span(there).get_span_context().trace_id
    return None if same else there


def traceparent() -> str | None:
    """The W3C traceparent of the span we are in."""
    here = trace.get_current_span().get_span_context()
    if not here.is_valid:
        return None
    return f"00-{here.trace_id:032x}-{here.span_id:016x}-{here.trace_flags:02x}"


class JsonLinesExporter(SpanExporter):
    """Appends spans to a file, one JSON object a line, named as OpenTelemetry's own JSON names things."""

    def __init__(self, path: Path) -> None:
        path.parent.mkdir(parents=True, exist_ok=True)
        self._path = path

    def export(self, spans: Sequence[ReadableSpan]) -> SpanExportResult:
        """Writes a batch."""
        with self._path.open("ab") as file:
            file.write(b"".join(map(_line, spans)))
        return SpanExportResult.SUCCESS


def _line(span: ReadableSpan) -> bytes:
    context, parent = span.context, span.parent
    content = {
        "name": span.name,
        "context": {"trace_id": f"0x{context.trace_id:032x}", "span_id": f"0x{context.span_id:016x}"},
        "kind": str(span.kind),
        "parent_id": f"0x{parent.span_id:016x}" if parent else None,
        "start_time": _time(span.start_time),
        "end_time": _time(span.end_time),
        "status": _status(span.status),
        "attributes": dict(span.attributes or {}),
        "resource": {"attributes": dict(span.resource.attributes)},
    }
    return orjson.dumps(content, default=str, option=orjson.OPT_APPEND_NEWLINE)


def _status(status: Status) -> dict[str, str]:
    told = {"status_code": status.status_code.name}
    return told | {"description": status.description} if status.description else told


def _time(nanoseconds: int | None) -> str | None:
    if nanoseconds is None:
        return None
    moment = datetime.fromtimestamp(nanoseconds / 1e9, UTC)
    return moment.isoformat(timespec="microseconds").replace("+00:00", "Z")
