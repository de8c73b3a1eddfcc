"""An answer in Anthropic's words, whole or as the events of a stream."""

from typing import Any

from pydantic import BaseModel
from pydantic_core import to_json

from ai_router.adapters.anthropic.question import ANSWER_TOOL
from ai_router.domain.completion import Usage
from ai_router.domain.failures import Malformed
from ai_router.vendor_api.calls import Events
from ai_router.vendor_api.replies import Reply, WantedTool


class _Usage(BaseModel):
    input_tokens: int | None = None
    output_tokens: int | None = None
    cache_read_input_tokens: int | None = None
    cache_creation_input_tokens: int | None = None

    def add(self, told: "_Usage | None") -> None:
        """What a stream tells later is the whole count so far."""
        for name, count in told or ():
            setattr(self, name, max(count or 0, getattr(self, name) or 0))

    def counted(self) -> Usage:
        """Cached tokens are told beside the others, and are input as well."""
        if self.input_tokens is None:
            return Usage()
        cached = self.cache_read_input_tokens or 0
        written = self.cache_creation_input_tokens or 0
        return Usage(self.input_tokens + cached + written, self.output_tokens, cached)


class _Block(BaseModel):
    type: str = ""
    text: str | None = None
    id: str | None = None
    name: str | None = None
    input: dict[str, Any] | None = None
    partial_json: str | None = None


class _Message(BaseModel):
    model: str | None = None
    content: list[_Block] | None = None
    stop_reason: str | None = None
    usage: _Usage | None = None
    error: dict[str, Any] | None = None


class _Delta(_Block):
    stop_reason: str | None = None


class _Event(BaseModel):
    type: str
    index: int = 0
    message: _Message | None = None
    content_block: _Block | None = None
    delta: _Delta | None = None
    usage: _Usage | None = None
    error: dict[str, Any] | None = None


def whole(body: bytes) -> Reply:
    """The answer that came in one piece. Raises pydantic's ValidationError."""
    message = _Message.model_validate_json(body)
    if message.content is None and message.error is None:
        raise Malformed("an answer without content")
    reply, counts = Reply(error=message.error), _Usage()
    _take_message(message, reply, counts)
    reply.ending = message.stop_reason
    return _complete(reply, counts)


async def joined(events: Events) -> Reply:
    """The answer of a stream. Raises pydantic's ValidationError."""
    reply, counts, stop_reason = Reply(), _Usage(), None
    async for data in events:
        event = _Event.model_validate_json(data)
        if event.message:
            _take_message(event.message, reply, counts)
        elif event.content_block:
            _take_block(event.content_block, event.index, reply)
        elif event.delta:
            _take_delta(event.delta, reply)
            stop_reason = event.delta.stop_reason or stop_reason
        elif event.type == "error":
            reply.error = event.error or {}
        counts.add(event.usage)
        if event.type == "message_stop":
            reply.ending = stop_reason
            break
    return _complete(reply, counts)


def _take_message(message: _Message, reply: Reply, counts: _Usage) -> None:
    reply.model = message.model
    counts.add(message.usage)
    for index, block in enumerate(message.content or ()):
        _take_block(block, index, reply)


def _take_block(block: _Block, index: int, reply: Reply) -> None:
    if block.type == "text":
        reply.text += block.text or ""
    elif block.type == "tool_use":
        # In a stream the input begins empty and comes as pieces of JSON.
        reply.tools.append(WantedTool(index, block.id or "", block.name or "", arguments=block.input or None))


def _take_delta(delta: _Block, reply: Reply) -> None:
    if delta.type == "text_delta":
        reply.text += delta.text or ""
    elif delta.type == "input_json_delta" and reply.tools:
        reply.tools[-1].json += delta.partial_json or ""


def _complete(reply: Reply, counts: _Usage) -> Reply:
    reply.usage = counts.counted()
    for tool in reply.tools:
        if tool.name == ANSWER_TOOL:
            reply.text = to_json(tool.arguments).decode() if tool.arguments else tool.json or "{}"
    reply.tools = [tool for tool in reply.tools if tool.name != ANSWER_TOOL]
    return reply
