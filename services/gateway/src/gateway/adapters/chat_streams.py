"""What the business says in web chats: one Redis stream per session, one reader for all of a process.

The notifier appends to `webchat:{tenant}:{session}`; entries are a `message` field with JSON.
"""

import asyncio
from collections import defaultdict, deque
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any, Final
from uuid import UUID, uuid4

from pydantic import BaseModel, ValidationError
from redis.asyncio import Redis
from redis.exceptions import RedisError

from chassis.errors import TransientError
from chassis.observability.logging import get_logger
from contracts.messages import Option

_BLOCK_MILLISECONDS: Final = 500
_PAUSE_SECONDS: Final = 0.5
_PATIENCE_SECONDS: Final = 1.0
_READ_SECONDS: Final = 5.0  # many pages opened at once queue for Redis; that must not look like an outage
_WAKE_EXPIRES_SECONDS: Final = 24 * 3600

Position = tuple[int, int]
START: Final[Position] = (0, 0)
"""Before everything that is still kept (about 100 messages, for 24 hours)."""

log = get_logger(__name__)


class Reply(BaseModel):
    """One message of the business to a visitor. `correlation_id` is the turn it answers."""

    id: UUID
    correlation_id: UUID | None = None
    text: str
    options: tuple[Option, ...] = ()

    def shown(self) -> dict[str, Any]:
        """The form in which the page gets it."""
        return self.model_dump(mode="json", include={"id", "text", "options"})


class Listener:
    """Hears one session from a position on; the same message twice is heard once."""

    def __init__(self, position: Position) -> None:
        self.position = position
        self._replies: asyncio.Queue[Reply] = asyncio.Queue()
        self._heard: deque[UUID] = deque(maxlen=200)

    async def next(self) -> Reply:
        """The next message, as soon as there is one."""
        return await self._replies.get()

    def hear(self, entries: list[tuple[Position, Reply | None]]) -> None:
        for position, reply in entries:
            if position <= self.position:
                continue
            self.position = position
            if reply and reply.id not in self._heard:
                self._heard.append(reply.id)
                self._replies.put_nowait(reply)


class ChatStreams:
    """Listens to any number of sessions over one connection."""

    def __init__(self, redis: Redis) -> None:
        self._redis = redis
        self._listeners: dict[str, list[Listener]] = defaultdict(list)
        self._wake_key = f"webchat-wake:{uuid4()}"
        self._woken: Position = START

    @asynccontextmanager
    async def listen(self, tenant: str, session: str, start: Position) -> AsyncIterator[Listener]:
        """Hears the session while inside. Redis away: hears nothing until it is back."""
        key, listener = _key(tenant, session), Listener(start)
        self._listeners[key].append(listener)
        await self._wake()
        try:
            yield listener
        finally:
            self._listeners[key].remove(listener)
            if not self._listeners[key]:
                del self._listeners[key]

    async def now(self, tenant: str, session: str) -> Position:
        """The position after everything said so far. Raises TransientError with Redis away."""
        newest = await self._newest(tenant, session, count=1)
        return _position(newest[0][0]) if newest else START

    async def after(self, tenant: str, session: str, message_id: str) -> Position:
        """The position after this message; START if it is not kept any more. Raises TransientError."""
        for entry_id, fields in await self._newest(tenant, session, count=None):
            reply = _reply(fields)
            if reply and str(reply.id) == message_id:
                return _position(entry_id)
        return START

    async def run(self) -> None:
        """Reads forever; runs in the background."""
        while True:
            try:
                await self._read()
            except (RedisError, OSError) as error:
                log.warning("Redis is away, web chats wait for replies", error=type(error).__name__)
                await asyncio.sleep(_PAUSE_SECONDS)

    async def _read(self) -> None:
        positions = {key: min(one.position for one in heard) for key, heard in self._listeners.items()}
        streams = {self._wake_key: self._woken, **positions}
        found: Any = await self._redis.xread(
            {key: f"{one[0]}-{one[1]}" for key, one in streams.items()}, block=_BLOCK_MILLISECONDS
        )
        for name, entries in found:
            key = _text(name)
            if key == self._wake_key:
                self._woken = _position(entries[-1][0])
                continue
            heard = [(_position(entry_id), _reply(fields)) for entry_id, fields in entries]
            for listener in self._listeners.get(key, ()):
                listener.hear(heard)

    async def _wake(self) -> None:
        """Makes the waiting read return, so that it waits for the new session as well."""
        try:
            async with asyncio.timeout(_PATIENCE_SECONDS), self._redis.pipeline(transaction=False) as pipe:
                pipe.xadd(self._wake_key, {"listen": "1"}, maxlen=1)
                pipe.expire(self._wake_key, _WAKE_EXPIRES_SECONDS)
                await pipe.execute()
        except (RedisError, OSError, TimeoutError) as error:
            log.warning("Redis is away, web chats wait for replies", error=type(error).__name__)

    async def _newest(self, tenant: str, session: str, count: int | None) -> Any:
        try:
            async with asyncio.timeout(_READ_SECONDS):
                return await self._redis.xrevrange(_key(tenant, session), count=count)
        except (RedisError, OSError, TimeoutError) as error:
            raise TransientError("Redis is away") from error


def _key(tenant: str, session: str) -> str:
    return f"webchat:{tenant}:{session}"


def _text(value: Any) -> str:
    return value.decode() if isinstance(value, bytes) else str(value)


def _position(entry_id: Any) -> Position:
    milliseconds, _, number = _text(entry_id).partition("-")
    return int(milliseconds), int(number or 0)


def _reply(fields: Any) -> Reply | None:
    raw = {_text(name): value for name, value in fields.items()}.get("message")
    try:
        return Reply.model_validate_json(raw or b"")
    except ValidationError:
        log.error("a web chat stream holds something that is no message")
        return None
