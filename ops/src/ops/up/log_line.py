"""Turns the JSON lines of the services into lines for people. Pure."""

import json
from datetime import datetime
from typing import Any, Final

RESET: Final = "\x1b[0m"
DIM: Final = "\x1b[2m"
_LEVELS: Final = {"warning": "\x1b[33m", "error": "\x1b[31m", "critical": "\x1b[1;31m", "debug": DIM}
_SERVICES: Final = {
    "gateway": "\x1b[36m",
    "conversation": "\x1b[35m",
    "ai-router": "\x1b[34m",
    "scheduler": "\x1b[33m",
    "notifier": "\x1b[32m",
    "sandbox": "\x1b[95m",
    "bellhop": "\x1b[1m",
}
_SHOWN_ELSEWHERE: Final = {"time", "level", "service", "event", "tenant_id", "correlation_id", "exception"}
_FOR_MACHINES: Final = {
    "logger", "event_id", "causation_id", "conversation_id", "trace_id", "color_message",
}  # fmt: skip
_LEFT_OUT: Final = _SHOWN_ELSEWHERE | _FOR_MACHINES


def is_for_people(line: str) -> bool:
    """False for the web server's own steps of starting and stopping, which only the files keep."""
    if "uvicorn.error" not in line:  # spares reading nearly every line twice
        return True
    fields = _fields(line)
    return not (fields and fields.get("logger") == "uvicorn.error" and fields.get("level") == "info")


def readable(service: str, line: str, *, colour: bool) -> str:
    """One line for people. What is no JSON (a traceback, a crash of Python) is shown as it is."""
    fields = _fields(line)
    if fields is None:
        return f"{' ' * 12} {_painted(f'{service:<12}', _SERVICES.get(service, ''), colour)} {line}"
    level = str(fields.get("level") or "info").lower()
    paint = _LEVELS.get(level, "")
    parts = [
        _painted(_clock(fields.get("time")), DIM, colour),
        _painted(f"{service:<12}", _SERVICES.get(service, ""), colour),
        _painted(f"{level:<7}", paint, colour),
        _painted(str(fields.get("event", "")), paint, colour),
        _painted(_context(fields), DIM, colour),
    ]
    return " ".join(one for one in parts if one) + _exception(fields)


def _fields(line: str) -> dict[str, Any] | None:
    try:
        fields = json.loads(line)
    except ValueError:
        return None
    return fields if isinstance(fields, dict) else None


def _context(fields: dict[str, Any]) -> str:
    """Tenant and the start of the correlation id, then whatever else the line says."""
    shown = [str(fields["tenant_id"])] if fields.get("tenant_id") else []
    if correlation := fields.get("correlation_id"):
        shown.append(f"#{str(correlation)[:8]}")
    for name, value in fields.items():
        if name not in _LEFT_OUT and value is not None:
            shown.append(f"{name}={value}")
    return " ".join(shown)


def _exception(fields: dict[str, Any]) -> str:
    text = str(fields.get("exception") or "").strip()
    return "".join(f"\n{' ' * 13}{one}" for one in text.splitlines())


def _clock(time: object) -> str:
    """The wall clock of this machine, to the millisecond."""
    try:
        moment = datetime.fromisoformat(str(time)).astimezone()
    except ValueError:
        return " " * 12
    return f"{moment:%H:%M:%S}.{moment.microsecond // 1000:03d}"


def _painted(text: str, paint: str, colour: bool) -> str:
    return f"{paint}{text}{RESET}" if colour and paint and text else text
