"""Putting aside what cannot be handled, with the reason, so that nothing is lost and nothing blocks."""

import asyncio
from typing import Any

from prometheus_client import Counter

from chassis.clock import utc_now
from chassis.messaging.dispatch import outcome_of
from chassis.messaging.publisher import EventPublisher
from chassis.observability.logging import get_logger
from contracts import channels

DEAD = Counter("bellhop_dead_letters_total", "Messages put aside", ["queue", "reason"])
_PATIENCE_SECONDS = 30.0
_MOST_WORDS = 500

log = get_logger(__name__)


async def put_aside(
    publisher: EventPublisher, queue: str, body: bytes, headers: dict[str, Any], error: BaseException
) -> None:
    """Moves a message to the dead letters of `queue`. The caller acks the original afterwards."""
    reason = outcome_of(error)
    why = {
        "x-bellhop-reason": reason,
        "x-bellhop-error": f"{type(error).__name__}: {error}"[:_MOST_WORDS],
        "x-bellhop-queue": queue,
        "x-bellhop-at": utc_now().isoformat(),
    }
    async with asyncio.timeout(_PATIENCE_SECONDS):
        await publisher.send(body, queue=channels.dead_letters(queue), headers=headers | why)
    DEAD.labels(queue, reason).inc()
    log.error("put among the dead letters", queue=queue, reason=reason, exc_info=error)
