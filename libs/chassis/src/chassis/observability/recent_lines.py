"""The last log lines of what is being handled, kept for whoever has to find out why it failed."""

from collections import deque
from collections.abc import Iterator, MutableMapping
from contextlib import contextmanager
from contextvars import ContextVar
from typing import Any, Final

_MOST: Final = 20  # lines
_LONGEST_WORD: Final = 300  # characters
_LONGEST_TRACEBACK: Final = 4000  # characters; its end tells what happened
_KEPT_BY_THE_EVENT: Final = frozenset(
    ("event_id", "event_type", "correlation_id", "causation_id", "tenant_id", "conversation_id")
)

_heard: ContextVar[deque[MutableMapping[str, Any]] | None] = ContextVar("heard", default=None)


@contextmanager
def remembering(*, anew: bool = True) -> Iterator[None]:
    """Remembers the log lines inside. Not `anew`: together with those before, where some are remembered."""
    if _heard.get() is not None and not anew:
        yield
        return
    token = _heard.set(deque(maxlen=_MOST))
    try:
        yield
    finally:
        _heard.reset(token)


def hear(_: Any, __: str, line: MutableMapping[str, Any]) -> MutableMapping[str, Any]:
    """A structlog processor, the last of them but the one that hands over to the library."""
    if (heard := _heard.get()) is not None:
        heard.append(line)
    return line


def recent_lines() -> tuple[dict[str, Any], ...]:
    """What was said so far, the oldest first, shortened, without the ids the event itself tells."""
    return tuple(_short(line) for line in _heard.get() or ())


def _short(line: MutableMapping[str, Any]) -> dict[str, Any]:
    return {name: _cut(name, value) for name, value in line.items() if name not in _KEPT_BY_THE_EVENT}


def _cut(name: str, value: Any) -> Any:
    if value is None or isinstance(value, bool | int | float):
        return value
    return str(value)[-_LONGEST_TRACEBACK:] if name == "exception" else str(value)[:_LONGEST_WORD]
