"""The chat on the business's own page: a Redis stream per session, which the gateway reads out.

Redis keys `webchat:{tenant}:{session}`, one field `message` with JSON {id, correlation_id, text, options}.
Readers show each id once, so a doubtful message is simply written again.
"""

import asyncio
import json
from typing import Final

from redis.asyncio import Redis
from redis.exceptions import RedisError

from contracts.envelope import Event
from contracts.messages import MessageSendRequested
from contracts.tenants import TenantConfig
from notifier.ports import Accepted, Departure, NotAccepted, Refused

_KEPT_MESSAGES: Final = 100
_KEPT_SECONDS: Final = 24 * 60 * 60
_PATIENCE_SECONDS: Final = 2.0


class WebChat:
    """Writes to the session's stream."""

    repeatable = True

    def __init__(self, redis: Redis) -> None:
        self._redis = redis

    async def send(
        self, request: Event[MessageSendRequested], tenant: TenantConfig, departure: Departure
    ) -> Accepted:
        """See ChannelSender."""
        if tenant.channels.webchat is None or not tenant.channels.webchat.enabled:
            raise Refused("the business has no web chat", "not_configured")
        await departure.announce()
        departure.leave()
        stream = f"webchat:{tenant.id}:{request.data.personal.address}"
        try:
            async with (
                asyncio.timeout(_PATIENCE_SECONDS),
                self._redis.pipeline(transaction=True) as pipeline,
            ):
                pipeline.xadd(stream, {"message": rendered(request)}, maxlen=_KEPT_MESSAGES)
                pipeline.expire(stream, _KEPT_SECONDS)
                entry, _ = await pipeline.execute()
        except (RedisError, OSError) as error:
            raise NotAccepted(f"Redis is away ({type(error).__name__})") from error
        return Accepted(entry.decode() if isinstance(entry, bytes) else str(entry))


def rendered(request: Event[MessageSendRequested]) -> str:
    """What the page gets."""
    said = request.data.personal
    message = {
        "id": str(request.id),
        "correlation_id": str(request.correlationid),
        "text": said.text,
        "options": [{"id": option.id, "title": option.title} for option in said.options],
    }
    return json.dumps(message, ensure_ascii=False)
