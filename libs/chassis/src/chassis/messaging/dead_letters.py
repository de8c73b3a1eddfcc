"""Putting aside what cannot be handled, with the reason, so that nothing is lost and nothing blocks."""

import asyncio
import json
from collections.abc import Sequence
from typing import Any, Final

from prometheus_client import Counter

from chassis.clock import utc_now
from chassis.messaging.dispatch import outcome_of
from chassis.messaging.publisher import EventPublisher
from chassis.observability.logging import get_logger
from chassis.observability.recent_lines import recent_lines, remembering
from contracts import channels

DEAD = Counter("bellhop_dead_letters_total", "Messages put aside", ["queue", "reason"])

REASON_HEADER: Final = "x-bellhop-reason"
EXCEPTION_HEADER: Final = "x-bellhop-exception"
ERROR_HEADER: Final = "x-bellhop-error"
AT_HEADER: Final = "x-bellhop-at"
LINES_HEADER: Final = "x-bellhop-lines"

_PATIENCE_SECONDS: Final = 30.0
_MOST_WORDS: Final = 500  # characters
_LARGEST_LINES: Final = 16_384  # bytes; a message's headers have to fit into one frame of 128 KB

log = get_logger(__name__)


async def put_aside(
    publisher: EventPublisher, queue: str, body: bytes, headers: dict[str, Any], error: BaseException
) -> None:
    """Moves a message to the dead letters of `queue`. The caller acks the original afterwards."""
    reason = outcome_of(error)
    with remembering(anew=False):
        log.error("goes among the dead letters", queue=queue, reason=reason, exc_info=error)
        why = {
            REASON_HEADER: reason,
            EXCEPTION_HEADER: type(error).__name__,
            ERROR_HEADER: _sayable(f"{type(error).__name__}: {error}"),
            "x-bellhop-queue": queue,
            AT_HEADER: utc_now().isoformat(),
            LINES_HEADER: packed(recent_lines()),
        }
    async with asyncio.timeout(_PATIENCE_SECONDS):
        await publisher.send(body, queue=channels.dead_letters(queue), headers=headers | why)
    DEAD.labels(queue, reason).inc()


def _sayable(text: str) -> str:
    """What fits into a header, which holds no half characters."""
    return text[:_MOST_WORDS].encode(errors="replace").decode()


def packed(lines: Sequence[dict[str, Any]]) -> str:
    """Log lines as one header; of too many the oldest are left out."""
    text = _json(lines)
    while len(text.encode()) > _LARGEST_LINES:
        lines = lines[1:]
        text = _json(lines)
    return text


def _json(lines: Sequence[dict[str, Any]]) -> str:
    return json.dumps(lines, ensure_ascii=False).encode(errors="replace").decode()
