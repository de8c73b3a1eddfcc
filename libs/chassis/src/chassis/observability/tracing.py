"""Traces that run unbroken from a webhook to the call of a vendor.

Spans go to a collector where OTEL_EXPORTER_OTLP_ENDPOINT is set (HTTP), and as JSON lines to a file
where a folder is given.
"""

import os
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from opentelemetry import propagate, trace
from opentelemetry.context import Context
from opentelemetry.exporter.otlp.proto.http.trace_exporter import OTLPSpanExporter
from opentelemetry.sdk.resources import Resource
from opentelemetry.sdk.trace import ReadableSpan, TracerProvider
from opentelemetry.sdk.trace.export import BatchSpanProcessor, SpanExporter, SpanExportResult
from opentelemetry.trace import Span, SpanKind, Status, StatusCode

_TRACER = trace.get_tracer("bellhop")


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
    with _TRACER.start_as_current_span(
        name, _context(parent), kind, attributes, record_exception=False, set_status_on_exception=False
    ) as one:
        try:
            yield one
        except Exception as error:
            one.set_status(Status(StatusCode.ERROR, type(error).__name__))
            raise


def _context(parent: str | None) -> Context | None:
    """Where a new span belongs; None is where we are."""
    if parent is None:
        return None
    there = propagate.extract({"traceparent": parent}, Context())
    here = trace.get_current_span().get_span_context()
    same = here.is_valid and here.trace_id == trace.get_current_span(there).get_span_context().trace_id
    return None if same else there


def traceparent() -> str | None:
    """The W3C traceparent of the span we are in."""
    carrier: dict[str, str] = {}
    propagate.inject(carrier)
    return carrier.get("traceparent")


class JsonLinesExporter(SpanExporter):
    """Appends spans to a file, one JSON object a line."""

    def __init__(self, path: Path) -> None:
        path.parent.mkdir(parents=True, exist_ok=True)
        self._path = path

    def export(self, spans: Sequence[ReadableSpan]) -> SpanExportResult:
        """Writes a batch."""
        with self._path.open("a", encoding="utf-8") as file:
            file.writelines(one.to_json(indent=None) + "\n" for one in spans)
        return SpanExportResult.SUCCESS
