"""JSON logs by structlog: one line per happening, with the ids of what is being handled."""

import json
import logging
import re
import sys
from collections.abc import MutableMapping, Sequence
from typing import Any, Final, TextIO, cast

import orjson
import structlog
from opentelemetry import trace
from structlog.typing import FilteringBoundLogger, Processor

from chassis.observability.recent_lines import hear

# At INFO these tell every request or frame; httpx would even log vendors' addresses with tokens, and
# uvicorn.error the address of every web socket, which holds the visitor's session. The AMQP libraries
# tell each failed try to connect several times; that RabbitMQ is away and is back we say ourselves.
_LEAST: Final = {
    **dict.fromkeys(
        ("httpx", "httpcore", "uvicorn.access", "uvicorn.error", "faststream", "pymongo"), logging.WARNING
    ),
    **dict.fromkeys(("aiormq", "aio_pika"), logging.CRITICAL),
}

_QUOTED_INPUT: Final = re.compile(r"input_value=.*?, input_type=", re.DOTALL)


def configure_logging(service: str, level: str) -> None:
    """Sends structlog's lines and those of all libraries to standard output as JSON."""
    shared: list[Processor] = [
        structlog.contextvars.merge_contextvars,
        structlog.processors.add_log_level,
        structlog.stdlib.add_logger_name,
        structlog.processors.TimeStamper(fmt="iso", utc=True, key="time"),
        _ids_of_trace,
        structlog.processors.format_exc_info,
        _without_input,
    ]
    output = sys.stdout
    structlog.configure(
        processors=[*shared, hear, _named(service), _as_json],
        logger_factory=lambda name="": _Writer(output, name),
        wrapper_class=structlog.make_filtering_bound_logger(level),
        cache_logger_on_first_use=True,
    )
    _listen_to_libraries(level, shared, [_named(service), _as_json])


def _listen_to_libraries(level: str, before: Sequence[Processor], last: Sequence[Processor]) -> None:
    """Has what is said through Python's own logging written in the same way."""
    formatter = structlog.stdlib.ProcessorFormatter(
        foreign_pre_chain=before,
        processors=[structlog.stdlib.ProcessorFormatter.remove_processors_meta, *last],
    )
    handler = logging.StreamHandler(sys.stdout)
    handler.setFormatter(formatter)
    logging.basicConfig(level=level, handlers=[handler], force=True)
    logging.captureWarnings(capture=True)
    for name, least in _LEAST.items():
        logging.getLogger(name).setLevel(least)


class _Writer(structlog.WriteLogger):
    """Writes lines straight out: the way through Python's own logging costs more than all the rest."""

    def __init__(self, output: TextIO, name: str) -> None:
        super().__init__(output)
        self.name = name


def get_logger(name: str) -> FilteringBoundLogger:
    """A logger; while an event is handled its lines carry that event's ids."""
    return cast("FilteringBoundLogger", structlog.stdlib.get_logger(name))


def _named(service: str) -> Processor:
    def add(_: Any, __: str, line: MutableMapping[str, Any]) -> MutableMapping[str, Any]:
        return {"time": line.get("time"), "level": line.get("level"), "service": service, **line}

    return add


def _without_input(_: Any, __: str, line: MutableMapping[str, Any]) -> MutableMapping[str, Any]:
    """Pydantic's errors quote what did not fit, which may be what a customer wrote."""
    if "exception" in line:
        line["exception"] = _QUOTED_INPUT.sub("input_value=…, input_type=", line["exception"])
    return line


def _ids_of_trace(_: Any, __: str, line: MutableMapping[str, Any]) -> MutableMapping[str, Any]:
    context = trace.get_current_span().get_span_context()
    if context.is_valid:
        line["trace_id"] = trace.format_trace_id(context.trace_id)
    return line


def _as_json(_: Any, __: str, line: MutableMapping[str, Any]) -> str:
    try:
        return orjson.dumps(line, default=str).decode()
    except TypeError:  # half a character or a giant number; a line must never break what it tells of
        return json.dumps(line, default=str)
