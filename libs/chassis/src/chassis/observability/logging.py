"""JSON logs by structlog: one line per happening, with the ids of what is being handled."""

import logging
import re
import sys
from collections.abc import MutableMapping
from typing import Any, Final, cast

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
        structlog.stdlib.add_log_level,
        structlog.stdlib.add_logger_name,
        structlog.processors.TimeStamper(fmt="iso", utc=True, key="time"),
        _ids_of_trace,
        structlog.processors.format_exc_info,
        _without_input,
    ]
    structlog.configure(
        processors=[*shared, hear, structlog.stdlib.ProcessorFormatter.wrap_for_formatter],
        logger_factory=structlog.stdlib.LoggerFactory(),
        wrapper_class=structlog.stdlib.BoundLogger,
        cache_logger_on_first_use=True,
    )
    handler = logging.StreamHandler(sys.stdout)
    handler.setFormatter(
        structlog.stdlib.ProcessorFormatter(
            foreign_pre_chain=shared,
            processors=[
                structlog.stdlib.ProcessorFormatter.remove_processors_meta,
                _named(service),
                structlog.processors.JSONRenderer(default=str),
            ],
        )
    )
    logging.basicConfig(level=level, handlers=[handler], force=True)
    logging.captureWarnings(capture=True)
    for name, least in _LEAST.items():
        logging.getLogger(name).setLevel(least)


def get_logger(name: str) -> FilteringBoundLogger:
    """A logger; while an event is handled its lines carry that event's ids."""
    return cast("FilteringBoundLogger", structlog.stdlib.get_logger(name))


def _named(service: str) -> Processor:
    def add(_: Any, __: str, line: MutableMapping[str, Any]) -> MutableMapping[str, Any]:
        return {"time": line.pop("time", None), "level": line.pop("level", None), "service": service, **line}

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
